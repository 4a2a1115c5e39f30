"""Changing a questionnaire's rows: nothing is lost, standing questions stay, every condition makes sense."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from surveys.asking import field_of, make_sheet
from surveys.rules.checking import Wrong, problems_of
from surveys.rules.editing import (
    KNOWN,
    Change,
    compare,
    is_standing,
    moved,
    new_key,
    possible_answers,
    with_row,
    without,
)
from surveys.rules.questions import read_answers

TEXT = {"vi": "Câu hỏi?", "en": "Question?"}
OPTIONS = [{"value": value, "text": TEXT} for value in (1, 2, 4)]
KINDS = ("scale5", "yes_no", "choice")
LANGUAGES = ("vi", "en")


def row(key: str, kind: str = "yes_no", factor: int | None = None, **more: Any) -> dict[str, Any]:
    options = {"options": OPTIONS} if kind == "choice" else {}
    return {"key": key, "factor": factor, "kind": kind, "text": TEXT, "kept": [], **options, **more}


STANDING = [
    row("overall", "scale5"),
    *(row(f"factor_{n}", "scale5", n) for n in range(1, 6)),
    row("trips", "trips"),
]


@st.composite
def questionnaires(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The standing questions and up to eight more, some with a condition on an earlier one."""
    rows = list(STANDING)
    for number in range(draw(st.integers(0, 8))):
        one = row(f"q{number}", draw(st.sampled_from(KINDS)))
        if draw(st.booleans()):
            other = draw(st.sampled_from(rows))
            answers = draw(st.lists(st.sampled_from(possible_answers(other)), min_size=1, unique=True))
            one["shown_if"] = {"key": other["key"], "answers": answers}
        rows.append(one)
    return rows


STEPS = st.lists(st.tuples(st.integers(0, 14), st.sampled_from([-1, 1])), max_size=20)


@given(questionnaires(), STEPS)
def test_moving_keeps_every_question_and_the_standing_ones_in_place(
    rows: list[dict[str, Any]], steps: list[tuple[int, int]]
) -> None:
    after = rows
    for place, step in steps:
        after = moved(after, after[place % len(after)]["key"], step)
    assert sorted(one["key"] for one in after) == sorted(one["key"] for one in rows)
    assert after[:7] == STANDING
    assert {Wrong.KEY_TWICE, Wrong.STANDING_MISSING} & {
        one.wrong for one in problems_of(after, LANGUAGES)
    } == set()


@given(questionnaires(), st.integers(0, 14))
def test_up_and_down_again_is_where_it_was(rows: list[dict[str, Any]], place: int) -> None:
    key = rows[place % len(rows)]["key"]
    up = moved(rows, key, -1)
    assert up == rows or moved(up, key, 1) == rows


@given(questionnaires())
def test_what_only_names_earlier_questions_is_whole(rows: list[dict[str, Any]]) -> None:
    assert problems_of(rows, LANGUAGES) == []
    assert [one.change for one in compare(rows, rows)] == [Change.SAME] * len(rows)


@given(questionnaires(), st.data())
def test_a_condition_on_what_comes_later_or_is_gone_is_found(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    further = [one for one in rows if one.get("shown_if") and not is_standing(one)]
    if not further:
        return
    one = data.draw(st.sampled_from(further))
    named = one["shown_if"]["key"]
    lost = [other for other in rows if other["key"] != named]
    if named not in {other["key"] for other in STANDING}:
        found = {(problem.key, problem.wrong) for problem in problems_of(lost, LANGUAGES)}
        assert (one["key"], Wrong.CONDITION_LOST) in found
        turned = [*(other for other in lost), next(other for other in rows if other["key"] == named)]
        found = {(problem.key, problem.wrong) for problem in problems_of(turned, LANGUAGES)}
        assert (one["key"], Wrong.CONDITION_LATER) in found


@given(questionnaires(), st.data())
def test_an_answer_to_a_question_that_is_not_asked_is_not_taken(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    said = {field_of(one): str(data.draw(st.sampled_from(possible_answers(one)))) for one in rows}
    sheet = make_sheet(rows)
    answers = read_answers(said, sheet).answers
    assert answers is not None
    by_key = {one["key"]: one for one in rows}
    for question, mark in zip(sheet.others, answers.others, strict=True):
        one = by_key[question.field.removeprefix("q_")]
        condition = one.get("shown_if")
        is_met = condition is None or int(said[field_of(by_key[condition["key"]])]) in condition["answers"]
        if not is_met:
            assert mark is None
        elif condition is None:
            assert mark == int(said[question.field])


def test_adding_and_taking_out() -> None:
    rows = with_row(STANDING, row("q1"))
    assert with_row(rows, row("q1", "scale5"))[-1]["kind"] == "scale5"
    assert without(rows, "q1") == STANDING
    assert without(rows, "overall") == rows
    changes = {one.row["key"]: one.change for one in compare(rows, with_row(STANDING, row("q2")))}
    assert (changes["q1"], changes["q2"], changes["trips"]) == (Change.REMOVED, Change.ADDED, Change.SAME)


@given(st.text(), st.sets(st.from_regex(r"[a-z_]{1,5}", fullmatch=True), max_size=5))
def test_a_new_key_is_new_and_fits_an_address(words: str, taken: set[str]) -> None:
    key = new_key(words, taken)
    assert key not in {*taken, *KNOWN, "overall", "trips"}
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key)
