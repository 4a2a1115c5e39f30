"""Writes what offices did: adoptions, campaigns, pledges, closed months; each with its audit row."""

import hashlib
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile

from conduct.agencies.models import Period
from conduct.commitments.models import (
    Campaign,
    NotSigning,
    Pledge,
    SignedSheet,
)
from conduct.commitments.rules.pledges import PledgeFacts, PledgeGroup, pledge_text, sha256_of
from conduct.documents.typst import compile_pdf
from conduct.kernel.codes import CODE_LENGTH, CODE_SIGNS
from conduct.kernel.months import Month
from models_catalog.models import Adoption, Emphasis, Item, ItemGroup

from .calendar import closing_day
from .catalogue import read_item
from .copying import Ids, copy_rows, new_ids
from .people import Staff
from .pledging import AdoptionPlan, CampaignPlan, PledgePlan, plan_pledges, plan_reasons
from .trail import Trail
from .tree import Tree, Unit

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def some_moment(random: Random, day: date) -> datetime:
    """A moment of a working day, by Việt Nam's clock."""
    return datetime.combine(day, time(7, 30), ZONE) + timedelta(seconds=random.randrange(9 * 3600))


def write_adoptions(plans: list[AdoptionPlan], ids: Ids, trail: Trail) -> None:
    """Adoptions and what they stress."""
    ids.adoptions = new_ids(Adoption, len(plans))
    rows: list[tuple[object, ...]] = []
    for plan in plans:
        at = datetime.combine(plan.valid_from, time(8, 30), ZONE)
        adoption, unit, person = ids.adoptions[plan.index], ids.units[plan.unit.index], ids.people[plan.by]
        dates = (plan.valid_from, plan.valid_to)
        audience = "front_desk" if plan.front_desk_only else "all"
        rows.append((adoption, unit, plan.version.id, *dates, plan.decision, audience, [], False, person, at))
        trail.adopted(plan, adoption, at)
    copy_rows(
        Adoption,
        "id agency version valid_from valid_to decision_number audience categories keeps_signatures "
        "adopted_by adopted_at",
        rows,
    )
    copy_rows(
        Emphasis,
        "adoption item weight",
        (
            (ids.adoptions[plan.index], item, weight)
            for plan in plans
            for item, weight in plan.weights.items()
        ),
    )


_OWN_ITEMS = (
    ("Trả kết quả tại nhà cho người già yếu, người khuyết tật", "Bring results home to the old and disabled"),
    ("Ghi sổ mọi lời hẹn với người dân ngay tại quầy", "Write down every promise at the desk"),
)


def write_local_items(plans: list[AdoptionPlan], ids: Ids) -> None:
    """What the cast's desk added to its model; judged and signed like the rest."""
    for plan in plans:
        if not plan.front_desk_only:
            continue
        group = ItemGroup.objects.create(
            adoption_id=ids.adoptions[plan.index], position=1, number=len(_OWN_ITEMS), keyword="phải",
            polarity=ItemGroup.Polarity.DUTY,
        )  # fmt: skip
        plan.local = tuple(
            read_item(
                Item.objects.create(
                    group=group, position=place, text=text, text_en=text_en, sources=["supervisor"]
                )
            )
            for place, (text, text_en) in enumerate(_OWN_ITEMS, 1)
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
    sheets = _write_sheets(plans, staff, ids)
    rows = []
    for pledge, plan in zip(new_ids(Pledge, len(plans)), plans, strict=True):
        text = _text(plan, tree, staff)
        at, sha256 = some_moment(random, plan.signed_on), sha256_of(text)
        campaign, post = ids.campaigns[plan.campaign.index], ids.posts[plan.post.index]
        sheet = sheets[plan.campaign.index] if plan.method == "paper" else None
        clerk = None if sheet is None else ids.people[staff.cast["quan"].index]
        code = "".join(random.choices(CODE_SIGNS, k=CODE_LENGTH))
        rows.append((pledge, campaign, post, text, sha256, plan.method, at, code, sheet, clerk, ""))
        trail.signed(plan, (pledge, campaign, post), sha256, at)
    copy_rows(Pledge, "id campaign posting text sha256 method signed_at code sheet entered_by note", rows)
    reasons = plan_reasons(campaigns, plans, staff, tree, random)
    copy_rows(
        NotSigning,
        "campaign posting kind reason stated_by stated_at",
        (
            (
                *(ids.campaigns[plan.campaign.index], ids.posts[plan.post.index], plan.kind, plan.reason),
                ids.people[plan.campaign.adoption.by if plan.kind == "excused" else plan.post.person],
                some_moment(random, plan.stated_on),
            )
            for plan in reasons
        ),
    )


def _write_sheets(plans: list[PledgePlan], staff: Staff, ids: Ids) -> dict[int, int]:
    """One scan for each campaign with paper, by the campaign's place in the plan."""
    last: dict[int, date] = {}
    for plan in plans:
        if plan.method == "paper":
            day = last.get(plan.campaign.index, plan.signed_on)
            last[plan.campaign.index] = max(day, plan.signed_on)
    sheets = {}
    for campaign, day in last.items():
        at = datetime.combine(day, time(17, 10), ZONE)
        content = compile_pdf("demo-scan.typ", {"campaign": campaign}, at=at)
        sheet = SignedSheet(
            campaign_id=ids.campaigns[campaign], sha256=hashlib.sha256(content).hexdigest(),
            media_type="application/pdf", n_bytes=len(content), n_pages=1,
            uploaded_by_id=ids.people[staff.cast["quan"].index], uploaded_at=at,
        )  # fmt: skip
        sheet.file.save(f"{uuid4().hex}.pdf", ContentFile(content), save=True)
        sheets[campaign] = sheet.pk
    return sheets


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
            local_groups=_local_groups(plan.campaign.adoption),
        )
    )


def _local_groups(adoption: AdoptionPlan) -> tuple[PledgeGroup, ...]:
    if not adoption.local:
        return ()
    return (PledgeGroup(len(adoption.local), "phải", tuple(item.text for item in adoption.local)),)


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
