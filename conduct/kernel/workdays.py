"""Vietnamese working days: Monday to Friday without public holidays, with the days the state swaps.

Source: the `holidays` library, which follows the yearly announcements of the Ministry of Home Affairs.
"""

from datetime import date, timedelta

from holidays import country_holidays

from conduct.kernel.months import Month

_CALENDAR = country_holidays("VN")


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
