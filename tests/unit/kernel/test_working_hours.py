"""Working hours: hand-worked examples around lunch, nights, weekends, Tết and swapped days; then laws."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from conduct.kernel.workdays import (
    add_working_hours,
    end_of_working_day,
    is_working_day,
    next_working_moment,
    working_day,
    working_time_between,
)

TZ = timezone.get_default_timezone()
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """ "16/2 07:30" of 2026, or "16/2/2027 07:30", local."""
    day, _, clock = text.partition(" ")
    parts = [int(part) for part in day.split("/")]
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(parts[2] if len(parts) > 2 else 2026, parts[1], parts[0], hour, minute, tzinfo=TZ)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("19/10 08:00", 2, "19/10 10:00"),
        ("19/10 11:00", 1, "19/10 14:00"),  # over lunch
        ("19/10 07:30", 4, "19/10 11:30"),  # until the morning closes, not when the afternoon opens
        ("19/10 11:30", 1, "19/10 14:30"),
        ("19/10 12:15", 1, "19/10 14:30"),
        ("19/10 12:15", 0, "19/10 13:30"),
        ("19/10 16:30", 1, "20/10 08:00"),  # over night
        ("19/10 16:00", 1, "19/10 17:00"),
        ("23/10 16:30", 1, "26/10 08:00"),  # Friday to Monday
        ("24/10 09:00", 1, "26/10 08:30"),  # a Saturday
        ("19/10 05:00", 8, "20/10 08:00"),  # 7.5 hours a day
        ("31/12 16:30", 1, "4/1/2027 08:00"),  # New Year's Day is a Friday
        # Tết 2026: 16–20/2, then a weekend
        ("13/2 16:30", 1, "23/2 08:00"),
        # Tết 2027: 4–10/2
        ("3/2/2027 16:30", 1, "11/2/2027 08:00"),
        # National day 2026: 31/8 swapped for Saturday 22/8, then 1 and 2/9
        ("28/8 16:30", 1, "3/9 08:00"),
        ("21/8 16:30", 1, "22/8 08:00"),
        ("22/8 16:30", 1, "24/8 08:00"),
        # Hùng Vương 2026 falls on a Sunday: the Monday is free
        ("24/4 16:30", 1, "28/4 08:00"),
        # Vietnamese Culture Day, from 2026
        ("23/11 16:30", 1, "25/11 08:00"),
    ],
)
def test_hours_are_counted_as_offices_work(start: str, hours: int, end: str) -> None:
    assert add_working_hours(at(start), hours) == at(end)
    assert working_time_between(at(start), at(end)) == timedelta(hours=hours)


def days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def test_the_library_knows_tet_and_the_national_day_of_both_years() -> None:
    """What our examples rest on: free weekdays, and the Saturdays worked instead."""

    def free(first: date, last: date) -> list[int]:
        return [day.day for day in days(first, last) if day.weekday() < 5 and not is_working_day(day)]

    def worked(first: date, last: date) -> list[date]:
        return [day for day in days(first, last) if day.weekday() >= 5 and is_working_day(day)]

    assert free(date(2026, 2, 1), date(2026, 2, 28)) == [16, 17, 18, 19, 20]
    assert free(date(2027, 2, 1), date(2027, 2, 28)) == [4, 5, 8, 9, 10]
    assert free(date(2026, 8, 24), date(2026, 9, 30)) == [31, 1, 2]
    assert free(date(2027, 8, 24), date(2027, 9, 30)) == [2, 3]
    assert worked(date(2025, 1, 1), date(2025, 12, 31)) == [date(2025, 4, 26)]
    assert worked(date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, 8, 22)]
    assert worked(date(2027, 1, 1), date(2027, 12, 31)) == []


@pytest.mark.parametrize(
    ("day", "n", "end"),
    [
        (date(2026, 10, 19), 0, "19/10 17:00"),
        (date(2026, 10, 19), 1, "20/10 17:00"),
        (date(2026, 10, 23), 1, "26/10 17:00"),
        (date(2026, 10, 24), 0, "26/10 17:00"),  # a Saturday: the next day of work
        (date(2026, 10, 24), 1, "26/10 17:00"),
        (date(2026, 8, 21), 1, "22/8 17:00"),  # the Saturday that is worked
        (date(2026, 8, 22), 5, "28/8 17:00"),
        (date(2026, 8, 22), 6, "3/9 17:00"),
        (date(2026, 2, 13), 1, "23/2 17:00"),
        (date(2027, 2, 3), 2, "12/2/2027 17:00"),
    ],
)
def test_the_end_of_a_later_working_day(day: date, n: int, end: str) -> None:
    assert end_of_working_day(day, n) == at(end)
    assert working_day(day, n) == at(end).date()


def test_another_time_zone_means_the_same_moment() -> None:
    assert add_working_hours(datetime(2026, 10, 19, 1, 0, tzinfo=UTC), 1) == at("19/10 09:00")
    assert working_time_between(datetime(2026, 10, 19, 1, 0, tzinfo=UTC), at("19/10 09:00")) == HOUR


def test_nobody_counts_backwards() -> None:
    with pytest.raises(ValueError):
        add_working_hours(at("19/10 08:00"), -1)
    with pytest.raises(ValueError):
        end_of_working_day(date(2026, 10, 19), -1)
    assert working_time_between(at("19/10 10:00"), at("19/10 08:00")) == timedelta(0)


def test_an_office_sets_its_own_hours(settings: Settings) -> None:
    settings.WORKING_HOURS = ["08:00-12:00", "13:00-17:00"]
    assert add_working_hours(at("19/10 11:30"), 1) == at("19/10 13:30")
    settings.WORKING_HOURS = ["09:00-10:00"]
    assert end_of_working_day(date(2026, 10, 19)) == at("19/10 10:00")


@pytest.mark.parametrize(
    "hours", [[], ["sáng"], ["8:00-12:00"], ["12:00-08:00"], ["13:30-17:00", "07:30-11:30"], ["07:30-07:30"]]
)
def test_hours_that_cannot_be_are_refused(settings: Settings, hours: list[str]) -> None:
    settings.WORKING_HOURS = hours
    with pytest.raises(ImproperlyConfigured):
        add_working_hours(at("19/10 08:00"), 1)


_SINCE, _FOUR_YEARS = datetime(2025, 1, 1, tzinfo=UTC), 4 * 365 * 24 * 60 * 60
moments = st.integers(0, _FOUR_YEARS).map(lambda seconds: _SINCE + timedelta(seconds=seconds))
spans = st.integers(min_value=0, max_value=60 * 60 * 150).map(lambda seconds: timedelta(seconds=seconds))


@given(moments, spans)
def test_the_result_lies_in_working_time_and_not_before(start: datetime, span: timedelta) -> None:
    end = add_working_hours(start, span)
    assert end >= start
    assert is_working_day(end.date())
    clock = end.strftime("%H:%M:%S")
    assert "07:30:00" <= clock <= "11:30:00" or "13:30:00" <= clock <= "17:00:00"
    assert next_working_moment(end) == end


@given(moments, spans)
def test_what_is_added_lies_between(start: datetime, span: timedelta) -> None:
    assert working_time_between(start, add_working_hours(start, span)) == span


@given(moments, spans, spans)
def test_adding_in_two_steps_is_adding_at_once(start: datetime, a: timedelta, b: timedelta) -> None:
    assert add_working_hours(add_working_hours(start, a), b) == add_working_hours(start, a + b)


@given(moments, moments, spans, spans)
def test_later_and_longer_never_ends_earlier(
    one: datetime, other: datetime, a: timedelta, b: timedelta
) -> None:
    early, late = sorted((one, other))
    short, long = sorted((a, b))
    assert add_working_hours(early, short) <= add_working_hours(late, long)


@given(moments, moments, moments)
def test_stretches_of_time_sum_up(one: datetime, two: datetime, three: datetime) -> None:
    a, b, c = sorted((one, two, three))
    assert working_time_between(a, b) + working_time_between(b, c) == working_time_between(a, c)


@given(st.dates(date(2025, 1, 1), date(2028, 12, 1)), st.integers(1, 60), st.integers(0, 60))
def test_working_days_are_counted_on_from_a_working_day(day: date, n: int, m: int) -> None:
    assert working_day(working_day(day, n), m) == working_day(day, n + m)
    assert end_of_working_day(day, n) <= end_of_working_day(day, n + m)
