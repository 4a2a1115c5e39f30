"""Which office keeps which model, when staff were asked to sign, and who signed when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .calendar import DemoCalendar, open_days
from .catalogue import DemoItem, DemoVersion
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
    """A version that a unit keeps from a day on; `weights` are the stressed items by their id.

    `local` is what the unit added of its own, known once it is written; with `front_desk_only` the version
    speaks to those who serve citizens.
    """

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
    front_desk_only: bool = False
    local: tuple[DemoItem, ...] = ()

    @property
    def items(self) -> tuple[DemoItem, ...]:
        """What is judged: the version's items, then the unit's own."""
        return (*self.version.items, *self.local)

    def binds(self, post: Post) -> bool:
        """Whether the version speaks to a posting."""
        return post.serves_citizens or not self.front_desk_only

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
    method: str = "password"


@dataclass(frozen=True)
class ReasonPlan:
    """Why somebody did not sign: `kind` is excused or declined."""

    campaign: CampaignPlan
    post: Post
    kind: str
    reason: str
    stated_on: date


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
    late.front_desk_only = True
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
            if not campaign.adoption.binds(post) or (campaign.adoption.is_late and post.person == waits):
                continue
            if chance >= campaign.share and post.person not in signs:
                continue
            if _leaves_open(campaign, post, staff, tree):
                continue
            first = max(campaign.opens_on, post.starts_on)
            last = max(campaign.due_on, post.starts_on + timedelta(days=10))
            last = min(last, post.ends_on or last, yesterday, date(campaign.year, 12, 31))
            days = open_days(first, last)
            if days:
                day = random.choice(days)
                method = _method(campaign, tree, random.random(), is_cast=post.person in signs)
                yield PledgePlan(campaign, post, day, method)


def _leaves_open(campaign: CampaignPlan, post: Post, staff: Staff, tree: Tree) -> bool:
    """At the cast's office the administrator and one department have not signed this year."""
    office = tree.communes[0]
    if campaign.adoption.unit is not office.unit or campaign.year != tree.calendar.as_of.year:
        return False
    return post.person == staff.cast["quan"].index or post.unit == office.departments[1].index


def _method(campaign: CampaignPlan, tree: Tree, chance: float, *, is_cast: bool) -> str:
    """Most sign with their password; at the cast's office some signed on paper this year."""
    here = campaign.adoption.unit is tree.communes[0].unit
    if here and campaign.year == tree.calendar.as_of.year and chance < 0.3 and not is_cast:
        return "paper"
    return "passkey" if chance > 0.97 else "password"


_EXCUSES = (
    "Nghỉ thai sản đến hết năm",
    "Đi học lý luận chính trị tập trung",
    "Điều trị dài ngày tại bệnh viện",
)
_REFUSAL = "Đề nghị làm rõ điều về giờ giấc đối với người trực ngoài giờ trước khi ký"


def plan_reasons(
    campaigns: list[CampaignPlan], pledges: list[PledgePlan], staff: Staff, tree: Tree, random: Random
) -> Iterator[ReasonPlan]:
    """Of those who did not sign, a third are excused and one here and there declined."""
    silent = staff.cast["quan"].index
    said = iter((0.0, 0.35))  # in the department that has not signed: one is excused, one declined
    signed = {(plan.campaign.index, plan.post.index) for plan in pledges}
    waits, last = staff.cast["lan"].index, tree.calendar.as_of - timedelta(days=1)
    for campaign in campaigns:
        for post in staff.posts:
            if post.unit not in campaign.adoption.units or not campaign.adoption.binds(post):
                continue
            if (campaign.index, post.index) in signed or post.person == waits or post.ends_on is not None:
                continue
            days = open_days(max(campaign.opens_on, post.starts_on), min(campaign.due_on, last))
            chance = random.random()
            if _leaves_open(campaign, post, staff, tree):
                chance = 1.0 if post.person == silent else next(said, 1.0)
            if days and chance < 0.36:
                excuse = random.choice(_EXCUSES)
                kind, reason = ("excused", excuse) if chance < 0.33 else ("declined", _REFUSAL)
                yield ReasonPlan(campaign, post, kind, reason, random.choice(days))
