"""Why an office's month is what it is: stored components, their intervals, what each agency below brings in.

Nothing is computed anew but intervals; every figure stands in the roll-up's tables.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery

from conduct.agencies.models import Agency, AgencyParent, Period, Succession, User
from conduct.agencies.tree import Standing
from conduct.kernel.months import Month
from conduct.kernel.statistics import ClusterSums, effective_n
from surveys.tallies.hidden_persons import persons_hidden_from
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


@dataclass(frozen=True, slots=True)
class Around:
    """What a month is read with: the agencies directly below, by name; of the month and those before it the
    scores of the agency and the states of its office."""

    below: list[Agency]
    scores: dict[Month, AgencyScore]
    states: dict[Month, str]

    def state(self, month: Month) -> str:
        """A month without a row is open."""
        return self.states.get(month, Period.State.OPEN.value)


def around_in(agency: Agency, month: Month) -> Around:
    """Whom the month has below, and how the months stand that are shown; three queries."""
    rows = AgencyScore.objects.filter(agency=agency, **_span(month))
    scores = {Month.of(row.month): row for row in rows.select_related("agency", "office", "scheme")}
    office_id = scores[month].office_id if month in scores else agency.pk
    periods = Period.objects.filter(office_id=office_id, kind=Period.Kind.MONTH, **_span(month))
    states = {Month.of(day): state for day, state in periods.values_list("month", "state")}
    return Around(below_in(agency, month), scores, states)


def _span(month: Month) -> dict[str, date]:
    return {"month__gte": month.plus(-MONTHS_BACK).first, "month__lte": month.first}


def persons_of(agency: Agency, month: Month, around: Around, reader: User, standing: Standing) -> Persons:
    """Whose citizens' counts are one officer's whom this reader may not look at: the agency in which of the
    months shown, and in the last one ``OWN`` and those directly below."""
    is_open = around.state(month) != Period.State.CLOSED
    first = month.plus(-MONTHS_BACK)

    def groups() -> list[Group[tuple[int, Month]]]:
        below = [one.pk for one in around.below]
        asked = [(agency.pk, one) for one in first.until(month)] + [(one, month) for one in below]
        trees: dict[tuple[int, Month], set[int]] = {(OWN, month): {agency.pk}} if below else {}
        trees |= tally_subtrees(asked)
        return [Group(key, ids, key[1], key[1], Voice.INVITED) for key, ids in trees.items()]

    return persons_hidden_from(
        reader, standing, groups, is_open=lambda group: is_open and group.first == month
    )


def office_ledger(
    score: AgencyScore, around: Around, persons: Persons, *, sees_all: bool, closed_only: bool
) -> OfficeLedger:
    """The ledger of a stored score of an office.

    ``persons``: who is hidden as one officer. ``sees_all``: also shares of fewer answers than may be shown
    inside. ``closed_only``: of the months before, only those that are closed.
    """
    scheme, month = parse_scheme(score.scheme.document), Month.of(score.month)
    parts = office_from_data(score.parts)
    alone = {agency_id for agency_id, one in persons if one == month}
    counts = _counts(score.agency, month, around.below)
    branches = _branches(score.agency, around.below, counts, scheme, alone, sees_all=sees_all)
    own = counts[score.agency_id]
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
            for one in months_before(score.agency, month, around, closed_only=closed_only)
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
    last = AgencyParent.objects.filter(held, agency=OuterRef("pk")).order_by("-valid_from")
    found = Agency.objects.filter(pk__in=ever).alias(parent_then=Subquery(last.values("parent_id")[:1]))
    return list(found.filter(parent_then=agency.pk).order_by("search"))


def _counts(agency: Agency, month: Month, below: list[Agency]) -> dict[int, dict[str, AgencyCount]]:
    """The month's counts of the agency and of those below, by component; one query."""
    found: dict[int, dict[str, AgencyCount]] = {one.pk: {} for one in (agency, *below)}
    for count in AgencyCount.objects.filter(agency_id__in=found.keys(), month=month.first):
        found[count.agency_id][count.component] = count
    return found


def _branches(
    agency: Agency,
    below: list[Agency],
    counts: dict[int, dict[str, AgencyCount]],
    scheme: Scheme,
    alone: Collection[int],
    *,
    sees_all: bool,
) -> list[Branch]:
    """What each agency below brings in, and the office's own rest; nothing when nothing is below.

    ``alone``: who is hidden as one officer.
    """
    if not below:
        return []
    found = {
        pk: {name: Share(one.kept, one.judged) for name, one in rows.items() if name in Component}
        for pk, rows in counts.items()
    }
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


def months_before(agency: Agency, month: Month, around: Around, *, closed_only: bool) -> list[Before]:
    """The score of this month and the eleven before it, with the reforms that break the row; one query."""
    first = month.plus(-MONTHS_BACK)
    scores = {
        one: row
        for one, row in around.scores.items()
        if not closed_only or around.state(one) == Period.State.CLOSED
    }
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
