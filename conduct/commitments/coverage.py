"""How many have signed: in a campaign, in its departments, and who.

A posting is in scope when it is in force that day. The tree is read once for any number of campaigns;
counts come from two grouped statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypedDict, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django_stubs_ext import WithAnnotations

from conduct.agencies.branches import branch_of
from conduct.agencies.models import Agency, Posting, on_day
from conduct.kernel.names import fold

from .models import Campaign, Pledge
from .rules.dates import scope_day


class Signature(TypedDict):
    """What a campaign knows of a posting."""

    has_signed: bool
    pledge_id: int | None
    signed_at: datetime | None


type AskedPosting = WithAnnotations[Posting, Signature]


@dataclass(frozen=True, slots=True)
class Coverage:
    """``signed`` of ``in_scope`` postings."""

    signed: int
    in_scope: int

    @property
    def is_full(self) -> bool:
        """Whether nobody is missing (and there is somebody)."""
        return 0 < self.in_scope == self.signed


@dataclass(frozen=True, slots=True)
class PartCoverage:
    """The coverage of one direct part of the office; ``is_own``: the office without its parts."""

    agency: Agency
    coverage: Coverage
    is_own: bool = False


def day_of(campaign: Campaign, today: date) -> date:
    """The day whose postings the campaign asks."""
    return scope_day(campaign.year, campaign.opens_on, today)


def coverage_of(campaigns: Iterable[Campaign], today: date) -> dict[int, Coverage]:
    """The coverage of many campaigns, by their ids; three statements for each day they speak of."""
    by_day: dict[date, list[Campaign]] = defaultdict(list)
    for campaign in campaigns:
        by_day[day_of(campaign, today)].append(campaign)
    found: dict[int, Coverage] = {}
    for day, some in by_day.items():
        found.update(_on_one_day(some, day))
    return found


def _on_one_day(campaigns: list[Campaign], day: date) -> dict[int, Coverage]:
    branch = branch_of({campaign.agency_id for campaign in campaigns}, day)
    asked = dict(
        Posting.objects.in_force(day)
        .filter(agency_id__in=branch.below)
        .values_list("agency_id")
        .annotate(n_asked=Count("id"))
        .order_by()
    )
    signed: dict[int, dict[int, int]] = defaultdict(dict)
    rows = (
        Pledge.objects.filter(on_day(day, "posting__starts_on", "posting__ends_on"), campaign__in=campaigns)
        .values_list("campaign_id", "posting__agency_id")
        .annotate(n_signed=Count("id"))
        .order_by()
    )
    for campaign_id, agency_id, n_signed in rows:
        signed[campaign_id][agency_id] = n_signed
    above = {agency_id: branch.lineage(agency_id) for agency_id in branch.below}
    return {
        campaign.pk: Coverage(
            _below(campaign.agency_id, signed[campaign.pk], above), _below(campaign.agency_id, asked, above)
        )
        for campaign in campaigns
    }


def _below(root: int, counts: Mapping[int, int], above: Mapping[int, list[int]]) -> int:
    return sum(number for agency_id, number in counts.items() if root in above.get(agency_id, ()))


class Scope:
    """The postings that one campaign asks, as the tree and the postings stand on its day."""

    def __init__(self, campaign: Campaign, today: date) -> None:
        self.campaign, self._day = campaign, day_of(campaign, today)
        self._branch = branch_of({campaign.agency_id}, self._day)

    def postings(self, among: Collection[int] | None = None) -> QuerySet[AskedPosting]:
        """Those asked (only of the agencies ``among``), with ``has_signed``, ``pledge_id``, ``signed_at``."""
        reach = self._branch.below if among is None else self._branch.below.intersection(among)
        pledges = Pledge.objects.filter(campaign=self.campaign, posting=OuterRef("pk"))
        known = (
            Posting.objects.in_force(self._day)
            .filter(agency_id__in=reach)
            .annotate(
                has_signed=Exists(pledges),
                pledge_id=Subquery(pledges.values("pk")[:1]),
                signed_at=Subquery(pledges.values("signed_at")[:1]),
            )
        )
        return cast("QuerySet[AskedPosting]", known)

    @cached_property
    def counts(self) -> dict[int, Coverage]:
        """The coverage of each agency by itself; one query."""
        rows = (
            self.postings()
            .values_list("agency_id")
            .annotate(n_signed=Count("id", filter=Q(has_signed=True)), n_asked=Count("id"))
            .order_by()
        )
        return {agency_id: Coverage(n_signed, n_asked) for agency_id, n_signed, n_asked in rows}

    def total(self, among: Collection[int] | None = None) -> Coverage:
        """The coverage of all (or of the agencies ``among``) together."""
        found = [one for pk, one in self.counts.items() if among is None or pk in among]
        return Coverage(sum(one.signed for one in found), sum(one.in_scope for one in found))

    def parts(self) -> list[PartCoverage]:
        """The coverage of each direct part of the campaign's agency, and of the people of the agency."""
        root = self.campaign.agency_id
        parts: dict[int, set[int]] = defaultdict(set)
        for agency_id in self.counts:
            lineage = self._branch.lineage(agency_id)
            place = lineage.index(root)
            parts[lineage[place - 1] if place else root].add(agency_id)
        agencies = Agency.objects.in_bulk(parts)
        found = [PartCoverage(agencies[pk], self.total(among), pk == root) for pk, among in parts.items()]
        return sorted(found, key=lambda part: (not part.is_own, fold(part.agency.name), part.agency.pk))
