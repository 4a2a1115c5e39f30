"""On which days people are reminded: working days alone, few of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conduct.commitments.rules.dates import dates_after_renewal
from conduct.commitments.rules.reminders import is_reminder_day
from conduct.kernel.workdays import is_working_day


def reminded(opens_on: date, due_on: date, until: date) -> list[str]:
    days = ((until - opens_on).days + 1) if until >= opens_on else 0
    all_days = (opens_on + timedelta(days=offset) for offset in range(days))
    return [f"{day:%d/%m}" for day in all_days if is_reminder_day(day, opens_on, due_on)]


def test_an_ordinary_month_has_five_reminders_and_then_one_a_week() -> None:
    """Opened on a Monday, due on a Friday; 7, 3 and 1 working days ahead, on the day, then every fifth."""
    assert reminded(date(2026, 10, 5), date(2026, 10, 30), date(2026, 11, 15)) == [
        "06/10", "21/10", "27/10", "29/10", "30/10", "06/11", "13/11",
    ]  # fmt: skip


def test_a_new_holiday_moves_the_reminders() -> None:
    """24 November is a day off from 2026 on, so what lies before it comes a day earlier."""
    assert reminded(date(2026, 11, 2), date(2026, 11, 27), date(2026, 11, 30)) == [
        "03/11", "17/11", "23/11", "26/11", "27/11",
    ]  # fmt: skip


def test_nobody_is_reminded_over_tet() -> None:
    """Tết 2026: off from Saturday 14 to Sunday 22 February, so Friday the 13th is 3 working days ahead."""
    assert reminded(date(2026, 2, 12), date(2026, 2, 25), date(2026, 3, 6)) == [
        "13/02",
        "24/02",
        "25/02",
        "04/03",
    ]


def test_a_due_day_within_tet_is_reminded_on_the_last_working_day_before() -> None:
    assert reminded(date(2026, 1, 5), date(2026, 2, 18), date(2026, 3, 2)) == [
        "06/01", "04/02", "10/02", "12/02", "13/02", "27/02",
    ]  # fmt: skip


def test_a_campaign_opened_before_a_weekend_is_reminded_on_monday() -> None:
    assert reminded(date(2026, 11, 6), date(2026, 12, 31), date(2026, 11, 30)) == ["09/11"]


def test_nothing_is_said_before_or_on_the_opening_day() -> None:
    for day in (date(2026, 11, 1), date(2026, 11, 2)):
        assert not is_reminder_day(day, date(2026, 11, 2), date(2026, 11, 2))


days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@settings(deadline=None)
@given(opens_on=days, length=st.integers(0, 60), after=st.integers(0, 120))
def test_reminders_fall_on_working_days_alone(opens_on: date, length: int, after: int) -> None:
    day = opens_on + timedelta(days=after)
    if is_reminder_day(day, opens_on, opens_on + timedelta(days=length)):
        assert is_working_day(day)
        assert day > opens_on


@settings(deadline=None, max_examples=30)
@given(opens_on=days, length=st.integers(0, 60))
def test_every_campaign_is_reminded_of_at_least_once(opens_on: date, length: int) -> None:
    due_on = opens_on + timedelta(days=length)
    assert reminded(opens_on, due_on, due_on + timedelta(days=30))


@pytest.mark.parametrize(
    ("opens_on", "due_on", "valid_from", "expected"),
    [
        # in the middle of the campaign, with time left
        ((3, 1), (12, 15), (6, 1), ((6, 1), (12, 15))),
        # after its end: 30 days more
        ((3, 1), (4, 30), (9, 1), ((9, 1), (10, 1))),
        # late in the year: until its last day
        ((3, 1), (4, 30), (12, 20), ((12, 20), (12, 31))),
        # a wording older than the campaign: signing begins no earlier than planned
        ((3, 1), (4, 30), (1, 10), ((3, 1), (4, 30))),
    ],
)
def test_a_new_wording_leaves_time_to_sign(
    opens_on: tuple[int, int],
    due_on: tuple[int, int],
    valid_from: tuple[int, int],
    expected: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    first, last = dates_after_renewal(
        2026, date(2026, *opens_on), date(2026, *due_on), date(2026, *valid_from)
    )
    assert (first, last) == (date(2026, *expected[0]), date(2026, *expected[1]))
