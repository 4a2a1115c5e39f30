"""An agency's month: from counts that add up the tree to a score of weighted components."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from conduct.scores.rules.evidence import Component, Count, Occurrences
from conduct.scores.rules.numbers import EXACT, HUNDRED, ZERO, half_up, split
from conduct.scores.rules.person import Reason, State
from conduct.scores.rules.scheme import Scheme


@dataclass(frozen=True, slots=True)
class ComponentPart:
    """One component; `points` (0–100) is None when it is left out, for `reason`.

    For breaches `judged` is the number of postings and `kept` the number of confirmed breaches.
    `share` is its part of the present weight; `earned` and `lost` add up to the score and to 100 minus it.
    """

    component: Component
    judged: int
    kept: int
    weight: Decimal
    share: Decimal
    points: Decimal | None
    earned: Decimal
    lost: Decimal
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class OfficeResult:
    """A month of an agency; score and band are empty when the evidence does not suffice."""

    state: State
    score: Decimal | None
    band: str
    coverage: Decimal
    parts: tuple[ComponentPart, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A component before anything is decided: its figures and its exact points."""

    component: Component
    weight: Decimal
    judged: int
    kept: int
    points: Decimal | None
    expected: bool


def score_office(
    scheme: Scheme,
    counts: Mapping[Component, Count],
    *,
    serves_citizens: bool,
    breaches: Occurrences | None = None,
) -> OfficeResult:
    """Score an agency from the summed counts of its subtree (docs/scoring.md, "An office").

    A component without evidence is left out and said so, never 0 points. An agency that serves no citizens is
    not expected to have their voice. `breaches` is None where nobody inspects: that proves nothing.
    """
    with localcontext(EXACT):
        weighed = [
            _weigh(scheme, part, counts, serves_citizens)
            for part in Component
            if part is not Component.BREACHES
        ]
        weighed.append(_weigh_breaches(scheme, breaches))
        coverage = _coverage(weighed)
        weight = sum((part.weight for part in weighed if part.points is not None), ZERO)
        if coverage < scheme.office_floor or not weight:
            parts = [_part(part, ZERO, ZERO, ZERO) for part in weighed]
            return OfficeResult(State.INSUFFICIENT, None, "", coverage, _shown(parts))
        shares = [ZERO if part.points is None else part.weight / weight for part in weighed]
        earned = [share * (part.points or ZERO) for share, part in zip(shares, weighed, strict=True)]
        lost = [share * HUNDRED - plus for share, plus in zip(shares, earned, strict=True)]
        score = half_up(sum(earned, ZERO))
        rows = zip(weighed, shares, split(score, earned), split(HUNDRED - score, lost), strict=True)
        parts = [_part(part, share, plus, minus) for part, share, plus, minus in rows]
        return OfficeResult(State.SCORED, score, scheme.band(score).code, coverage, _shown(parts))


def _weigh(
    scheme: Scheme, part: Component, counts: Mapping[Component, Count], serves_citizens: bool
) -> _Weighed:
    rule, count = scheme.components[part], counts.get(part, Count())
    points = HUNDRED * count.kept / count.judged if rule.weight and count.judged >= rule.minimum else None
    expected = rule.expected and (serves_citizens or part is not Component.SATISFIED)
    return _Weighed(part, rule.weight, count.judged, count.kept, points, expected)


def _weigh_breaches(scheme: Scheme, breaches: Occurrences | None) -> _Weighed:
    rule = scheme.components[Component.BREACHES]
    found = breaches or Occurrences(0, 0)
    points = None
    if rule.weight and breaches is not None and found.postings >= rule.minimum:
        per_100 = HUNDRED * found.confirmed / found.postings
        points = HUNDRED * max(ZERO, 1 - per_100 / scheme.breaches_per_100)
    return _Weighed(Component.BREACHES, rule.weight, found.postings, found.confirmed, points, rule.expected)


def _coverage(weighed: Sequence[_Weighed]) -> Decimal:
    wanted = sum((part.weight for part in weighed if part.expected), ZERO)
    covered = sum((part.weight for part in weighed if part.expected and part.points is not None), ZERO)
    return covered / wanted if wanted else ZERO


def _part(part: _Weighed, share: Decimal, earned: Decimal, lost: Decimal) -> ComponentPart:
    reason = None
    if part.points is None and part.judged:
        reason = Reason.BELOW_MINIMUM if part.weight else Reason.NO_WEIGHT
    elif part.points is None and part.expected:
        reason = Reason.ABSENT
    points = None if part.points is None else half_up(part.points)
    share = share.quantize(Decimal("0.0001"))
    return ComponentPart(
        part.component, part.judged, part.kept, part.weight, share, points, earned, lost, reason
    )


def _shown(parts: list[ComponentPart]) -> tuple[ComponentPart, ...]:
    """What a reader needs: what counts and what is missed, not what nobody expected."""
    return tuple(part for part in parts if part.points is not None or part.reason is not None)
