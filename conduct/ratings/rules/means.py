"""Quarter, six months and year as plain means of the months that are there (Điều 17.3, 11.2, 19.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from conduct.kernel.months import Month
from conduct.ratings.rules.periods import Period, mean

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Rated:
    """A confirmed total of a month or quarter, and the office that confirmed it."""

    period: Period
    total: Decimal
    office_id: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A month of the year; ``total`` is None when nobody confirmed one. ``by_quarter``: the quarter's total
    stands for each of its months."""

    month: Month
    total: Decimal | None = None
    office_id: int | None = None
    by_quarter: bool = False


def year_slots(year: int, rated: Iterable[Rated]) -> tuple[Slot, ...]:
    """The twelve months of a year.

    1. A month's own total counts. Two postings with a sheet each in one month: their mean.
    2. A quarter's total stands for those of its three months that have none of their own: a year of quarters
       is then the plain mean of the quarters, and after a transfer between an office that rates by month and
       one that rates by quarter every month weighs the same.
    """
    rows = list(rated)
    return tuple(_slot(Month(year, number), rows) for number in MONTHS)


def _slot(month: Month, rows: Sequence[Rated]) -> Slot:
    own = [row for row in rows if row.period.n_months == 1 and row.period.first == month]
    quarter = [row for row in rows if row.period.n_months == 3 and month in row.period.months]
    found = own or quarter
    if not found:
        return Slot(month)
    return Slot(month, mean([row.total for row in found]), found[-1].office_id, not own)


@dataclass(frozen=True, slots=True)
class Means:
    """None where no month of that time has a total. Exact; nothing is rounded."""

    quarters: tuple[Decimal | None, ...]
    halves: tuple[Decimal | None, ...]
    year: Decimal | None
    n_months: int


def means_of(slots: Sequence[Slot]) -> Means:
    """Means of the months that are there, of each quarter, each half and the year."""
    totals = [slot.total for slot in slots]
    return Means(
        tuple(mean(totals[start : start + 3]) for start in (0, 3, 6, 9)),
        tuple(mean(totals[start : start + 6]) for start in (0, 6)),
        mean(totals),
        sum(total is not None for total in totals),
    )
