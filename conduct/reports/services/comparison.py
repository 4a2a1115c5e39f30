"""Offices side by side: the share as answered, and as it would be with the same mix of cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import LEADING
from conduct.agencies.tree import Standing
from conduct.kernel.comparing import Change, change_of, difference_of, discoveries, p_value
from conduct.kernel.months import Month
from conduct.kernel.standardising import Adjusted, adjust
from conduct.kernel.statistics import Share
from conduct.kernel.suppressing import Count, choose_shown
from conduct.scores.rules.scheme import Scheme
from surveys.tallies.figures import Marks, tally_mix, tally_overall
from surveys.tallies.hidden_persons import persons_hidden_from
from surveys.tallies.monthly import WHOLE, Dimension
from surveys.tallies.persons import Group

from ..rules import Span
from .scopes import OWN, Scope, scope_of

SORTS = ("name", "share", "adjusted", "n", "difference")
_WHOLE = -1
type Strata = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Office:
    """An agency below, in the comparison. ``share`` None: hidden. Too few answers: not compared."""

    agency: Agency
    share: Share | None
    adjusted: Adjusted | None
    difference: tuple[float, float] | None
    verdict: Change
    change: Change
    businesses: Share | None
    is_compared: bool


@dataclass(frozen=True)
class Comparison:
    """What the page needs. The verdicts are against all the others together."""

    span: Span
    scope: Scope
    whole: Share
    offices: list[Office]
    minimum: int
    """So many answers an office needs to be compared."""

    @property
    def months(self) -> list[Month]:
        """The months that are counted."""
        return self.scope.visible(self.span.months)

    @property
    def n_compared(self) -> int:
        """How many offices are compared."""
        return sum(office.is_compared for office in self.offices)

    @cached_property
    def scale_start(self) -> int:
        """Where the common scale begins, in percent."""
        lows = [office.share.interval[0] for office in self.offices if office.share and office.is_compared]
        return int(min(lows, default=0.0) * 10) * 10


def compare(
    agency: Agency, span: Span, standing: Standing, reader: User, scheme: Scheme, sort: str
) -> Comparison:
    """Compare what stands directly below; at most six statements."""
    before = span.previous()
    scope = scope_of(agency, standing, [*before.months, *span.months])
    overall = tally_overall(scope.asked_by_branch([*before.months, *span.months]), [Dimension.RESPONDENT])
    current = [row for row in overall if row.month >= span.first]
    now = _by_branch(row for row in current if row.by == WHOLE)
    then = _by_branch(row for row in overall if row.by == WHOLE and row.month < span.first)
    firms = _by_branch(row for row in current if row.value == "business")
    branches = [key for key in now if key not in {_WHOLE, OWN}]
    agencies = Agency.objects.in_bulk(scope.branches.keys())
    allowed = _visible(branches, agencies, standing) - _persons(scope, span, standing, reader)
    shown = _shown(now, scheme.minimum_inside, allowed)
    firms_shown = _shown(firms, scheme.minimum_inside, _apart(now, firms, shown, scheme.minimum_inside))
    adjusted = adjust(_strata(scope, span, branches), {str(key): now[key].sums for key in branches})
    compared = {key for key in shown if now[key].judged >= scheme.minimum_public}
    below = sum((now[key] for key in branches), Share())
    others = {key: below - now[key] for key in compared}
    verdicts = _verdicts({key: (now[key], others[key]) for key in compared})
    steady = {key for key in compared if key in then and then[key].judged >= scheme.minimum_public}
    changes = _verdicts({key: (now[key], then[key]) for key in steady})
    offices = [
        Office(
            agency=child,
            share=now[key] if key in shown else None,
            adjusted=adjusted[str(key)] if key in shown else None,
            difference=difference_of(now[key], others[key]) if key in compared else None,
            verdict=verdicts.get(key, Change.UNKNOWN),
            change=changes.get(key, Change.UNKNOWN),
            businesses=firms[key] if key in firms_shown else None,
            is_compared=key in compared,
        )
        for key, child in agencies.items()
    ]
    return Comparison(span, scope, now.get(_WHOLE, Share()), _sorted(offices, sort), scheme.minimum_public)


def _visible(branches: Iterable[int], agencies: Mapping[int, Agency], standing: Standing) -> set[int]:
    """Departments may be one person at one desk: those who do not lead compare offices only."""
    leads = bool(standing.roles & set(LEADING))
    return {key for key in branches if leads or agencies[key].is_office}


def _persons(scope: Scope, span: Span, standing: Standing, reader: User) -> set[int]:
    """Those directly below whose answers are one officer's, whom this reader may not look at."""

    def groups() -> list[Group[int]]:
        return [
            Group(key, set().union(*(months[one] for one in span.months if one in months)), *ends)
            for key, months in scope.branches.items()
        ]

    ends = (span.first, span.last)
    return persons_hidden_from(reader, standing, groups, is_open=lambda _group: bool(scope.still_open))


def _by_branch(rows: Iterable[Marks]) -> dict[int, Share]:
    """Shares of the agencies directly below, of the agency itself (OWN) and of everything (``_WHOLE``)."""
    found: dict[int, Share] = {}
    for row in rows:
        for one in (row.place, _WHOLE):
            found[one] = found.get(one, Share()) + row.share
    return found


def _shown(shares: Mapping[int, Share], minimum: int, allowed: Iterable[int]) -> set[int]:
    """What may be shown beside the whole."""
    counts = {key: Count(share.judged, share.kept) for key, share in shares.items()}
    above = {key: None if key == _WHOLE else _WHOLE for key in counts}
    return choose_shown(counts, above, minimum, {_WHOLE, *allowed}) - {_WHOLE}


def _apart(
    now: Mapping[int, Share], firms: Mapping[int, Share], shown: Iterable[int], minimum: int
) -> set[int]:
    """Where the businesses can be told without telling of a few citizens by subtraction."""
    left = {key: now[key].judged - firms[key].judged for key in shown if key in firms}
    return {key for key, n in left.items() if n == 0 or n >= minimum}


def _strata(scope: Scope, span: Span, branches: Iterable[int]) -> dict[str, Strata]:
    """(kept, judged) by agency below and by channel and procedure group."""
    found: dict[str, Strata] = {str(key): {} for key in branches}
    for row in tally_mix(scope.asked_by_branch(span.months)):
        strata = found.get(str(row.place))
        if strata is not None:
            kept, judged = strata.get(row.stratum, (0, 0))
            strata[row.stratum] = (kept + row.kept, judged + row.judged)
    return found


def _verdicts(pairs: Mapping[int, tuple[Share, Share]]) -> dict[int, Change]:
    """Above or below for sure, with false discoveries controlled over the whole list."""
    sure = discoveries([p_value(one, other) for one, other in pairs.values()])
    return {
        key: change_of(one, other) if is_sure else Change.UNCLEAR
        for (key, (one, other)), is_sure in zip(pairs.items(), sure, strict=True)
    }


def _sorted(offices: Iterable[Office], sort: str) -> list[Office]:
    """By a column of SORTS, "-" before it: downwards; what is hidden comes last."""
    column, is_down = sort.removeprefix("-"), sort.startswith("-")
    by_name = sorted(offices, key=lambda office: office.agency.search, reverse=is_down and column == "name")
    if column == "name":
        return by_name

    def value(office: Office) -> float | None:
        if office.share is None or office.adjusted is None:
            return None
        gap = sum(office.difference) / 2 if office.difference else None
        known = {"share": office.share.value, "adjusted": office.adjusted.value}
        return {**known, "n": office.share.judged, "difference": gap}[column]

    def place(office: Office) -> tuple[bool, float]:
        found = value(office)
        return found is None, (0.0 if found is None else -found if is_down else found)

    return sorted(by_name, key=place)
