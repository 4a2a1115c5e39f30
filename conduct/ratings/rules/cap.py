"""The cap on "excellent" (Điều 20.5): its base, its arithmetic, and who is over it.

Three readings of the base are in use. As written ("good only") the cap is a share of those rated *good*; it
depends on itself, because whoever is over the cap becomes good. The reading here: of E who would be
excellent and G who would be good, the greatest k ≤ E with k ≤ ⌊p × (G + E − k)⌋, that is, p of those who are
good once the rest has dropped. "Good and above" is ⌊p × (G + E)⌋; "all" is ⌊p × all who are classed⌋. Each
is rounded down, and taken within the agency and within each group of like duties.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from conduct.ratings.rules.scheme import HUNDRED
from conduct.ratings.rules.year_class import EXCELLENT, GOOD


class Base(StrEnum):
    """What the percentage is taken of."""

    GOOD_ONLY = "good_only"
    GOOD_AND_ABOVE = "good_and_above"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who is to have a class. ``is_decided``: the class stands already and keeps its place."""

    key: int
    level: str
    mean: Decimal
    group: str = ""
    is_decided: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The arithmetic of the agency (``group`` empty) or of one group of like duties.

    ``base`` is the number that the percentage is taken of, at the limit: limit = ⌊percent × base / 100⌋, or
    fewer when fewer are proposed.
    """

    group: str
    n_excellent: int
    n_good: int
    n_rated: int
    base: int
    limit: int

    @property
    def n_over(self) -> int:
        """How many are proposed beyond the limit."""
        return max(0, self.n_excellent - self.limit)


@dataclass(frozen=True, slots=True)
class Over:
    """Somebody beyond the limit of a scope; ``is_tied``: the last one inside has the same mean, so that the
    points alone do not say which of them is to drop."""

    key: int
    group: str
    place: int
    limit: int
    is_tied: bool


@dataclass(frozen=True, slots=True)
class CapResult:
    """Every scope's arithmetic, groups first, and who is over."""

    percent: Decimal
    base: Base
    scopes: tuple[Scope, ...]
    over: tuple[Over, ...]


def share_of(percent: Decimal, number: int) -> int:
    """⌊percent × number / 100⌋."""
    return int(percent * number // HUNDRED)


def limit_of(base: Base, percent: Decimal, *, n_excellent: int, n_good: int, n_rated: int) -> tuple[int, int]:
    """How many of ``n_excellent`` may stay, and the number that the percentage was taken of."""
    if base is Base.ALL:
        return share_of(percent, n_rated), n_rated
    together = n_good + n_excellent
    if base is Base.GOOD_AND_ABOVE:
        return share_of(percent, together), together
    for stay in range(n_excellent, -1, -1):
        if stay <= share_of(percent, together - stay):
            return stay, together - stay
    raise AssertionError("nobody is always within the cap")


def apply_cap(people: Iterable[Candidate], base: Base, percent: Decimal) -> CapResult:
    """Who is over the cap, those with the lowest means first to drop.

    1. Within each named group of like duties. 2. Within the agency, with those that a group drops counted as
    good: dropping more only widens the base of the groups, so both hold at the end.
    """
    rows = list(people)
    scopes, over = [], []
    for group in sorted({row.group for row in rows if row.group}):
        scope, beyond = _measure([row for row in rows if row.group == group], group, base, percent)
        scopes.append(scope)
        over.extend(beyond)
    dropped = {one.key for one in over}
    settled = [
        Candidate(row.key, GOOD, row.mean, row.group, row.is_decided) if row.key in dropped else row
        for row in rows
    ]
    scope, beyond = _measure(settled, "", base, percent)
    return CapResult(percent, base, (*scopes, scope), (*over, *beyond))


def _measure(rows: Sequence[Candidate], group: str, base: Base, percent: Decimal) -> tuple[Scope, list[Over]]:
    best = sorted(
        (row for row in rows if row.level == EXCELLENT),
        key=lambda row: (not row.is_decided, -row.mean, row.key),
    )
    n_good = sum(row.level == GOOD for row in rows)
    limit, number = limit_of(base, percent, n_excellent=len(best), n_good=n_good, n_rated=len(rows))
    inside = best[:limit]
    over = [
        Over(row.key, group, place, limit, bool(inside) and inside[-1].mean == row.mean)
        for place, row in enumerate(best[limit:], limit + 1)
    ]
    return Scope(group, len(best), n_good, len(rows), number, limit), over
