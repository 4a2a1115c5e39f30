"""Why an office's month is what it is: stored components, their intervals, what each agency below brings in.

Nothing is computed anew but intervals; every figure stands in the roll-up's tables.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q

from conduct.agencies.models import Agency, AgencyParent, Period, Succession, User
from conduct.agencies.tree import Standing
from conduct.kernel.months import Month
from conduct.kernel.statistics import ClusterSums, effective_n
from surveys.permissions.persons import persons_hidden_from
from surveys.tallies.persons import Group, Voice, tally_subtrees

from ..models import AgencyCount, AgencyScore
from ..rules.evidence import Component
from ..rules.office import ComponentPart
from ..rules.parts import office_from_data
from ..rules.scheme import Scheme, parse_scheme

MONTHS_BACK = 11
CITIZENS_VOICE = "satisfied"
OWN = 0
"""In ``Persons``: what is the agency's own, without those below."""
type Persons = set[tuple[int, Month]]


@dataclass(frozen=True, slots=True)
class Share:
    """Kept of judged of one agency; None where too few answered to be shown."""

    kept: int
    judged: int


@dataclass(frozen=True, slots=True)
class Branch:
    """What an agency directly below brings in (`agency` None: the office's own), by component."""

    agency: Agency | None
    shares: dict[str, Share | None]


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """A component of the score with its effective number of answers and what its scheme asks for."""

    part: ComponentPart
    n_eff: float
    minimum: int
    width: Decimal
    """Its loss on the scale of the largest one, in percent."""
    branches: list[tuple[Agency | None, Share | None]]


@dataclass(frozen=True, slots=True)
class Before:
    """A month in the row of months; `breaks` are the successions that took effect in it."""

    month: Month
    score: AgencyScore | None
    breaks: list[Succession]


@dataclass(frozen=True, slots=True)
class OfficeLedger:
    """An agency's month as it can be read."""

    score: AgencyScore
    scheme: Scheme
    rows: list[ComponentRow]
    left_out: list[ComponentRow]
    before: list[Before]

    @property
    def losses(self) -> list[ComponentRow]:
        """Where the points went, largest loss first."""
        return sorted((row for row in self.rows if row.part.lost), key=lambda row: -row.part.lost)

    @property
    def has_break(self) -> bool:
        """Whether the office came out of another one, or ended, within the months shown."""
        return any(one.breaks for one in self.before)


def persons_of(agency: Agency, month: Month, reader: User, standing: Standing, *, is_open: bool) -> Persons:
    """Whose citizens' counts are one officer's whom this reader may not look at: the agency in which of the
    months shown, and in the last one ``OWN`` and those directly below."""
    first = month.plus(-MONTHS_BACK)

    def groups() -> list[Group[tuple[int, Month]]]:
        below = [one.pk for one in below_in(agency, month)]
        asked = [(agency.pk, one) for one in first.until(month)] + [(one, month) for one in below]
        trees: dict[tuple[int, Month], set[int]] = {(OWN, month): {agency.pk}} if below else {}
        trees |= tally_subtrees(asked)
        return [Group(key, ids, key[1], key[1], Voice.INVITED) for key, ids in trees.items()]

    return persons_hidden_from(
        reader, standing, groups, is_open=lambda group: is_open and group.first == month
    )


def office_ledger(score: AgencyScore, persons: Persons, *, sees_all: bool, closed_only: bool) -> OfficeLedger:
    """The ledger of a stored score of an office.

    ``persons``: who is hidden as one officer. ``sees_all``: also shares of fewer answers than may be shown
    inside. ``closed_only``: of the months before, only those that are closed.
    """
    scheme, month = parse_scheme(score.scheme.document), Month.of(score.month)
    parts = office_from_data(score.parts)
    alone = {agency_id for agency_id, one in persons if one == month}
    branches = _branches(score.agency, month, scheme, alone, sees_all=sees_all)
    own = {row.component: row for row in AgencyCount.objects.filter(agency=score.agency, month=score.month)}
    most = max((part.lost for part in parts), default=Decimal(0))
    rows = [
        ComponentRow(
            part,
            _n_eff(own.get(part.component)),
            scheme.components[part.component].minimum,
            100 * part.lost / most if most else Decimal(0),
            [
                (branch.agency, branch.shares[part.component])
                for branch in branches
                if part.component in branch.shares
            ],
        )
        for part in parts
    ]
    return OfficeLedger(
        score,
        scheme,
        [row for row in rows if row.part.points is not None],
        [row for row in rows if row.part.points is None],
        [
            replace(one, score=None) if (score.agency_id, one.month) in persons else one
            for one in months_before(score.agency, score.office_id, month, closed_only=closed_only)
        ],
    )


def _n_eff(count: AgencyCount | None) -> float:
    if count is None or not count.judged:
        return 0.0
    if not count.clusters:
        return float(count.judged)
    return effective_n(count.kept, count.judged, ClusterSums(count.clusters, count.nn, count.nk, count.kk))


def below_in(agency: Agency, month: Month) -> list[Agency]:
    """The agencies directly below in that month's tree, by name: that of its last day."""
    held = Q(valid_from__lte=month.last) & (Q(valid_to__isnull=True) | Q(valid_to__gte=month.first))
    ever = AgencyParent.objects.filter(held, parent=agency).values("agency_id")
    last = (
        AgencyParent.objects.filter(held, agency_id__in=ever)
        .order_by("agency_id", "-valid_from")
        .distinct("agency_id")
        .values_list("agency_id", "parent_id")
    )
    ids = [agency_id for agency_id, parent_id in last if parent_id == agency.pk]
    return list(Agency.objects.filter(pk__in=ids).order_by("search"))


def _branches(
    agency: Agency, month: Month, scheme: Scheme, alone: Collection[int], *, sees_all: bool
) -> list[Branch]:
    """What each agency below brings in, and the office's own rest; nothing when nothing is below.

    ``alone``: who is hidden as one officer.
    """
    below = below_in(agency, month)
    if not below:
        return []
    counts = AgencyCount.objects.filter(
        agency_id__in=[agency.pk, *(one.pk for one in below)],
        month=month.first,
        component__in=list(Component),
    )
    found: dict[int, dict[str, Share]] = {one.pk: {} for one in (agency, *below)}
    for count in counts:
        found[count.agency_id][count.component] = Share(count.kept, count.judged)
    names = sorted(found[agency.pk])
    own = {
        name: Share(
            found[agency.pk][name].kept - sum(found[one.pk].get(name, Share(0, 0)).kept for one in below),
            found[agency.pk][name].judged - sum(found[one.pk].get(name, Share(0, 0)).judged for one in below),
        )
        for name in names
    }
    rows: list[tuple[Agency | None, dict[str, Share]]] = [
        (None, own),
        *((one, found[one.pk]) for one in below),
    ]
    hidden: set[int] = set()
    if alone or not sees_all:
        lone = {place for place, (one, _shares) in enumerate(rows) if (one.pk if one else OWN) in alone}
        hidden = _hidden([shares for _, shares in rows], scheme.minimum_inside, lone)
    return [
        Branch(
            one,
            {
                name: None if name == CITIZENS_VOICE and place in hidden else share
                for name, share in shares.items()
                if share.judged
            },
        )
        for place, (one, shares) in enumerate(rows)
        if any(share.judged for share in shares.values())
    ]


def _hidden(rows: Iterable[dict[str, Share]], minimum: int, lone: Collection[int]) -> set[int]:
    """Whose citizens' answers are too few to be shown or one officer's; with a single one the smallest other
    one goes too, since the sum above would give it away."""
    voices = {
        place: shares[CITIZENS_VOICE].judged
        for place, shares in enumerate(rows)
        if CITIZENS_VOICE in shares and shares[CITIZENS_VOICE].judged
    }
    few = {place for place, judged in voices.items() if judged < minimum or place in lone}
    if len(few) == 1 and len(voices) > 1:
        few.add(min((place for place in voices if place not in few), key=lambda place: voices[place]))
    return few


def months_before(agency: Agency, office_id: int, month: Month, *, closed_only: bool) -> list[Before]:
    """The score of this month and the eleven before it, with the reforms that break the row."""
    first = month.plus(-MONTHS_BACK)
    span = {"month__gte": first.first, "month__lte": month.first}
    scores = {Month.of(row.month): row for row in AgencyScore.objects.filter(agency=agency, **span)}
    if closed_only:
        closed = Period.objects.filter(
            office_id=office_id, kind=Period.Kind.MONTH, state=Period.State.CLOSED, **span
        )
        known = {Month.of(day) for day in closed.values_list("month", flat=True)}
        scores = {one: row for one, row in scores.items() if one in known}
    breaks: dict[Month, list[Succession]] = {}
    for one in breaks_of(agency, first, month):
        breaks.setdefault(Month.of(one.on), []).append(one)
    return [Before(one, scores.get(one), breaks.get(one, [])) for one in first.until(month)]


def breaks_of(agency: Agency, first: Month, last: Month) -> list[Succession]:
    """Mergers, splits and the like by which the agency began, ended or changed in these months, oldest first.

    A reform takes effect in the month of its day: the tree of a month is that of its last day.
    """
    rows = Succession.objects.filter(
        Q(predecessor=agency) | Q(successor=agency),
        on__gte=first.first,
        on__lte=last.last,
    )
    return list(rows.select_related("predecessor", "successor").order_by("on", "pk"))
