"""When a promise is due, what is kept in time, which ends follow on each other, how a code is read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from conduct.commitments.rules.promises import (
    MOST_AHEAD,
    MOST_DAYS,
    MOST_HOURS,
    Act,
    Due,
    DueProblem,
    digest_of,
    due_at,
    due_by_day,
    due_problem,
    due_within,
    kept_outcome,
    may,
    read_code,
)

TZ = timezone.get_default_timezone()
OUTCOMES = ("open", "kept", "kept_late", "broken", "withdrawn")


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=TZ)


def test_working_hours_count_from_the_minute_of_the_promise() -> None:
    assert due_within(2, at(20, 10) + timedelta(seconds=40)) == Due(at(20, 14))


@pytest.mark.parametrize(("days", "due"), [(0, at(23, 17)), (1, at(26, 17)), (2, at(27, 17))])
def test_the_end_of_a_working_day_skips_the_weekend(days: int, due: datetime) -> None:
    assert due_by_day(days, at(23, 9)) == Due(due)


@pytest.mark.parametrize(
    ("asked", "due", "moved"),
    [
        (at(20, 14, 30), at(20, 14, 30), False),
        (at(20, 17), at(20, 17), False),
        (at(20, 12), at(20, 13, 30), True),
        (at(20, 18), at(21, 7, 30), True),
        (at(24, 9), at(26, 7, 30), True),  # a Saturday
        (at(2, 9, month=9), at(3, 7, 30, month=9), True),  # the national day
    ],
)
def test_a_moment_outside_working_hours_moves_to_the_next_one(
    asked: datetime, due: datetime, moved: bool
) -> None:
    assert due_at(asked) == Due(due, moved)


def test_a_promise_lies_ahead_and_not_too_far() -> None:
    now = at(20, 10)
    assert due_problem(now, now) is DueProblem.PAST
    assert due_problem(now + timedelta(minutes=1), now) is None
    assert due_problem(now + MOST_AHEAD, now) is None
    assert due_problem(now + MOST_AHEAD + timedelta(seconds=1), now) is DueProblem.FAR


def test_the_promised_minute_is_still_in_time() -> None:
    due = at(20, 14)
    assert kept_outcome(due, due + timedelta(seconds=59)) == "kept"
    assert kept_outcome(due, due + timedelta(seconds=60)) == "kept_late"


@given(st.integers(0, 10**8), st.timedeltas(timedelta(days=-9), timedelta(0)))
def test_what_is_kept_before_the_time_is_never_late(seconds: int, early: timedelta) -> None:
    due = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert kept_outcome(due, due + early) == "kept"


def test_which_ends_follow_on_each_other() -> None:
    allowed = {(act, outcome) for act in Act for outcome in OUTCOMES if may(act, outcome)}
    assert allowed == {
        (Act.KEEP, "open"),
        (Act.BREAK, "open"),
        (Act.WITHDRAW, "open"),
        (Act.WITHDRAW, "broken"),
        (Act.CORRECT, "kept"),
        (Act.CORRECT, "kept_late"),
    }


@pytest.mark.parametrize("typed", ["K7M2 01QX", "k7m2-o1qx", " K7M2OIQX ", "k7m20lqx"])
def test_a_code_is_read_as_it_was_meant(typed: str) -> None:
    assert read_code(typed) == "K7M201QX"


def test_the_digest_depends_on_code_and_secret_and_gives_neither_away() -> None:
    found = {digest_of(code, secret) for code in ("K7M201QX", "K7M201QY") for secret in ("a", "b")}
    assert len(found) == 4
    assert all(len(digest) == 64 and "K7M2" not in digest for digest in found)


def test_the_furthest_wishes_lie_within_reach() -> None:
    """Whatever the form allows is shorter than the horizon, even over Tết."""
    for day in (date(2026, 1, 5), date(2026, 12, 28)):
        now = datetime(day.year, day.month, day.day, 8, tzinfo=TZ)
        assert due_problem(due_within(MOST_HOURS, now).at, now) is None
        assert due_problem(due_by_day(MOST_DAYS, now).at, now) is None
