"""How many have signed: in a campaign, in its departments, and who.

A posting is in scope when it is in force that day and the adoption speaks to it. The tree is read once for
any number of campaigns; counts come from grouped statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypedDict, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django_stubs_ext import WithAnnotations

from conduct.agencies.branches import branch_of
from conduct.agencies.models import Agency, Posting, on_day
from conduct.kernel.names import fold
from models_catalog.models import Adoption
from models_catalog.rules.audience import speaks_to

from .models import Campaign, NotSigning, Pledge
from .rules.dates import scope_day


class Signature(TypedDict):
    """What a campaign knows of a posting; ``standing`` says why it has not signed, in force today."""

    has_signed: bool
    pledge_id: int | None
    signed_at: datetime | None
    is_excused: bool
    has_declined: bool
    standing_id: int | None
    standing_reason: str | None


type AskedPosting = WithAnnotations[Posting, Signature]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of ``in_scope`` postings: how many signed, and of the others how many are excused or declined."""

    signed: int
    in_scope: int
    excused: int = 0
    declined: int = 0

    @property
    def to_sign(self) -> int:
        """Those in scope without the excused."""
        return self.in_scope - self.excused

    @property
    def open(self) -> int:
        """Those who neither signed nor said why not."""
        return self.to_sign - self.signed - self.declined

    @property
    def settled(self) -> int:
        """Signed or excused."""
        return self.signed + self.excused

    @property
    def is_full(self) -> bool:
        """Whether nobody is missing (and there is somebody)."""
        return 0 < self.in_scope == self.settled

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(
            self.signed + other.signed,
            self.in_scope + other.in_scope,
            self.excused + other.excused,
            self.declined + other.declined,
        )


NOBODY = Coverage(0, 0)


@dataclass(frozen=True, slots=True)
class PartCoverage:
    """The coverage of one direct part of an agency; ``is_own``: the agency without its parts."""

    agency: Agency
    coverage: Coverage
    is_own: bool = False


def day_of(campaign: Campaign, today: date) -> date:
    """The day whose postings the campaign asks."""
    return scope_day(campaign.year, campaign.opens_on, today)


def standing_now() -> QuerySet[NotSigning]:
    """The reasons for not signing that hold: not withdrawn, and no pledge came after them."""
    signed = Pledge.objects.filter(campaign=OuterRef("campaign"), posting=OuterRef("posting"))
    return NotSigning.objects.filter(~Exists(signed), withdrawn_at__isnull=True)


def coverage_of(campaigns: Iterable[Campaign], today: date) -> dict[int, Coverage]:
    """The coverage of many campaigns, by their ids; two statements for each day they speak of."""
    by_day: dict[date, list[Campaign]] = defaultdict(list)
    for campaign in campaigns:
        by_day[day_of(campaign, today)].append(campaign)
    found: dict[int, Coverage] = {}
    for day, some in by_day.items():
        found.update(_on_one_day(some, day))
    return found


# What an adoption's audience is decided by, after where the posting is.
_TRAITS = ("agency_id", "serves_citizens", "category")
type _Trait = tuple[int, bool, str]
type _Counts = Mapping[_Trait, int]
_SIGNED, _ASKED = "signed", "asked"


def _on_one_day(campaigns: list[Campaign], day: date) -> dict[int, Coverage]:
    branch = branch_of({campaign.agency_id for campaign in campaigns}, day)
    above = {agency_id: branch.lineage(agency_id) for agency_id in branch.below}
    said = Q(on_day(day, "posting__starts_on", "posting__ends_on"), campaign__in=campaigns)
    traits = [f"posting__{trait}" for trait in _TRAITS]
    signed = (
        Pledge.objects.filter(said).annotate(what=Value(_SIGNED)).values_list("campaign_id", "what", *traits)
    )
    given = standing_now().filter(said).values_list("campaign_id", "kind", *traits)
    asked = _by_trait(branch.below, day)
    rows = asked.union(
        signed.annotate(n=Count("id")).order_by(), given.annotate(n=Count("id")).order_by(), all=True
    )
    counts: dict[tuple[int, str], dict[_Trait, int]] = defaultdict(dict)
    for campaign_id, what, agency_id, serves, category, number in rows:
        counts[campaign_id, what][agency_id, serves, category] = number
    found = {}
    for one in campaigns:
        numbers = {
            what: _below(one.adoption, counts[of, what], above)
            for of, what in (
                (one.pk, _SIGNED),
                (0, _ASKED),
                *((one.pk, kind) for kind in NotSigning.Kind.values),
            )
        }
        found[one.pk] = Coverage(
            numbers[_SIGNED],
            numbers[_ASKED],
            numbers[NotSigning.Kind.EXCUSED],
            numbers[NotSigning.Kind.DECLINED],
        )
    return found


def _by_trait(
    agency_ids: Collection[int], day: date
) -> QuerySet[Posting, tuple[int, str, int, bool, str, int]]:
    """How many postings there are of each trait, in the columns of what campaigns know of them."""
    there = Posting.objects.in_force(day).filter(agency_id__in=agency_ids)
    named = there.annotate(of=Value(0), what=Value(_ASKED))
    return named.values_list("of", "what", *_TRAITS).annotate(n=Count("id")).order_by()


def _below(adoption: Adoption, counts: _Counts, above: Mapping[int, list[int]]) -> int:
    return sum(
        number
        for (agency_id, serves, category), number in counts.items()
        if adoption.agency_id in above.get(agency_id, ())
        and speaks_to(adoption.audience, adoption.categories, serves_citizens=serves, category=category)
    )


def asked_by(adoptions: Iterable[Adoption], day: date) -> dict[int, int]:
    """How many postings each adoption would ask on a day, by its id; two statements."""
    several = list(adoptions)
    branch = branch_of({adoption.agency_id for adoption in several}, day)
    above = {agency_id: branch.lineage(agency_id) for agency_id in branch.below}
    counts = {
        (agency_id, serves, category): number
        for _, _, agency_id, serves, category, number in _by_trait(branch.below, day)
    }
    return {adoption.pk: _below(adoption, counts, above) for adoption in several}


class Scope:
    """The postings that one campaign asks, as the tree and the postings stand on its day."""

    def __init__(self, campaign: Campaign, today: date) -> None:
        self.campaign, self._day = campaign, day_of(campaign, today)
        self._branch = branch_of({campaign.agency_id}, self._day)

    @property
    def agencies(self) -> frozenset[int]:
        """The campaign's agency and all below it."""
        return self._branch.below

    def lineage(self, agency_id: int) -> list[int]:
        """An agency of the campaign and those above it, up to the campaign's own."""
        line = self._branch.lineage(agency_id)
        return line[: line.index(self.campaign.agency_id) + 1]

    def below(self, agency_id: int) -> set[int]:
        """An agency of the campaign with all below it."""
        return {pk for pk in self._branch.below if agency_id in self._branch.lineage(pk)}

    def postings(self, among: Collection[int] | None = None) -> QuerySet[AskedPosting]:
        """Those asked (only of the agencies ``among``), with what the campaign knows of each."""
        reach = self._branch.below if among is None else self._branch.below.intersection(among)
        pledges = Pledge.objects.filter(campaign=self.campaign, posting=OuterRef("pk"))
        standing = NotSigning.objects.filter(
            campaign=self.campaign, posting=OuterRef("pk"), withdrawn_at__isnull=True
        )
        known = (
            Posting.objects.in_force(self._day)
            .filter(self.campaign.adoption.posting_q(), agency_id__in=reach)
            .annotate(
                has_signed=Exists(pledges),
                pledge_id=Subquery(pledges.values("pk")[:1]),
                signed_at=Subquery(pledges.values("signed_at")[:1]),
                is_excused=~Exists(pledges) & Exists(standing.filter(kind=NotSigning.Kind.EXCUSED)),
                has_declined=~Exists(pledges) & Exists(standing.filter(kind=NotSigning.Kind.DECLINED)),
                standing_id=Subquery(standing.values("pk")[:1]),
                standing_reason=Subquery(standing.values("reason")[:1]),
            )
        )
        return cast("QuerySet[AskedPosting]", known)

    @cached_property
    def counts(self) -> dict[int, Coverage]:
        """The coverage of each agency by itself; one query."""
        rows = (
            self.postings()
            .values_list("agency_id")
            .annotate(
                n_signed=Count("id", filter=Q(has_signed=True)),
                n_asked=Count("id"),
                n_excused=Count("id", filter=Q(is_excused=True)),
                n_declined=Count("id", filter=Q(has_declined=True)),
            )
            .order_by()
        )
        return {agency_id: Coverage(*numbers) for agency_id, *numbers in rows}

    def total(self, among: Collection[int] | None = None) -> Coverage:
        """The coverage of all (or of the agencies ``among``) together."""
        found = [one for pk, one in self.counts.items() if among is None or pk in among]
        return sum(found, NOBODY)

    def parts(self, root: int | None = None) -> list[PartCoverage]:
        """The coverage of each direct part of an agency (the campaign's own, when none is named), and of the
        people of the agency itself.
        """
        top = self.campaign.agency_id if root is None else root
        parts: dict[int, set[int]] = defaultdict(set)
        for agency_id in self.counts:
            lineage = self.lineage(agency_id)
            if top in lineage:
                place = lineage.index(top)
                parts[lineage[place - 1] if place else top].add(agency_id)
        agencies = Agency.objects.in_bulk(parts)
        found = [PartCoverage(agencies[pk], self.total(among), pk == top) for pk, among in parts.items()]
        return sorted(found, key=lambda part: (not part.is_own, fold(part.agency.name), part.agency.pk))
