"""Paper sheets: the order of their questions, their number, and lines of digits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.paper import digits_of, printed_questions, read_line, sheet_number
from surveys.rules.questions import Kind, Option, Question, Sheet

DAY = date(2026, 10, 20)


def question(
    field: str, kind: Kind = Kind.SCALE5, text: str = "", options: tuple[Option, ...] = ()
) -> Question:
    return Question(field, kind, {"vi": text or field}, options=options)


SHEET = Sheet(
    overall=question("overall"),
    factors=tuple(question(f"f{n}") for n in range(1, 6)),
    trips=question("trips", Kind.TRIPS),
    others=(
        question("q_paid", Kind.YES_NO),
        question("q_why", Kind.CHOICE, options=(Option(7, {"vi": "chờ"}), Option(3, {"vi": "khác"}))),
    ),
    items=(question("i1"), question("i2", Kind.YES_NO)),
)
PRINTED = printed_questions(SHEET, DAY)


def test_what_has_five_boxes_stands_together_after_the_first_question() -> None:
    fields = [one.field for one in PRINTED]
    assert fields == ["overall", "f1", "f2", "f3", "f4", "f5", "i1", "trips", "q_paid", "q_why", "i2"]


def test_a_line_is_read_digit_by_digit() -> None:
    line = read_line(" 4 5 0312 1\t3 2 2", PRINTED)
    assert line.wrong_at is None
    assert line.values == {
        "overall": "4", "f1": "5", "f3": "3", "f4": "1", "f5": "2", "i1": "1", "trips": "3", "q_paid": "0",
        "q_why": "3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "place", "sign"), [("6", 0, "6"), ("45x", 2, "x"), ("4555555 4", 7, "4"), ("1" * 12, 11, "1")]
)
def test_the_first_sign_that_means_nothing_is_named(typed: str, place: int, sign: str) -> None:
    line = read_line(typed, PRINTED)
    assert (dict(line.values), line.wrong_at, line.wrong) == ({}, place, sign)


@given(st.text(max_size=40))
def test_no_line_is_misread(typed: str) -> None:
    """Whatever is typed: each value is one that its question can have, or nothing is read."""
    line = read_line(typed, PRINTED)
    by_field = {one.field: one for one in PRINTED}
    assert all(by_field[field].mark_of(value) is not None for field, value in line.values.items())
    assert line.wrong_at is None or not line.values


def test_every_digit_means_another_answer() -> None:
    for one in PRINTED:
        meant = digits_of(one)
        assert len(set(meant.values())) == len(meant)
        assert "0" not in meant


def test_another_sheet_has_another_number() -> None:
    number = sheet_number("sipas-2026", 1, PRINTED)
    assert len(number) == 5
    assert number == sheet_number("sipas-2026", 1, printed_questions(SHEET, DAY))
    others = {
        sheet_number("sipas-2026", 2, PRINTED),
        sheet_number("sipas-2026", 1, PRINTED[:-1]),
        sheet_number("sipas-2026", 1, (*PRINTED[1:], PRINTED[0])),
        sheet_number("sipas-2026", 1, (question("overall", text="Khác"), *PRINTED[1:])),
    }
    assert len(others | {number}) == 5
