"""Vietnamese working days and hours: Monday to Friday without public holidays, with the days the state swaps.

Source of the days: the `holidays` library, which follows the yearly announcements of the Ministry of Home
Affairs. Source of the hours: ``settings.WORKING_HOURS``. Both ends of a stretch of hours are working time, so
that what must be done "by the end of the day" is due at 17:00 and not on the next morning.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from holidays import country_holidays

from conduct.kernel.months import Month

_CALENDAR = country_holidays("VN")
_STRETCH = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_DAY, _NO_TIME = timedelta(days=1), timedelta(0)


def is_working_day(day: date) -> bool:
    """Whether offices work on that day; a Saturday swapped for a bridge day counts as worked."""
    return _CALENDAR.is_working_day(day)


def working_days(first: date, last: date) -> int:
    """How many working days lie from `first` to `last`, both included; 0 when `last` is before `first`."""
    days = (last - first).days + 1
    return sum(is_working_day(first + timedelta(days=offset)) for offset in range(days))


def nth_working_day(month: Month, n: int) -> date:
    """The n-th working day of a month, counted from 1; ValueError when it has fewer."""
    if n < 1:
        raise ValueError("working days are counted from 1")
    left, day = n, month.first
    while day in month:
        left -= is_working_day(day)
        if left == 0:
            return day
        day += timedelta(days=1)
    raise ValueError(f"{month} has fewer than {n} working days")


def working_day(day: date, n_later: int = 0) -> date:
    """The day itself, or the first working day after it (0); else the n-th working day after the day."""
    if n_later < 0:
        raise ValueError("working days are counted forward")
    left = n_later if n_later else int(not is_working_day(day))
    while left:
        day += _DAY
        left -= is_working_day(day)
    return day


def end_of_working_day(day: date, n_days_later: int = 0) -> datetime:
    """The moment at which offices close on the working day that `working_day` gives, local time."""
    return _local(working_day(day, n_days_later), _hours()[-1][1])


def add_working_hours(start: datetime, hours: int | timedelta) -> datetime:
    """The first moment from ``start`` on, in working time, until which so much working time has passed.

    ``start`` is aware, the result local; outside working hours the count begins when offices open. ValueError
    for less than nothing.
    """
    left = hours if isinstance(hours, timedelta) else timedelta(hours=hours)
    if left < _NO_TIME:
        raise ValueError("working hours are counted forward")
    for opens, closes in _stretches(timezone.localtime(start)):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("working time never ends")


def next_working_moment(moment: datetime) -> datetime:
    """The moment itself in working time, else when offices open next."""
    return add_working_hours(moment, 0)


def working_time_between(start: datetime, end: datetime) -> timedelta:
    """How much working time lies from ``start`` to ``end``; nothing when ``end`` is not after ``start``."""
    end, passed = timezone.localtime(end), _NO_TIME
    for opens, closes in _stretches(timezone.localtime(start)):
        if opens >= end:
            break
        passed += min(closes, end) - opens
    return passed


def _stretches(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is left of the stretch of hours in which ``start`` lies, then all that follow; without an end."""
    day = start.date()
    while True:
        if is_working_day(day):
            for first, last in _hours():
                opens, closes = _local(day, first), _local(day, last)
                if start <= closes:
                    yield max(opens, start), closes
        day += _DAY


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=timezone.get_default_timezone())


def _hours() -> tuple[tuple[time, time], ...]:
    return _parsed(tuple(settings.WORKING_HOURS))


@cache
def _parsed(written: tuple[str, ...]) -> tuple[tuple[time, time], ...]:
    """ "07:30-11:30" → (7:30, 11:30). Raises ImproperlyConfigured unless the stretches follow each other."""
    found = [_STRETCH.fullmatch(text) for text in written]
    numbers = [[int(part) for part in match.groups()] for match in found if match]
    hours = tuple((time(h, m), time(to_h, to_m)) for h, m, to_h, to_m in numbers)
    ends = [moment for stretch in hours for moment in stretch]
    if not hours or None in found or ends != sorted(set(ends)):
        raise ImproperlyConfigured(
            f"WORKING_HOURS must be stretches such as 07:30-11:30,13:30-17:00, not {','.join(written)!r}."
        )
    return hours
