"""What an office may read of its savings: totals from which nobody's gift can be read off. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conduct.kernel.months import Month

# A total of fewer givers is not shown by itself: it waits for the months after it ("gộp").
MINIMUM = 5


@dataclass(frozen=True, slots=True)
class MonthSum:
    """What came in and went out for a month, in đồng, and who gave."""

    month: Month
    amount_in: int = 0
    amount_out: int = 0
    givers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ShownMonths:
    """One or more months as everybody may read them; ``amount_in`` is None while too few gave."""

    first: Month
    last: Month
    amount_in: int | None
    amount_out: int

    @property
    def is_pooled(self) -> bool:
        """Whether it stands for more than one month."""
        return self.first != self.last


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """The months of a plan, and their sums as far as they are shown."""

    months: Sequence[ShownMonths]

    @property
    def amount_in(self) -> int:
        """What came in, in the months that are shown."""
        return sum(one.amount_in or 0 for one in self.months)

    @property
    def amount_out(self) -> int:
        """What went out."""
        return sum(one.amount_out for one in self.months)

    @property
    def balance(self) -> int | None:
        """What is left; None while a month is not shown, since the difference would tell it."""
        return None if self.is_waiting else self.amount_in - self.amount_out

    @property
    def is_waiting(self) -> bool:
        """Whether the last months wait for more givers."""
        return any(one.amount_in is None for one in self.months)


def filled(sums: Iterable[MonthSum], first: Month, last: Month) -> list[MonthSum]:
    """Every month from ``first`` to ``last`` or to the last that has a sum, empty ones included."""
    known = {one.month: one for one in sums}
    return [known.get(month, MonthSum(month)) for month in first.until(max([last, *known]))]


def shown(months: Sequence[MonthSum]) -> ShownPlan:
    """The months in their order: each by itself when at least MINIMUM persons gave or nobody did, else
    together with those after it until that many persons gave in them."""
    found: list[ShownMonths] = []
    pool: list[MonthSum] = []
    for one in months:
        pool.append(one)
        givers = frozenset[int]().union(*(part.givers for part in pool))
        if not givers or len(givers) >= MINIMUM:
            found.append(_together(pool, is_shown=True))
            pool = []
    if pool:
        found.append(_together(pool, is_shown=False))
    return ShownPlan(found)


def _together(pool: list[MonthSum], *, is_shown: bool) -> ShownMonths:
    return ShownMonths(
        pool[0].month,
        pool[-1].month,
        sum(one.amount_in for one in pool) if is_shown else None,
        sum(one.amount_out for one in pool),
    )
