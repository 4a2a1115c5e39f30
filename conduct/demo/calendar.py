"""The months of the demo: where they begin, when each closes, when the merger was."""

from dataclasses import dataclass
from datetime import date, timedelta

from conduct.kernel.months import Month
from conduct.kernel.workdays import is_working_day, nth_working_day, working_days

FIRST_DAY = date(2025, 7, 1)
"""Two-tier local government: no commune of the demo is older, and no month before it is shown."""
_MONTHS_BACK = 18
_MERGER_MONTHS_BACK = 6
_CLOSING_DAY = 5


@dataclass(frozen=True)
class DemoCalendar:
    """Everything the demo derives from the day it is made for."""

    as_of: date

    def __post_init__(self) -> None:
        """ValueError when no month with a merger in it would fit."""
        if self.as_of < date(2025, 9, 1):
            raise ValueError("The demo begins on 1/7/2025: choose a day from 1/9/2025 on.")

    @property
    def current(self) -> Month:
        """The open month."""
        return Month.of(self.as_of)

    @property
    def first(self) -> Month:
        """The first month shown: 18 months back, and never before July 2025."""
        return max(Month.of(FIRST_DAY), self.current.plus(-_MONTHS_BACK))

    @property
    def months(self) -> list[Month]:
        """Every month shown, the current one last."""
        return list(self.first.until(self.current))

    @property
    def merger(self) -> date:
        """The day on which two communes became one, half a year ago."""
        return max(self.current.plus(-_MERGER_MONTHS_BACK), self.first.next()).first

    @property
    def years(self) -> list[int]:
        """The years in which pledges were asked for."""
        return sorted({month.year for month in self.months})

    def is_closed(self, month: Month) -> bool:
        """Whether the head had closed the month before the day of the demo."""
        return closing_day(month) < self.as_of

    def last_day(self, month: Month) -> date:
        """The last day of the month with evidence: its end, or the day of the demo."""
        return min(month.last, self.as_of)

    def share_gone(self, month: Month) -> float:
        """How much of the month has passed, by working days; 1 for a month that ended."""
        return working_days(month.first, self.last_day(month)) / max(1, working_days(month.first, month.last))


def closing_day(month: Month) -> date:
    """Working day 5 of the next month."""
    return nth_working_day(month.next(), _CLOSING_DAY)


def open_days(first: date, last: date) -> list[date]:
    """The working days from `first` to `last`, both included."""
    days = (last - first).days + 1
    return [day for day in (first + timedelta(n) for n in range(days)) if is_working_day(day)]
