"""A person's month: from counts by item and source to a score with every part that explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from conduct.scores.rules.evidence import (
    BESIDE,
    OFFICER_LINE,
    Breach,
    Count,
    Line,
    Person,
    Source,
)
from conduct.scores.rules.numbers import EXACT, HUNDRED, ZERO, half_up, split
from conduct.scores.rules.scheme import Scheme, SourceRule

Evidence = Mapping[tuple[int, Source], Sequence[Count]]
"""Counts by line and source, the month itself first, then the months before it, newest first."""

_ORDER = {source: place for place, source in enumerate(Source)}


class State(StrEnum):
    """What a month came to."""

    SCORED = "scored"
    INSUFFICIENT = "insufficient"
    NOT_CONSIDERED = "not_considered"


class Reason(StrEnum):
    """Why something is not in the score."""

    ABSENT = "absent"  # expected at the item, nothing came
    BELOW_MINIMUM = "below_minimum"
    NO_WEIGHT = "no_weight"  # shown beside, never counted


@dataclass(frozen=True, slots=True)
class SourcePart:
    """One source at one item. `share` of the item's weight (0–1), `rate` and `points` out of 100."""

    source: Source
    judged: int
    kept: int
    months: int
    """1, or 2 or 3 when months before were pooled."""
    k: Decimal
    p: Decimal
    share: Decimal
    points: Decimal

    @property
    def prior_kept(self) -> Decimal:
        """How many kept events the prior adds to the k it adds in all."""
        return self.k * self.p


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A source that does not count at an item, with what it had."""

    source: Source
    reason: Reason
    judged: int
    kept: int


@dataclass(frozen=True, slots=True)
class ItemPart:
    """One line of the ledger; `score` is None when no source speaks about it.

    `earned` and `lost` are hundredths-exact: over all items they add up to the mean and to 100 minus it.
    """

    key: int
    emphasis: int
    score: Decimal | None
    earned: Decimal
    lost: Decimal
    sources: tuple[SourcePart, ...]
    left_out: tuple[LeftOut, ...]
    breach: Breach | None

    @property
    def minus(self) -> Decimal:
        """The loss as a negative number."""
        return -self.lost


@dataclass(frozen=True, slots=True)
class PersonResult:
    """A month under one model. `mean` is the score before a cap; both None unless the state is scored."""

    state: State
    score: Decimal | None
    mean: Decimal | None
    band: str
    coverage: Decimal
    items: tuple[ItemPart, ...]
    working_days: int

    @property
    def is_pooled(self) -> bool:
        """Whether any count took in months before."""
        return any(part.months > 1 for item in self.items for part in item.sources)

    @property
    def is_capped(self) -> bool:
        """Whether a confirmed breach holds the score down."""
        return self.score != self.mean


@dataclass(frozen=True, slots=True)
class Weighed:
    """A line with what is present and how much was expected, before anything is decided."""

    line: Line
    present: tuple[tuple[Source, Count, int], ...]
    left_out: tuple[LeftOut, ...]
    expected: Decimal
    covered: Decimal
    is_fresh: bool
    """Whether anything here was judged in the month itself."""


def score_person(
    scheme: Scheme,
    person: Person,
    lines: Sequence[Line],
    evidence: Evidence,
    breaches: Mapping[int, Breach] | None = None,
) -> PersonResult:
    """Score one posting under one adopted model in one month (docs/scoring.md, "A person")."""
    with localcontext(EXACT):
        breaches = breaches or {}
        weighed = [
            weigh_line(scheme, person, line, evidence)
            for line in _with_officer_line(scheme, person, lines, evidence)
        ]
        coverage = _coverage(weighed)
        exact = [item_score(scheme, item, breaches.get(item.line.key)) for item in weighed]
        state = state_of(scheme, person, coverage, is_fresh=any(item.is_fresh for item in weighed))
        if state is not State.SCORED:
            items = tuple(_unscored(scheme, item, breaches.get(item.line.key)) for item in weighed)
            return PersonResult(state, None, None, "", coverage, items, person.working_days)
        mean, items = _add_up(scheme, weighed, exact, breaches)
        score = min(mean, scheme.breach_cap) if any(item.breach for item in items) else mean
        return PersonResult(state, score, mean, scheme.band(score).code, coverage, items, person.working_days)


def _with_officer_line(
    scheme: Scheme, person: Person, lines: Sequence[Line], evidence: Evidence
) -> list[Line]:
    """The items, and after them the officer's own line where citizens are served or have spoken."""
    if not person.serves_citizens and (OFFICER_LINE, Source.CITIZEN) not in evidence:
        return list(lines)
    return [*lines, officer_line(scheme)]


def officer_line(scheme: Scheme) -> Line:
    """The line of citizens' answers about the officer."""
    return Line(OFFICER_LINE, scheme.officer_emphasis, frozenset({Source.CITIZEN}))


def weigh_line(scheme: Scheme, person: Person, line: Line, evidence: Evidence) -> Weighed:
    """What speaks about a line, what is left out of it, and how much was expected."""
    expected = scheme.expected_serving if person.serves_citizens else scheme.expected_others
    present: list[tuple[Source, Count, int]] = []
    left_out: list[LeftOut] = []
    wanted = covered = ZERO
    for source in sorted(
        line.sources | {source for source in BESIDE if (line.key, source) in evidence}, key=_ORDER.__getitem__
    ):
        months = evidence.get((line.key, source), ())
        rule = scheme.sources.get(source)
        if rule is None or not rule.weight:
            if months and months[0].judged:
                left_out.append(LeftOut(source, Reason.NO_WEIGHT, months[0].judged, months[0].kept))
            continue
        count, pooled = _pool(rule, months)
        is_present = count.judged >= rule.minimum
        if is_present:
            present.append((source, count, pooled))
        elif count.judged:
            left_out.append(LeftOut(source, Reason.BELOW_MINIMUM, count.judged, count.kept))
        elif source in expected:
            left_out.append(LeftOut(source, Reason.ABSENT, 0, 0))
        if source in expected:
            wanted += rule.weight
            covered += rule.weight if is_present else ZERO
    fresh = any(evidence[line.key, source][0].judged for source, _, _ in present)
    return Weighed(line, tuple(present), tuple(left_out), wanted, covered, fresh)


def _pool(rule: SourceRule, months: Sequence[Count]) -> tuple[Count, int]:
    """The month's count, with months before added one by one while it is below the minimum."""
    if not months:
        return Count(), 1
    judged, kept, used = months[0].judged, months[0].kept, 1
    for place, before in enumerate(months[1 : 1 + rule.pool_months], start=2):
        if judged >= rule.minimum:
            break
        if before.judged:
            judged, kept, used = judged + before.judged, kept + before.kept, place
    return Count(judged, kept), used


def _coverage(weighed: Sequence[Weighed]) -> Decimal:
    """Present expected weight of expected weight, over items by emphasis; 0 when nothing is expected."""
    expected = sum((item.line.emphasis * item.expected for item in weighed), ZERO)
    covered = sum((item.line.emphasis * item.covered for item in weighed), ZERO)
    return covered / expected if expected else ZERO


def _rate(rule: SourceRule, count: Count) -> Decimal:
    return (count.kept + rule.k * rule.p) / (count.judged + rule.k)


def item_score(scheme: Scheme, item: Weighed, breach: Breach | None) -> Decimal | None:
    """0–100, exact; a confirmed breach makes it 0; None without any present source."""
    if breach is not None:
        return ZERO
    if not item.present:
        return None
    weight = sum((scheme.sources[source].weight for source, _, _ in item.present), ZERO)
    points = sum(
        (
            scheme.sources[source].weight * _rate(scheme.sources[source], count)
            for source, count, _ in item.present
        ),
        ZERO,
    )
    return HUNDRED * points / weight


def state_of(scheme: Scheme, person: Person, coverage: Decimal, *, is_fresh: bool) -> State:
    """Whether there is a score; `is_fresh`: anything at all was judged in the month itself."""
    if person.working_days < scheme.min_working_days:
        return State.NOT_CONSIDERED
    if coverage < scheme.coverage_floor or not is_fresh:
        return State.INSUFFICIENT  # months before may support this month, they cannot replace it
    return State.SCORED


def _add_up(
    scheme: Scheme,
    weighed: Sequence[Weighed],
    exact: Sequence[Decimal | None],
    breaches: Mapping[int, Breach],
) -> tuple[Decimal, tuple[ItemPart, ...]]:
    """The mean by emphasis, rounded once, and the ledger whose rows add up to it as shown."""
    emphasis = Decimal(
        sum(item.line.emphasis for item, score in zip(weighed, exact, strict=True) if score is not None)
    )
    earned = [
        ZERO if score is None else item.line.emphasis * score / emphasis
        for item, score in zip(weighed, exact, strict=True)
    ]
    lost = [
        ZERO if score is None else item.line.emphasis * (HUNDRED - score) / emphasis
        for item, score in zip(weighed, exact, strict=True)
    ]
    mean = half_up(sum(earned, ZERO))
    rows = zip(weighed, exact, split(mean, earned), split(HUNDRED - mean, lost), strict=True)
    return mean, tuple(
        ItemPart(
            item.line.key,
            item.line.emphasis,
            None if score is None else half_up(score),
            plus,
            minus,
            source_parts(scheme, item),
            item.left_out,
            breaches.get(item.line.key),
        )
        for item, score, plus, minus in rows
    )


def source_parts(scheme: Scheme, item: Weighed) -> tuple[SourcePart, ...]:
    """The sources that count at a line, with the share of each."""
    weight = sum((scheme.sources[source].weight for source, _, _ in item.present), ZERO)
    parts = []
    for source, count, months in item.present:
        rule = scheme.sources[source]
        points = half_up(HUNDRED * _rate(rule, count))
        share = (rule.weight / weight).quantize(Decimal("0.0001"))
        parts.append(SourcePart(source, count.judged, count.kept, months, rule.k, rule.p, share, points))
    return tuple(parts)


def _unscored(scheme: Scheme, item: Weighed, breach: Breach | None) -> ItemPart:
    return ItemPart(
        item.line.key,
        item.line.emphasis,
        None,
        ZERO,
        ZERO,
        source_parts(scheme, item),
        item.left_out,
        breach,
    )
