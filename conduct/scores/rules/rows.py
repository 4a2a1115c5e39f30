"""Scores of many postings at once, as they are stored: what `score_person` and `person_to_data` would give.

A nation has hundreds of thousands of them a month, and most items of most postings were heard of in the same
way: what an item comes to is worked out once, for every posting that it fits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple

from conduct.scores.rules.evidence import Breach, Count, Line, Person, Source
from conduct.scores.rules.numbers import EXACT, HUNDRED, ZERO, half_even_dust, half_up
from conduct.scores.rules.parts import VERSION, item_tail
from conduct.scores.rules.person import State, Weighed, item_score, officer_line, state_of, weigh_line
from conduct.scores.rules.scheme import Scheme

HEARD = (Source.CITIZEN, Source.SUPERVISOR, Source.INSPECTION, Source.PROMISE)
"""The order of the sources in a cell."""

type Pair = tuple[int, int]
"""Judged, and kept of them."""
type Cell = tuple[tuple[Pair, ...] | None, ...]
"""What each source of `HEARD` says of an item: the month, then those before it; None: nothing."""

SILENT: Cell = (None, None, None, None)
_MOST_KEPT = 30_000
_MOST_FOUND = 5_000
_HUNDREDTHS = tuple(f"{number // 100}.{number % 100:02d}" for number in range(10_001))


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A posting's month under one model as it is stored; `parts` is JSON, `coverage` has four decimals."""

    state: str
    score: Decimal | None
    band: str
    coverage: Decimal
    is_pooled: bool
    parts: str


class _Share(NamedTuple):
    """What an item earns and loses where the emphasis of all items is known: exact, then in hundredths."""

    earned: Decimal
    lost: Decimal
    earned_floor: int
    earned_gap: Decimal
    lost_floor: int
    lost_gap: Decimal


_NO_SHARE = _Share(ZERO, ZERO, 0, ZERO, 0, ZERO)


class _Item:
    """One line as it was heard of. `before` and `after` stand around the points in its JSON."""

    __slots__ = (
        "after", "before", "covered", "emphasis", "exact", "expected", "has_breach", "is_fresh", "is_pooled",
        "shares", "unscored",
    )  # fmt: skip

    def __init__(self, scheme: Scheme, weighed: Weighed, breach: Breach | None) -> None:
        line = weighed.line
        self.exact = item_score(scheme, weighed, breach)
        self.emphasis = line.emphasis
        self.expected = line.emphasis * weighed.expected
        self.covered = line.emphasis * weighed.covered
        self.is_fresh = weighed.is_fresh
        self.is_pooled = any(months > 1 for _, _, months in weighed.present)
        self.has_breach = breach is not None
        self.shares: dict[int, _Share] = {}
        shown = "null" if self.exact is None else f'"{half_up(self.exact)}"'
        self.after = item_tail(scheme, weighed, breach)
        self.before = f'[{line.key}, {line.emphasis}, {shown}, "'
        self.unscored = f'[{line.key}, {line.emphasis}, null, "0", "0", {self.after}'

    def share(self, emphasis: int) -> _Share:
        """Among items of so much emphasis in all."""
        if self.exact is None:
            return _NO_SHARE
        known = self.shares.get(emphasis)
        if known is None:
            whole = Decimal(emphasis)
            earned = self.emphasis * self.exact / whole
            lost = self.emphasis * (HUNDRED - self.exact) / whole
            plus, minus = half_even_dust(earned * HUNDRED), half_even_dust(lost * HUNDRED)
            known = _Share(earned, lost, int(plus), int(plus) - plus, int(minus), int(minus) - minus)
            self.shares[emphasis] = known
        return known


class _Plan:
    """The lines of a model as they are scored for those who serve citizens, or for the others."""

    __slots__ = ("lines", "rows")

    def __init__(self, lines: Sequence[tuple[Line, dict[object, _Item]]]) -> None:
        self.lines = lines
        self.rows: dict[object, PersonRow] = {}


class PersonRows:
    """The rows of postings under one scheme. Remembers what it worked out; not for threads."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._plans: dict[tuple[tuple[Line, ...], bool], _Plan] = {}
        self._found: dict[tuple[int, bool, bool], tuple[tuple[Line, ...], _Plan]] = {}
        self._lines: dict[tuple[Line, bool], dict[object, _Item]] = {}
        self._coverages: dict[tuple[Decimal, Decimal], tuple[Decimal, Decimal]] = {}
        self._n_kept = 0

    def row(
        self,
        person: Person,
        lines: tuple[Line, ...],
        cells: tuple[Cell, ...],
        breaches: Mapping[int, Breach] | None = None,
    ) -> PersonRow:
        """A posting under an adopted model; the last cell, one more than lines, is about the officer."""
        plan = self._plan(lines, person.serves_citizens, cells[-1] is not SILENT)
        key = None if breaches or cells[-1] is not SILENT else (cells, person.working_days)
        known = None if key is None else plan.rows.get(key)
        if known is None:
            with localcontext(EXACT):
                known = self._score(person, self._items(plan, person, cells, breaches or {}))
            if key is not None:
                plan.rows[key] = known
                self._n_kept += 1
        return known

    def _plan(self, lines: tuple[Line, ...], serves_citizens: bool, is_heard: bool) -> _Plan:
        found = self._found.get((id(lines), serves_citizens, is_heard))
        if found is not None:
            return found[1]
        if self._n_kept > _MOST_KEPT:
            self._plans, self._lines, self._n_kept = {}, {}, 0
            self._found = {}  # it would keep the old plans alive, with all their rows
        elif len(self._found) > _MOST_FOUND:
            self._found = {}
        scored = lines
        if serves_citizens or is_heard:
            scored = (*lines, officer_line(self._scheme))
        plan = self._plans.get((scored, serves_citizens))
        if plan is None:
            known = [(line, self._lines.setdefault((line, serves_citizens), {})) for line in scored]
            plan = self._plans[scored, serves_citizens] = _Plan(known)
        # Found by its identity next time, for which the lines must stay alive.
        self._found[id(lines), serves_citizens, is_heard] = (lines, plan)
        return plan

    def _items(
        self, plan: _Plan, person: Person, cells: tuple[Cell, ...], breaches: Mapping[int, Breach]
    ) -> list[_Item]:
        items = []
        for (line, known), cell in zip(plan.lines, cells, strict=False):
            breach = breaches.get(line.key) if breaches else None
            key: object = cell if breach is None else (cell, breach.late)
            item = known.get(key)
            if item is None:
                item = known[key] = self._hear(line, person, cell, breach)
                self._n_kept += 1
            items.append(item)
        return items

    def _hear(self, line: Line, person: Person, cell: Cell, breach: Breach | None) -> _Item:
        evidence = {
            (line.key, source): [Count(*pair) for pair in months]
            for source, months in zip(HEARD, cell, strict=True)
            if months is not None
        }
        return _Item(self._scheme, weigh_line(self._scheme, person, line, evidence), breach)

    def _score(self, person: Person, items: list[_Item]) -> PersonRow:
        coverage, shown = self._coverage(items)
        state = state_of(self._scheme, person, coverage, is_fresh=any(item.is_fresh for item in items))
        is_pooled = any(item.is_pooled for item in items)
        if state is not State.SCORED:
            rows = ", ".join(item.unscored for item in items)
            return PersonRow(state.value, None, "", shown, is_pooled, _parts(person, "null", rows))
        emphasis = sum(item.emphasis for item in items if item.exact is not None)
        shares = [item.share(emphasis) for item in items]
        mean = half_up(sum((share.earned for share in shares), ZERO))
        earned = _split(
            mean, [share.earned_floor for share in shares], [share.earned_gap for share in shares]
        )
        lost = _split(
            HUNDRED - mean, [share.lost_floor for share in shares], [share.lost_gap for share in shares]
        )
        score = min(mean, self._scheme.breach_cap) if any(item.has_breach for item in items) else mean
        rows = ", ".join(
            f'{item.before}{_HUNDREDTHS[plus]}", "{_HUNDREDTHS[minus]}", {item.after}'
            for item, plus, minus in zip(items, earned, lost, strict=True)
        )
        parts = _parts(person, f'"{mean}"', rows)
        return PersonRow(state.value, score, self._scheme.band(score).code, shown, is_pooled, parts)

    def _coverage(self, items: list[_Item]) -> tuple[Decimal, Decimal]:
        """Exact, and as stored."""
        expected = sum((item.expected for item in items), ZERO)
        covered = sum((item.covered for item in items), ZERO)
        known = self._coverages.get((covered, expected))
        if known is None:
            exact = covered / expected if expected else ZERO
            known = self._coverages[covered, expected] = exact, round(exact, 4)
        return known


def _split(total: Decimal, floors: list[int], gaps: list[Decimal]) -> list[int]:
    """`numbers.split` on hundredths that are already cut down to whole ones."""
    left = int(total * HUNDRED) - sum(floors)
    if left:
        for index in sorted(range(len(gaps)), key=gaps.__getitem__)[:left]:
            floors[index] += 1
    return floors


def _parts(person: Person, mean: str, items: str) -> str:
    return f'{{"v": {VERSION}, "days": {person.working_days}, "mean": {mean}, "items": [{items}]}}'
