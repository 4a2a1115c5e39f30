"""Which office keeps which model, when staff were asked to sign, and who signed when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .calendar import DemoCalendar, open_days
from .catalogue import DemoVersion
from .people import Post, Staff
from .stories import Story, signing_share
from .tree import Tree, Unit

# Communes take them in turn; the others have one home each.
COMMUNE_MODELS = (
    "hoa-son-5-khong-4-biet", "dien-bien-4-xin-4-luon-5-khong", "4-xin-4-luon", "hoa-son-5-khong-4-biet",
    "phu-ninh-4-dung-4-phai-3-sat-3-nhat", "4-xin-4-luon", "hoa-son-5-khong-4-biet", "4-xin-4-luon",
    "dien-bien-4-xin-4-luon-5-khong", "phu-ninh-4-dung-4-phai-3-sat-3-nhat",
)  # fmt: skip
BODY_MODELS = {
    "party_body": "phu-ninh-4-dung-4-phai-3-sat-3-nhat",
    "service_unit": "y-te-hoa-vang-giam-tang",
    "enterprise": "agribank-hoa-vang-3-c",
}
GROUP_MODEL = "thanh-xuan-to-dan-pho-5-khong"
DEPARTMENT_MODEL = "4-xin-4-luon"
DESK_MODEL = "4-xin-4-luon"


@dataclass
class AdoptionPlan:
    """A version that a unit keeps from a day on; `weights` are the stressed items by their id."""

    index: int
    unit: Unit
    version: DemoVersion
    valid_from: date
    valid_to: date | None
    decision: str
    by: int
    story: Story
    units: frozenset[int]
    weights: dict[int, int] = field(default_factory=dict)
    is_late: bool = False

    def holds(self, first: date, last: date) -> bool:
        """Whether it holds on some of these days."""
        return self.valid_from <= last and (self.valid_to is None or self.valid_to >= first)


@dataclass(frozen=True)
class CampaignPlan:
    """A call to sign; `share` of those asked do."""

    index: int
    adoption: AdoptionPlan
    year: int
    opens_on: date
    due_on: date
    share: float


@dataclass(frozen=True)
class PledgePlan:
    """Who signed what on which day."""

    campaign: CampaignPlan
    post: Post
    signed_on: date


def plan_adoptions(
    tree: Tree, staff: Staff, versions: Mapping[str, DemoVersion], random: Random
) -> list[AdoptionPlan]:
    """Every published version has a home; a version this list does not know goes where it can be kept."""
    homes = _Homes(staff, versions, random)
    for place, office in enumerate(tree.communes):
        plan = homes.adopt(
            office.unit, COMMUNE_MODELS[place % len(COMMUNE_MODELS)], office.units, office.story
        )
        if place % 4 == 0:
            plan.weights = _stress(plan.version)
    for office, key in zip(tree.predecessors, ("4-xin-4-luon", "hoa-son-5-khong-4-biet"), strict=True):
        homes.adopt(office.unit, key, office.units, office.story)
    for office in tree.bodies:
        homes.adopt(office.unit, BODY_MODELS[office.unit.kind], office.units)
    department = tree.unit_named("Sở Nội vụ")
    homes.adopt(department, DEPARTMENT_MODEL, [department])
    for unit in tree.groups:
        homes.adopt(unit, GROUP_MODEL, [unit])
    desk = tree.communes[0].departments[-1]
    late = homes.adopt(desk, DESK_MODEL, [desk], Story.CAST)
    late.is_late, late.valid_from = True, max(tree.calendar.first, tree.calendar.current.plus(-2)).first
    for key in sorted(set(versions) - {plan.version.key for plan in homes.plans}):
        unit = tree.unit_named("Thanh tra tỉnh") if versions[key].judges_persons else tree.groups[0]
        homes.adopt(unit, key, [unit])
    return homes.plans


class _Homes:
    """Collects adoptions, each decided by the head of the unit or of the office above."""

    def __init__(self, staff: Staff, versions: Mapping[str, DemoVersion], random: Random) -> None:
        self.staff, self.versions, self.random = staff, versions, random
        self.plans: list[AdoptionPlan] = []

    def adopt(self, unit: Unit, key: str, units: list[Unit], story: Story = Story.ORDINARY) -> AdoptionPlan:
        """The version binds these units, from the first day of the unit to its last."""
        heads = self.staff.heads
        by = heads.get(unit.index, heads.get(unit.parent or 0, heads[0]))
        mark = {"party_body": "QĐ/ĐU", "enterprise": "QĐ-CN"}.get(unit.kind, "QĐ-UBND")
        plan = AdoptionPlan(
            index=len(self.plans),
            unit=unit,
            version=self.versions[key],
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            decision=f"{self.random.randint(11, 480)}/{mark}",
            by=by,
            story=story,
            units=frozenset(one.index for one in units),
        )
        self.plans.append(plan)
        return plan


def _stress(version: DemoVersion) -> dict[int, int]:
    """An office that stresses two items: the first threefold, the fourth (or last) twofold."""
    items = version.items
    return {items[0].id: 3, items[min(3, len(items) - 1)].id: 2}


def plan_campaigns(adoptions: list[AdoptionPlan], calendar: DemoCalendar) -> list[CampaignPlan]:
    """Each person's model is signed once a year; the desk's newest model is being signed right now."""
    plans: list[CampaignPlan] = []
    for adoption in adoptions:
        if not adoption.version.judges_persons:
            continue
        years = [calendar.as_of.year] if adoption.is_late else calendar.years
        for year in years:
            opens = max(adoption.valid_from + timedelta(days=6), date(year, 1, 5))
            if adoption.is_late:
                opens = max(adoption.valid_from, calendar.as_of - timedelta(days=12), date(year, 1, 1))
            due = min(opens + timedelta(days=30 if adoption.is_late else 25), date(year, 12, 31))
            ended = adoption.valid_to is not None and opens > adoption.valid_to
            if opens > calendar.as_of or opens.year != year or ended:
                continue
            share = 0.5 if adoption.is_late else signing_share(adoption.story)
            plans.append(CampaignPlan(len(plans), adoption, year, opens, due, share))
    return plans


def plan_pledges(
    campaigns: list[CampaignPlan], tree: Tree, staff: Staff, random: Random
) -> Iterator[PledgePlan]:
    """Who signed: most within the days they were given, a newcomer soon after starting."""
    waits = staff.cast["lan"].index
    signs = {person.index for person in staff.cast.values()}
    posts: dict[int, list[Post]] = {}
    for post in staff.posts:
        posts.setdefault(post.unit, []).append(post)
    yesterday = tree.calendar.as_of - timedelta(days=1)
    for campaign in campaigns:
        for post in (post for unit in sorted(campaign.adoption.units) for post in posts.get(unit, ())):
            chance = random.random()
            if campaign.adoption.is_late and post.person == waits:
                continue
            if chance >= campaign.share and post.person not in signs:
                continue
            first = max(campaign.opens_on, post.starts_on)
            last = max(campaign.due_on, post.starts_on + timedelta(days=10))
            last = min(last, post.ends_on or last, yesterday, date(campaign.year, 12, 31))
            days = open_days(first, last)
            if days:
                yield PledgePlan(campaign, post, random.choice(days))
