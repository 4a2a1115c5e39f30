"""Opening campaigns."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record
from models_catalog.models import Adoption

from ..models import Campaign
from ..permissions.campaigns import check_can_open_campaigns
from ..permissions.signing import check_can_be_signed
from ..rules.dates import DateProblem, date_problem


@dataclass(frozen=True, slots=True)
class Opened:
    """The campaigns that one act opened, and those that were open before and stay as they are."""

    new: tuple[Campaign, ...]
    known: tuple[Campaign, ...]


@transaction.atomic
def open_campaigns(
    *, adoptions: Collection[Adoption], year: int, opens_on: date, due_on: date, by: User, now: datetime
) -> Opened:
    """Ask everybody below each adopting office to sign for a year: one campaign and one audit row an office.

    All or nothing: raises Refused without the right in one of the offices or for a version not in force,
    ValidationError for dates that cannot be. Offices whose campaign of the year is open already are left.
    """
    today = timezone.localdate(now)
    check_can_open_campaigns(by, [adoption.agency for adoption in adoptions], today)
    if problem := date_problem(year, opens_on, due_on, today):
        raise ValidationError(_date_error(problem))
    for adoption in adoptions:
        check_can_be_signed(adoption, opens_on)
    keys = [adoption.pk for adoption in adoptions]
    # Two who open at once: the second waits here and then finds the campaigns of the first.
    list(Adoption.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    known = Campaign.objects.filter(adoption__in=keys, year=year).select_related("agency")
    before = {campaign.adoption_id: campaign for campaign in known}
    new = [
        Campaign(agency=adoption.agency, adoption=adoption, year=year, opens_on=opens_on, due_on=due_on,
                 opened_by=by, opened_at=now)
        for adoption in adoptions if adoption.pk not in before
    ]  # fmt: skip
    for campaign in Campaign.objects.bulk_create(new):
        record(
            act="commitments.open_campaign", by=by, obj=campaign, agency=campaign.agency, now=now,
            data=opening_facts(campaign),
        )  # fmt: skip
    return Opened(tuple(new), tuple(before.values()))


@transaction.atomic
def open_campaign(
    *, adoption: Adoption, year: int, opens_on: date, due_on: date, by: User, now: datetime
) -> tuple[Campaign, bool]:
    """Ask everybody below the adopting agency to sign for a year; returns the campaign and whether it is new.

    Raises what open_campaigns raises, and ValidationError when the year's campaign is open with other dates.
    """
    opened = open_campaigns(adoptions=[adoption], year=year, opens_on=opens_on, due_on=due_on, by=by, now=now)
    for campaign in opened.new:
        return campaign, True
    known = opened.known[0]
    if (known.opens_on, known.due_on) != (opens_on, due_on):
        raise ValidationError(
            _("The campaign of %(year)s for this model is already open.") % {"year": year}, code="twice"
        )
    return known, False


def opening_facts(campaign: Campaign) -> dict[str, object]:
    """What the audit row of a campaign that begins says."""
    return {
        "adoption": campaign.adoption_id,
        "year": campaign.year,
        "opens_on": campaign.opens_on.isoformat(),
        "due_on": campaign.due_on.isoformat(),
    }


def _date_error(problem: DateProblem) -> dict[str, str]:
    return {
        DateProblem.YEAR: {"year": _("Choose this year or the next.")},
        DateProblem.OPENS_IN_THE_PAST: {"opens_on": _("Choose today or a later day.")},
        DateProblem.OPENS_OUTSIDE_THE_YEAR: {
            "opens_on": _("Signing begins in the year itself, at the earliest in December before it.")
        },
        DateProblem.DUE_BEFORE_IT_OPENS: {"due_on": _("The last day cannot be before the first.")},
        DateProblem.DUE_AFTER_THE_YEAR: {"due_on": _("The last day lies within the year.")},
    }[problem]
