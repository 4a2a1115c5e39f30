"""Months and quarters of an office, their dates, and the means of longer times (Điều 17.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from conduct.kernel.months import Month
from conduct.ratings.rules.sheet import EXACT


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A month or a quarter (three months)."""

    first: Month
    n_months: int = 1

    def __post_init__(self) -> None:
        if self.n_months not in (1, 3) or (self.n_months == 3 and self.first.month % 3 != 1):
            raise ValueError(f"no such period: {self.first} for {self.n_months} months")

    @property
    def last(self) -> Month:
        """The last month in it."""
        return self.first.plus(self.n_months - 1)

    @property
    def months(self) -> list[Month]:
        """Its months in order."""
        return list(self.first.until(self.last))

    def next(self) -> "Period":
        """The period after."""
        return Period(self.first.plus(self.n_months), self.n_months)

    def previous(self) -> "Period":
        """The period before."""
        return Period(self.first.plus(-self.n_months), self.n_months)


def period_of(month: Month, *, by_quarter: bool) -> Period:
    """The period a month lies in."""
    if not by_quarter:
        return Period(month)
    return Period(Month(month.year, month.month - (month.month - 1) % 3), 3)


@dataclass(frozen=True, slots=True)
class Dates:
    """By when each step of a period is due."""

    submit: date
    review: date
    approve: date


def mean(totals: Sequence[Decimal | None]) -> Decimal | None:
    """The plain mean of the totals that are there; None without any. No rounding."""
    there = [total for total in totals if total is not None]
    if not there:
        return None
    with localcontext(EXACT):
        return sum(there, Decimal(0)) / len(there)
