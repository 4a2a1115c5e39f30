"""Reading a citizen's form, keys, labels, the choice of questions."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.keys import desk_day_label, issued_at, read_key, sign_key
from surveys.rules.questions import (
    COMMENT_LIMIT,
    ITEM_QUESTIONS,
    Kind,
    Problem,
    Question,
    Sheet,
    choose_questions,
    clean_text,
    read_answers,
)

KEY = UUID("0f3c1b1e-6a52-4a0c-9a55-3f2f1a5b7c11")
SECRET = "thử" * 12
DAY = date(2026, 11, 22)
SHEET = Sheet(
    overall=Question("overall", Kind.SCALE5, {"vi": "?"}),
    factors=tuple(Question(f"f{n}", Kind.SCALE5, {"vi": "?"}) for n in range(1, 6)),
    trips=Question("trips", Kind.TRIPS, {"vi": "?"}),
    items=(
        Question("i7", Kind.YES_NO, {"vi": "?"}, item_ids=(7, 12)),
        Question("i8", Kind.SCALE5, {"vi": "?"}, item_ids=(8,)),
    ),
)


def test_one_mark_is_a_whole_form() -> None:
    answers = read_answers({"overall": "4"}, SHEET).answers
    assert answers is not None
    assert (answers.overall, answers.factors, answers.trips, answers.items, answers.comment) == (
        *(4, (None,) * 5, None),
        *((), ""),
    )


def test_everything_that_was_answered_is_read() -> None:
    said = {"overall": "5", "f1": "1", "f5": "3", "trips": "3", "i7": "0", "i8": "4", "comment": " Tốt \r\n"}
    answers = read_answers(said, SHEET).answers
    assert answers is not None
    assert answers.factors == (1, None, None, None, 3)
    assert answers.trips == 3
    # Two models ask question i7: the answer speaks of the items of both.
    assert answers.items == ((7, 0), (12, 0), (8, 4))
    assert answers.comment == "Tốt"


@pytest.mark.parametrize("said", ["", None])
def test_the_one_question_must_be_answered(said: str | None) -> None:
    reading = read_answers({} if said is None else {"overall": said}, SHEET)
    assert reading.answers is None
    assert reading.problems == {"overall": Problem.MISSING}


@pytest.mark.parametrize(
    ("field", "said"),
    [
        *(("overall", mark) for mark in ("0", "6", "-1", "4.0", "4 ", "٤", "5" * 400, "\x00", "NaN", "on")),
        *(("f3", mark) for mark in ("0", "6", "x")),
        *(("trips", trips) for trips in ("0", "4", "1e0")),
        *(("i7", answer) for answer in ("2", "yes")),
        ("i8", "0"),
    ],
)
def test_an_answer_out_of_range_spoils_the_whole(field: str, said: str) -> None:
    reading = read_answers({"overall": "4", field: said}, SHEET)
    assert reading.answers is None
    assert reading.problems == {field: Problem.IMPOSSIBLE}


def test_not_sure_is_no_answer() -> None:
    answers = read_answers({"overall": "4", "i7": "", "trips": ""}, SHEET).answers
    assert answers is not None
    assert answers.items == ()


def test_fields_that_nobody_asked_for_are_ignored() -> None:
    answers = read_answers({"overall": "4", "i999": "1", "agency": "1", "__proto__": "x"}, SHEET).answers
    assert answers is not None
    assert answers.items == ()


@pytest.mark.parametrize(
    ("length", "fits"), [(COMMENT_LIMIT, True), (COMMENT_LIMIT + 1, False), (10_000, False)]
)
def test_comment_has_its_limit(length: int, fits: bool) -> None:
    reading = read_answers({"overall": "4", "comment": "ệ" * length}, SHEET)
    assert (reading.answers is not None) is fits
    assert reading.problems == ({} if fits else {"comment": Problem.TOO_LONG})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Cảm ơn 👍🏽", "Cảm ơn 👍🏽"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨\u200d👩\u200d👧 ❤\ufe0f"),
        ("a\x00b\x07c\x1b[31m\x85d", "abc[31md"),
        ("một\r\nhai\rba\tbốn", "một\nhai\nba\tbốn"),
        ("\u202etốt\u202c \u2066x\u2069", "tốt x"),
        ("שלום \u200fמה נשמע", "שלום \u200fמה נשמע"),
        ("hoa\u0300", "hoà"),
        ("\ud800x", "x"),
        (" \n ", ""),
    ],
)
def test_text_is_kept_without_characters_that_deceive(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@given(st.text(alphabet=st.characters()))
def test_cleaned_text_can_be_stored_and_is_stable(typed: str) -> None:
    kept = clean_text(typed)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert clean_text(kept) == kept


@given(st.dictionaries(st.sampled_from(["overall", "f1", "f9", "trips", "i7", "comment"]), st.text()))
def test_reading_gives_answers_or_problems_never_both(values: dict[str, str]) -> None:
    reading = read_answers(values, SHEET)
    assert (reading.answers is None) == bool(reading.problems)


def test_key_is_read_back() -> None:
    assert read_key(sign_key(KEY, "bcd2345", SECRET), "bcd2345", SECRET) == KEY


@given(st.integers(0, 2**40 - 1))
def test_key_says_when_it_was_given_out_and_nobody_can_change_that(issued: int) -> None:
    text = sign_key(KEY, "bcd2345", SECRET, issued)
    assert issued_at(text) == issued
    assert read_key(text, "bcd2345", SECRET) == KEY
    other = sign_key(KEY, "bcd2345", SECRET, issued ^ 1)
    assert read_key(other[:40] + text[40:], "bcd2345", SECRET) is None


@pytest.mark.parametrize(
    "forge",
    [
        lambda key: "",
        lambda key: key[:-1],
        lambda key: key + "A",
        lambda key: key[:32],
        lambda key: uuid4().hex + key[32:],
        lambda key: str(KEY) + key[32:],
        lambda key: key.upper(),
        lambda key: "{" + key,
        lambda key: "é" * 52,
        lambda key: "\x00" * 52,
        lambda key: key[:32] + "ệ" * 20,
        lambda key: "9" * 100_000,
    ],
)
def test_forged_key_is_refused(forge) -> None:  # type: ignore[no-untyped-def]
    assert read_key(forge(sign_key(KEY, "bcd2345", SECRET)), "bcd2345", SECRET) is None


def test_key_of_another_point_or_secret_is_refused() -> None:
    key = sign_key(KEY, "bcd2345", SECRET)
    assert read_key(key, "bcd2346", SECRET) is None
    assert read_key(key, "bcd2345", SECRET + "x") is None


def test_desk_day_label_fits_its_column_and_tells_desks_and_days_apart() -> None:
    labels = {
        desk_day_label(slug, DAY + timedelta(days=day), SECRET)
        for slug in ("bcd2345", "bcd2346")
        for day in range(50)
    }
    assert len(labels) == 100
    assert all(-(2**31) <= label < 2**31 for label in labels)
    assert desk_day_label("bcd2345", DAY, SECRET) == desk_day_label("bcd2345", DAY, SECRET)
    assert desk_day_label("bcd2345", DAY, SECRET) != desk_day_label("bcd2345", DAY, "another")


def _questions(n: int, stressed: tuple[int, ...] = ()) -> list[Question]:
    return [
        Question(f"i{k}", Kind.YES_NO, {"vi": f"{k}?"}, (k,), emphasis=2 if k in stressed else 1)
        for k in range(n)
    ]


@given(st.integers(0, 20), st.lists(st.integers(0, 19), max_size=8), st.dates())
def test_few_questions_are_asked_and_stressed_ones_first(n: int, stressed: list[int], day: date) -> None:
    questions = _questions(n, tuple(stressed))
    chosen = choose_questions(questions, day)
    assert len(chosen) == min(n, ITEM_QUESTIONS)
    assert list(chosen) == [question for question in questions if question in chosen]
    weighty = [question for question in questions if question.emphasis > 1]
    if len(weighty) <= ITEM_QUESTIONS:
        assert all(question in chosen for question in weighty)


@pytest.mark.parametrize("n", [6, 9, 13])
def test_every_question_has_its_turn(n: int) -> None:
    questions = _questions(n)
    seen = {q.field for day in range(14) for q in choose_questions(questions, DAY + timedelta(days=day))}
    assert seen == {q.field for q in questions}
