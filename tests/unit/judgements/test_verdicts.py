"""What a judgement must hold, and until when a reply may come."""

from datetime import UTC, datetime, timedelta

import pytest

from conduct.judgements.rules import Problem, Verdict, completed, may_reply, problem_of, problems, tidied

NOW = datetime(2026, 10, 20, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "reason", "problem"),
    [
        (4, "", None),
        (4, "thừa cũng được", None),
        (3, "muộn", Problem.REASON_TOO_SHORT),
        (3, "muộn.", None),
        (0, "Đi muộn 6 buổi", None),
        (3, "", Problem.REASON_MISSING),
        (0, "", Problem.REASON_MISSING),
        (5, "quá cao", Problem.OUT_OF_RANGE),
        (9, "", Problem.OUT_OF_RANGE),
        (-1, "quá thấp", Problem.OUT_OF_RANGE),
        (2, "x" * 1_000, None),
        (2, "x" * 1_001, Problem.REASON_TOO_LONG),
        (4, "x" * 1_001, Problem.REASON_TOO_LONG),
    ],
)
def test_one_verdict(value: int, reason: str, problem: Problem | None) -> None:
    assert problem_of(Verdict(value, reason)) == problem


def test_blanks_are_no_reason() -> None:
    assert problem_of(tidied(Verdict(2, "  \n\t      "))) == Problem.REASON_MISSING


def test_reason_left_over_at_always_kept_is_dropped() -> None:
    assert tidied(Verdict(4, "từ lần chọn trước")) == Verdict(4)


def test_every_item_must_be_judged_and_no_other() -> None:
    found = problems({1: Verdict(4), 9: Verdict(4)}, {1, 2, 3})
    assert found == {2: Problem.UNANSWERED, 3: Problem.UNANSWERED, 9: Problem.STRANGE_ITEM}


def test_whole_sheet_has_no_problem() -> None:
    assert problems({1: Verdict(4), 2: Verdict(1, "Đi muộn")}, {1, 2}) == {}


def test_the_rest_is_kept_except_what_was_said() -> None:
    assert completed({2: Verdict(1, "Đi muộn")}, [1, 2, 3]) == {
        1: Verdict(4),
        2: Verdict(1, "Đi muộn"),
        3: Verdict(4),
    }


@pytest.mark.parametrize(
    ("month_is_open", "has_replied", "days", "may"),
    [
        (True, False, 0, True),
        (True, True, 40, True),
        (False, False, 6, True),
        (False, False, 7, False),
        (False, True, 1, False),
    ],
)
def test_right_of_reply(month_is_open: bool, has_replied: bool, days: int, may: bool) -> None:
    judged_at = NOW - timedelta(days=days)
    found = may_reply(month_is_open=month_is_open, judged_at=judged_at, has_replied=has_replied, now=NOW)
    assert found is may


def test_first_reply_ends_with_the_seventh_day() -> None:
    just = NOW - timedelta(days=7) + timedelta(seconds=1)
    assert may_reply(month_is_open=False, judged_at=just, has_replied=False, now=NOW)
