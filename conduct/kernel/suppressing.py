"""Which counts may be shown, so that nobody computes from them what is hidden.

A count below the minimum is hidden. Where an agency and all but one of those below it are shown, the last
follows by subtraction: so what is left over when the shown ones are taken away must be enough, too, and hold
answers of either kind (else "all were satisfied" is known of each). Children are hidden rather than the
whole: what is shown below is always shown above. A quarter or year is shown when it only adds up what is
known; else only where all its months are hidden, and what is left over is again enough. A decision is never
taken back.

Why no cell can be computed is argued in docs/statistics.md and attacked in
tests/unit/kernel/test_suppressing.py. No answers at all is no secret: a count of 0 is known to everybody.
Keys are anything hashable; a period is the tuple of its months.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Count:
    """So many answered, so many of them were satisfied. Additive."""

    judged: int = 0
    kept: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.judged + other.judged, self.kept + other.kept)

    def __sub__(self, other: "Count") -> "Count":
        return Count(self.judged - other.judged, self.kept - other.kept)

    @property
    def is_mixed(self) -> bool:
        """Whether it holds answers of either kind."""
        return 0 < self.kept < self.judged


def total(counts: Iterable[Count]) -> Count:
    """The sum."""
    return sum(counts, Count())


def choose_shown[K: Hashable](
    counts: Mapping[K, Count],
    above: Mapping[K, K | None],
    minimum: int,
    allowed: Collection[K] | None = None,
) -> set[K]:
    """The agencies to show in one period; ``counts`` hold whole subtrees, ``above`` the agency above each.

    Agencies without answers are not among them: that nobody answered is known anyhow. ``allowed``: those that
    may be shown at all, such as where the answers to a wider question are shown.
    """
    below: dict[K | None, list[K]] = {}
    for key in counts:
        parent = above.get(key)
        below.setdefault(parent if parent in counts else None, []).append(key)
    chosen: dict[K, set[K] | None] = {}

    def choose(key: K) -> set[K] | None:
        """Which of those directly below to show when this one is; None when it cannot be shown."""
        children = [child for child in below.get(key, ()) if counts[child].judged]
        able = [child for child in children if chosen[child] is not None]
        own = counts[key] - total(counts[child] for child in children)
        if counts[key].judged < minimum or (allowed is not None and key not in allowed):
            return None
        return _hold_back(own, counts, children, able, minimum)

    for key in _bottom_up(below):
        chosen[key] = choose(key)
    shown: set[K] = set()
    front = [key for key in below.get(None, ()) if chosen[key] is not None]
    while front:
        key = front.pop()
        shown.add(key)
        front += chosen[key] or set()
    return shown


def _bottom_up[K: Hashable](below: Mapping[K | None, list[K]]) -> list[K]:
    order = list(below.get(None, ()))
    for key in order:
        order += below.get(key, ())
    return order[::-1]


def _hold_back[K: Hashable](
    own: Count,
    counts: Mapping[K, Count],
    children: Sequence[K],
    able: Collection[K],
    minimum: int,
    is_full: Callable[[Collection[K]], bool] | None = None,
) -> set[K] | None:
    """As many of ``able`` as can be shown beside their sum; None when the sum itself gives too much away.

    What is left over may be the agency's own answers alone. Where months are hidden, ``is_full`` says whether
    it has answers in all of them beside those shown, and it must hold answers of both kinds: else a month
    would follow from it.
    """
    shown = set(able)
    rest = own + total(counts[child] for child in children if child not in shown)
    for key in [*sorted(able, key=lambda child: (counts[child].judged, str(child))), None]:
        n_parts = bool(own.judged) + len(children) - len(shown)
        is_own_alone = len(children) == len(shown)
        is_vague = rest.is_mixed and (is_own_alone or n_parts > 1)
        is_safe = (is_vague or is_own_alone) if is_full is None else (is_vague and is_full(shown))
        if not rest.judged or (rest.judged >= minimum and is_safe):
            return shown
        if key is not None:
            shown.remove(key)
            rest += counts[key]
    return None


@dataclass(frozen=True)
class Grid[K: Hashable, M: Hashable]:
    """All counts of one question by agency and month, the trees of the months, and what is shown so far.

    ``shown`` holds (agency, period); months are decided by `choose_shown`, longer periods by
    `choose_periods`, quarters before years.
    """

    counts: Mapping[tuple[K, M], Count]
    above: Mapping[tuple[K, M], K | None]
    minimum: int
    shown: set[tuple[K, tuple[M, ...]]] = field(default_factory=set)

    @cached_property
    def below(self) -> dict[tuple[K, M], list[K]]:
        """What stands directly below an agency in a month."""
        found: dict[tuple[K, M], list[K]] = {}
        for (key, month), parent in self.above.items():
            if parent is not None:
                found.setdefault((parent, month), []).append(key)
        return found

    def count(self, key: K, period: Sequence[M]) -> Count:
        """What an agency counts in a period."""
        return total(self.counts.get((key, month), Count()) for month in period)

    def is_known(self, key: K, period: tuple[M, ...]) -> bool:
        """Whether everybody knows that count: shown, or nobody answered."""
        return (key, period) in self.shown or not self.count(key, period).judged

    def parent(self, key: K, period: Sequence[M]) -> K | None:
        """The agency above it throughout the period; KeyError when that changed."""
        found = {self.above.get((key, month)) for month in period if (key, month) in self.counts}
        if len(found) != 1:
            raise KeyError(key)
        return found.pop()


def choose_month[K: Hashable, M: Hashable](
    grid: Grid[K, M], month: M, allowed: Collection[K] | None = None
) -> set[K]:
    """The agencies to show in a month, out of those allowed."""
    counts = {key: count for (key, of), count in grid.counts.items() if of == month}
    above = {key: parent for (key, of), parent in grid.above.items() if of == month}
    return choose_shown(counts, above, grid.minimum, allowed)


def choose_period[K: Hashable, M: Hashable](
    grid: Grid[K, M],
    period: tuple[M, ...],
    inner: Sequence[tuple[M, ...]],
    allowed: Collection[K] | None = None,
) -> set[K]:
    """The agencies to show in a quarter or year, whose months (and quarters) are decided.

    ``inner``: the periods between, such as the quarters of a year; none for a quarter. Out of those not
    allowed only sums that follow from what is shown are.
    """
    return _Chooser(grid, period, inner, allowed).choose()


class _Chooser[K: Hashable, M: Hashable]:
    """One period's decision, from the top of the tree down."""

    def __init__(
        self,
        grid: Grid[K, M],
        period: tuple[M, ...],
        inner: Sequence[tuple[M, ...]],
        allowed: Collection[K] | None,
    ) -> None:
        self.grid, self.period, self.inner, self.allowed = grid, period, list(inner), allowed
        keys = dict.fromkeys(key for month in period for key, of in grid.counts if of == month)
        self.counts = {key: grid.count(key, period) for key in keys}
        self.below: dict[K | None, list[K]] = {}
        self.unsteady: set[K | None] = set()
        for key in keys:
            try:
                self.below.setdefault(grid.parent(key, period), []).append(key)
            except KeyError:  # it moved: shown only where it adds up what is known
                self.unsteady |= {grid.above.get((key, month)) for month in period}

    def choose(self) -> set[K]:
        shown = {key for key in self.counts if self.counts[key].judged and self._adds_up(key)}
        shown |= {key for key in self.below.get(None, ()) if key not in shown and self._is_whole_secret(key)}
        front = list(self.below.get(None, ()))
        while front:
            key = front.pop()
            children = self.below.get(key, [])
            if key in shown:
                shown |= self._from_parts(key, shown) if self._adds_up(key) else self._from_sum(key, children)
            front += children
        return shown

    def _columns(self, key: K) -> list[tuple[M, ...]] | None:
        """The finest known periods that make up this one, without those of no answers; None if some lack."""
        columns: list[tuple[M, ...]] = []
        for part in self.inner or [self.period]:
            months = [(month,) for month in part]
            if all(self.grid.is_known(key, month) for month in months):
                columns += months
            elif part != self.period and self.grid.is_known(key, part):
                columns.append(part)
            else:
                return None
        return [column for column in columns if self.grid.count(key, column).judged]

    def _adds_up(self, key: K) -> bool:
        return self._columns(key) is not None

    def _is_hidden_throughout(self, key: K) -> bool:
        """Whether neither a month nor an inner period of it is shown."""
        parts = [(month,) for month in self.period] + self.inner
        return not any((key, part) in self.grid.shown for part in parts)

    def _is_whole_secret(self, key: K) -> bool:
        """Whether a sum over hidden months gives none away: two or more, with answers of both kinds."""
        n_months = sum(self.grid.count(key, (month,)).judged > 0 for month in self.period)
        count = self.counts[key]
        return (
            n_months > 1
            and (self.allowed is None or key in self.allowed)
            and count.judged >= self.grid.minimum
            and count.is_mixed
            and self._is_hidden_throughout(key)
        )

    def _from_sum(self, key: K, children: Sequence[K]) -> set[K]:
        """Below an agency of which only the sum is known.

        Its months may be bounded by those of an agency above. So nobody is shown who had no answers in one of
        them, nor may what is left over have none: in a table without holes every cell can go up and down.
        """
        if key in self.unsteady:
            return set()
        months = [(month,) for month in self.period if self.grid.count(key, (month,)).judged]
        filled = [child for child in children if self.counts[child].judged]
        able = [
            child
            for child in filled
            if self._is_whole_secret(child) and all(self.grid.count(child, month).judged for month in months)
        ]
        own = self.counts[key] - total(self.counts[child] for child in filled)

        def is_full(shown: Collection[K]) -> bool:
            rests = (
                self.grid.count(key, month) - total(self.grid.count(child, month) for child in shown)
                for month in months
            )
            return all(rest.judged for rest in rests)

        return _hold_back(own, self.counts, filled, able, self.grid.minimum, is_full) or set()

    def _from_parts(self, key: K, shown: Collection[K]) -> set[K]:
        """Below an agency whose months are known: sums of agencies that are hidden in all of them."""
        columns = self._columns(key) or []
        rows = [
            child
            for child in self.below.get(key, ())
            if child not in shown
            and self._is_whole_secret(child)
            and all(self.grid.count(child, column).judged for column in columns)
        ]
        if len(columns) < 2:
            return set()
        rows.sort(key=lambda child: (-self.counts[child].judged, str(child)))
        rests = [self._rest(key, set(rows), column) for column in columns]
        while rows and not self._is_safe(len(rows), rests):
            row = rows.pop()
            rests = [rest + self.grid.count(row, column) for rest, column in zip(rests, columns, strict=True)]
        return set(rows)

    def _is_safe(self, n_rows: int, rests: Sequence[Count]) -> bool:
        """Whether rows may be shown beside the columns: a full table of rows, and of a rest in every column.

        Every cell of such a table can go up and down when all its sums are above 0.
        """
        if not any(rest.judged for rest in rests):
            return n_rows > 1
        rest = total(rests)
        return all(one.judged for one in rests) and rest.judged >= self.grid.minimum and rest.is_mixed

    def _rest(self, key: K, rows: Collection[K], column: tuple[M, ...]) -> Count:
        """What is neither shown nor among the rows: the agency's own answers and the hidden ones below."""
        rest = self.grid.count(key, column)
        for month in column:
            for child in self.grid.below.get((key, month), ()):
                if child in rows or self._is_apart(child, month, column):
                    rest -= self.grid.count(child, (month,))
        return rest

    def _is_apart(self, key: K, month: M, column: tuple[M, ...]) -> bool:
        """Whether its count is known by itself: the month, or a shown period that the month lies in."""
        if self.grid.is_known(key, (month,)) or self.grid.is_known(key, column):
            return True
        return any((key, part) in self.grid.shown for part in self.inner if month in part)
