"""The years of an undertaking. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A year as far as it counts: from ``first`` to ``last``, both included."""

    year: int
    first: date
    last: date


def spans(starts_on: date, ends_on: date | None, today: date) -> list[Span]:
    """The calendar years of an undertaking up to today, the newest first; empty before it begins."""
    end = min(today, ends_on or today)
    return [
        Span(year, max(starts_on, date(year, 1, 1)), min(end, date(year, 12, 31)))
        for year in range(end.year, starts_on.year - 1, -1)
        if starts_on <= end
    ]
