"""How many have signed: in a campaign, in its departments, and who.

A posting is in scope when it is in force that day. The tree is read once for any number of campaigns;
counts come from two grouped statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django_stubs_ext import WithAnnotations

from conduct.agencies.models import Agency, AgencyParent, Posting, on_day
from conduct.agencies.tree import subtree_ids
from conduct.kernel.names import fold

from .models import Campaign, Pledge
from .rules import scope_day


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
    """The coverage of many campaigns, by their ids; four statements for each day they speak of."""
    by_day: dict[date, list[Campaign]] = defaultdict(list)
    for campaign in campaigns:
        by_day[day_of(campaign, today)].append(campaign)
    found: dict[int, Coverage] = {}
    for day, some in by_day.items():
        found.update(_on_one_day(some, day))
    return found


def _on_one_day(campaigns: list[Campaign], day: date) -> dict[int, Coverage]:
    reach = subtree_ids({campaign.agency_id for campaign in campaigns}, day)
    links = dict(
        AgencyParent.objects.filter(on_day(day), agency_id__in=reach).values_list("agency_id", "parent_id")
    )
    asked = dict(
        Posting.objects.in_force(day)
        .filter(agency_id__in=reach)
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
    above = {agency_id: _lineage(agency_id, links) for agency_id in reach}
    return {
        campaign.pk: Coverage(
            _below(campaign.agency_id, signed[campaign.pk], above), _below(campaign.agency_id, asked, above)
        )
        for campaign in campaigns
    }


def _lineage(agency_id: int, links: Mapping[int, int]) -> list[int]:
    found = [agency_id]
    while (parent := links.get(found[-1])) is not None and parent not in found:
        found.append(parent)
    return found


def _below(root: int, counts: Mapping[int, int], above: Mapping[int, list[int]]) -> int:
    return sum(number for agency_id, number in counts.items() if root in above.get(agency_id, ()))


def postings_of(campaign: Campaign, today: date, among: set[int] | None = None) -> QuerySet[AskedPosting]:
    """The postings the campaign asks (of the agencies ``among``), with ``pledge_id`` and ``signed_at``."""
    day = day_of(campaign, today)
    reach = subtree_ids({campaign.agency_id}, day)
    pledges = Pledge.objects.filter(campaign=campaign, posting=OuterRef("pk"))
    asked = Posting.objects.in_force(day).filter(agency_id__in=reach if among is None else reach & among)
    known = asked.annotate(
        has_signed=Exists(pledges),
        pledge_id=Subquery(pledges.values("pk")[:1]),
        signed_at=Subquery(pledges.values("signed_at")[:1]),
    )
    return cast("QuerySet[AskedPosting]", known)


def parts_of(campaign: Campaign, today: date) -> list[PartCoverage]:
    """The coverage of each direct part of the campaign's agency, and of the people of the agency itself."""
    day, root = day_of(campaign, today), campaign.agency_id
    rows = (
        postings_of(campaign, today)
        .values_list("agency_id")
        .annotate(n_signed=Count("id", filter=Q(has_signed=True)), n_asked=Count("id"))
        .order_by()
    )
    links = dict(
        AgencyParent.objects.filter(on_day(day), agency_id__in=subtree_ids({root}, day) - {root}).values_list(
            "agency_id", "parent_id"
        )
    )
    sums: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for agency_id, n_signed, n_asked in rows:
        lineage = _lineage(agency_id, links)
        part = lineage[-2] if len(lineage) > 1 else root
        sums[part] = (sums[part][0] + n_signed, sums[part][1] + n_asked)
    agencies = Agency.objects.in_bulk(sums)
    parts = [PartCoverage(agencies[pk], Coverage(*counts), pk == root) for pk, counts in sums.items()]
    return sorted(parts, key=lambda part: (not part.is_own, fold(part.agency.name), part.agency.pk))


def total_of(parts: Iterable[PartCoverage]) -> Coverage:
    """The parts together."""
    known = list(parts)
    return Coverage(sum(p.coverage.signed for p in known), sum(p.coverage.in_scope for p in known))
