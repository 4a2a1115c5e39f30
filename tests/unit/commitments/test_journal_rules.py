"""Days of a journal."""

from datetime import date, timedelta

import pytest

from conduct.commitments.rules.journal import (
    DayProblem,
    Remedy,
    day_problem,
    new_day_problem,
    remedy_day_problem,
    remedy_state,
)

TODAY = date(2026, 10, 20)


def away(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "problem"),
    [(1, DayProblem.IN_THE_FUTURE), (0, None), (-62, None), (-63, DayProblem.TOO_LONG_AGO)],
)
def test_an_entry_is_about_a_day_one_remembers(days: int, problem: DayProblem | None) -> None:
    assert day_problem(away(days), TODAY) is problem


@pytest.mark.parametrize(
    ("days", "problem"),
    [(-1, DayProblem.BEFORE_THE_SLIP), (0, None), (366, None), (367, DayProblem.TOO_FAR_AHEAD)],
)
def test_a_remedy_comes_after_its_slip(days: int, problem: DayProblem | None) -> None:
    assert remedy_day_problem(away(days), TODAY) is problem


@pytest.mark.parametrize(
    ("days", "problem"), [(0, DayProblem.NOT_AHEAD), (1, None), (367, DayProblem.TOO_FAR_AHEAD)]
)
def test_a_new_day_lies_ahead(days: int, problem: DayProblem | None) -> None:
    assert new_day_problem(away(days), TODAY) is problem


@pytest.mark.parametrize(
    ("was_remedied", "days", "state"),
    [
        (None, 1, Remedy.AHEAD),
        (None, 0, Remedy.DUE),
        (None, -1, Remedy.LATE),
        (False, 1, Remedy.AHEAD),
        (False, -1, Remedy.LATE),
        (True, -1, Remedy.DONE),
        (True, 1, Remedy.DONE),
    ],
)
def test_how_a_remedy_stands(was_remedied: bool | None, days: int, state: Remedy) -> None:
    assert remedy_state(was_remedied=was_remedied, remedy_by=away(days), today=TODAY) is state
