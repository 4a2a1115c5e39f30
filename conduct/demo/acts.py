"""Writes what offices did: adoptions, campaigns, pledges, closed months; each with its audit row."""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from conduct.agencies.models import Period
from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.rules.pledges import PledgeFacts, PledgeGroup, pledge_text, sha256_of
from conduct.kernel.months import Month
from models_catalog.models import Adoption, Emphasis

from .calendar import closing_day
from .copying import Ids, copy_rows, new_ids
from .people import Staff
from .pledging import AdoptionPlan, CampaignPlan, PledgePlan, plan_pledges
from .trail import Trail
from .tree import Tree, Unit

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def some_moment(random: Random, day: date) -> datetime:
    """A moment of a working day, by Việt Nam's clock."""
    return datetime.combine(day, time(7, 30), ZONE) + timedelta(seconds=random.randrange(9 * 3600))


def write_adoptions(plans: list[AdoptionPlan], ids: Ids, trail: Trail) -> None:
    """Adoptions and what they stress."""
    ids.adoptions = new_ids(Adoption, len(plans))
    rows = []
    for plan in plans:
        at = datetime.combine(plan.valid_from, time(8, 30), ZONE)
        adoption, unit, person = ids.adoptions[plan.index], ids.units[plan.unit.index], ids.people[plan.by]
        dates = (plan.valid_from, plan.valid_to)
        rows.append((adoption, unit, plan.version.id, *dates, plan.decision, person, at))
        trail.adopted(plan, adoption, at)
    copy_rows(Adoption, "id agency version valid_from valid_to decision_number adopted_by adopted_at", rows)
    copy_rows(
        Emphasis,
        "adoption item weight",
        (
            (ids.adoptions[plan.index], item, weight)
            for plan in plans
            for item, weight in plan.weights.items()
        ),
    )


def write_campaigns(plans: list[CampaignPlan], ids: Ids, trail: Trail) -> None:
    """Calls to sign, opened in the morning of their first day."""
    ids.campaigns = new_ids(Campaign, len(plans))
    rows = []
    for plan in plans:
        at = datetime.combine(plan.opens_on, time(8), ZONE)
        kept = plan.adoption
        campaign, unit, adoption = (
            ids.campaigns[plan.index],
            ids.units[kept.unit.index],
            ids.adoptions[kept.index],
        )
        rows.append(
            (campaign, unit, adoption, plan.year, plan.opens_on, plan.due_on, ids.people[kept.by], at)
        )
        trail.opened(plan, campaign, adoption, at)
    copy_rows(Campaign, "id agency adoption year opens_on due_on opened_by opened_at", rows)


def write_pledges(
    campaigns: list[CampaignPlan], tree: Tree, staff: Staff, ids: Ids, trail: Trail, random: Random
) -> None:
    """Who signed, with the very text that the screen shows."""
    plans = list(plan_pledges(campaigns, tree, staff, random))
    rows = []
    for pledge, plan in zip(new_ids(Pledge, len(plans)), plans, strict=True):
        text = _text(plan, tree, staff)
        at, sha256 = some_moment(random, plan.signed_on), sha256_of(text)
        campaign, post = ids.campaigns[plan.campaign.index], ids.posts[plan.post.index]
        rows.append((pledge, campaign, post, text, sha256, Pledge.Method.PASSWORD.value, at))
        trail.signed(plan, (pledge, campaign, post), sha256, at)
    copy_rows(Pledge, "id campaign posting text sha256 method signed_at", rows)


def _text(plan: PledgePlan, tree: Tree, staff: Staff) -> str:
    version = plan.campaign.adoption.version
    return pledge_text(
        PledgeFacts(
            office=plan.campaign.adoption.unit.name,
            unit=tree.units[plan.post.unit].name,
            model=version.name,
            owner=version.owner,
            version=version.number,
            year=plan.campaign.year,
            person=staff.people[plan.post.person].full_name,
            title=plan.post.title,
            groups=tuple(PledgeGroup(*group) for group in version.groups),
        )
    )


def write_periods(tree: Tree, staff: Staff, ids: Ids, trail: Trail) -> None:
    """The months that their heads closed; the roll-up finishes what they began."""
    closings = _closings(tree)
    rows = []
    for period, (unit, month) in zip(new_ids(Period, len(closings)), closings, strict=True):
        # The province comes after its communes.
        at = datetime.combine(closing_day(month), time(17 if unit.parent is None else 15), ZONE)
        head = staff.heads[unit.index]
        states = (Period.Kind.MONTH.value, month.first, Period.State.CLOSING.value)
        rows.append((period, ids.units[unit.index], *states, at, ids.people[head]))
        trail.closed(unit, month, head, period, at)
    copy_rows(Period, "id office kind month state closed_at closed_by", rows)


def _closings(tree: Tree) -> list[tuple[Unit, Month]]:
    """Each closed month of each office that existed in it."""
    offices = [tree.province, *(office.unit for office in tree.offices)]
    return [
        (unit, month)
        for month in tree.calendar.months
        if tree.calendar.is_closed(month)
        for unit in offices
        if unit.valid_from <= month.last and (unit.valid_to is None or unit.valid_to >= month.first)
    ]
