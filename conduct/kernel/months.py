"""Calendar months as values: the unit in which conduct is judged, counted and closed.

Every bound is half-open and belongs to a named time zone, so that nobody computes a month's end by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

_WRITTEN = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month; ordered by time. Raises ValueError outside 1900–2199 or 1–12."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (_FIRST_YEAR <= self.year <= _LAST_YEAR and 1 <= self.month <= 12):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a date lies in (a datetime must be local already)."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read "2026-10"; anything else raises ValueError."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"not a month (YYYY-MM): {text!r}")
        return cls(int(written[1]), int(written[2]))

    @property
    def first(self) -> date:
        """First day; also how a month is stored in a DateField."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Last day."""
        return self.next().first - timedelta(days=1)

    def next(self) -> Month:
        """The month after."""
        return self.plus(1)

    def previous(self) -> Month:
        """The month before."""
        return self.plus(-1)

    def plus(self, months: int) -> Month:
        """The month so many months later (earlier, when negative)."""
        years, index = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(years, index + 1)

    def until(self, end: Month) -> Iterator[Month]:
        """Every month from this one to `end`, both included."""
        month = self
        while month <= end:
            yield month
            month = month.next()

    def bounds(self, tz: tzinfo) -> tuple[datetime, datetime]:
        """Half-open aware datetimes: from local midnight of the first day to that of the next month."""
        following = self.next()
        return datetime(self.year, self.month, 1, tzinfo=tz), datetime(
            following.year, following.month, 1, tzinfo=tz
        )

    def __contains__(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
