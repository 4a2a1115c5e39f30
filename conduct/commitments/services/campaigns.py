"""Opening a campaign."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record
from models_catalog.models import Adoption

from ..models import Campaign
from ..permissions.campaigns import check_can_open_campaign
from ..permissions.signing import check_can_be_signed
from ..rules.dates import DateProblem, date_problem


@transaction.atomic
def open_campaign(
    *, adoption: Adoption, year: int, opens_on: date, due_on: date, by: User, now: datetime
) -> tuple[Campaign, bool]:
    """Ask everybody below the adopting agency to sign for a year; returns the campaign and whether it is new.

    Raises Refused without the right or for a version not in force, ValidationError for dates that cannot be,
    or when the year's campaign is already open with other dates.
    """
    today = timezone.localdate(now)
    check_can_open_campaign(by, adoption.agency, today)
    if problem := date_problem(year, opens_on, due_on, today):
        raise ValidationError(_date_error(problem))
    check_can_be_signed(adoption, opens_on)
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(
                agency=adoption.agency, adoption=adoption, year=year, opens_on=opens_on, due_on=due_on,
                opened_by=by, opened_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        if "adoption_is_signed_once_a_year" not in str(error):
            raise
        known = Campaign.objects.get(adoption=adoption, year=year)
        if (known.opens_on, known.due_on) == (opens_on, due_on):
            return known, False
        raise ValidationError(
            _("The campaign of %(year)s for this model is already open.") % {"year": year}, code="twice"
        ) from error
    record(
        act="commitments.open_campaign", by=by, obj=campaign, agency=adoption.agency, now=now,
        data={
            "adoption": adoption.pk, "year": year,
            "opens_on": opens_on.isoformat(), "due_on": due_on.isoformat(),
        },
    )  # fmt: skip
    return campaign, True


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
