"""Typing in what citizens said on paper or told on the telephone.

One sitting is one person entering the forms of one desk and day. The trail names the sitting when it begins
and, with the number of forms, when it ends; a row for each form would tell when each was typed (ADR 0006).
"""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record

from ..models import Questionnaire, ServicePoint
from ..permissions.paper import check_can_type
from ..rules.questions import Answers
from .given import store_given

OLDEST_DAYS = 366


@transaction.atomic
def begin_sitting(*, point: ServicePoint, given_on: date, channel: str, by: User, now: datetime) -> None:
    """Note that somebody begins to enter the forms of a desk and day.

    Raises Refused for somebody without the role or who sits at the desk, ValidationError for a day to come or
    more than a year ago.
    """
    today = timezone.localdate(now)
    check_can_type(by, point, given_on, today)
    if given_on > today:
        raise ValidationError({"given_on": _("Choose today or an earlier day.")})
    if (today - given_on).days > OLDEST_DAYS:
        raise ValidationError({"given_on": _("Forms older than a year are not taken any more.")})
    _note("surveys.begin_sitting", point, given_on, channel, by, now, {})


@transaction.atomic
def end_sitting(
    *, point: ServicePoint, given_on: date, channel: str, n_forms: int, by: User, now: datetime
) -> None:
    """Note how many forms of a desk and day were entered."""
    _note("surveys.end_sitting", point, given_on, channel, by, now, {"forms": n_forms})


def store_typed(
    *,
    point: ServicePoint,
    questionnaire: Questionnaire,
    key: UUID,
    answers: Answers,
    given_on: date,
    channel: str,
    language: str,
    respondent: str,
    by: User,
    now: datetime,
) -> bool:
    """Store one form of a sitting; returns whether this call stored it.

    Raises Refused as `begin_sitting`: rights may have changed since. No audit row, see above.
    """
    check_can_type(by, point, given_on, timezone.localdate(now))
    return store_given(
        point=point,
        questionnaire=questionnaire,
        key=key,
        answers=answers,
        given_on=given_on,
        channel=channel,
        now=now,
        language=language,
        respondent=respondent,
    )


def _note(
    act: str,
    point: ServicePoint,
    given_on: date,
    channel: str,
    by: User,
    now: datetime,
    data: dict[str, object],
) -> None:
    data |= {"given_on": given_on.isoformat(), "channel": channel}
    record(act=act, by=by, obj=point, agency=point.agency, now=now, data=data)
