"""Recording who acts in whose place, and ending it (decree 335/2025, Điều 10: while somebody is away)."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.audit.services import record

from ..models import Agency, Delegation, Posting, User
from ..permissions import Refused, check_can_delegate, leads

LONGEST = timedelta(days=366)
REASON_MOST = 300


@transaction.atomic
def record_delegation(
    *,
    absent: User,
    delegate: User,
    agency: Agency,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: User,
    now: datetime,
) -> bool:
    """Let ``delegate`` act in the place of ``absent`` in an agency and below. Returns whether this call did.

    Raises Refused without the right or for oneself as delegate, ValidationError by field: days in disorder,
    in the past or longer than a year, no reason, ``absent`` leads nothing there, ``delegate`` serves nowhere,
    or somebody stands in already.
    """
    today = timezone.localdate(now)
    check_can_delegate(by, absent, agency, today)
    if delegate.pk == by.pk:
        raise Refused(_("Nobody names themselves to act in another's place."))
    row = {
        "absent": absent, "delegate": delegate, "agency": agency, "starts_on": starts_on, "ends_on": ends_on,
    }  # fmt: skip
    if Delegation.objects.filter(**row).exists():
        return False
    _check_days(starts_on, ends_on, today)
    _check_people(absent, delegate, agency, starts_on)
    reason = reason.strip()
    if not 1 <= len(reason) <= REASON_MOST:
        raise ValidationError({"reason": _("Say why the right is handed on.")})
    try:
        with transaction.atomic():
            made = Delegation.objects.create(**row, reason=reason, made_by=by, made_at=now)
    except IntegrityError as error:
        raise ValidationError(
            _("Somebody stands in for %(name)s in these days already.") % {"name": absent.full_name},
            code="overlap",
        ) from error
    record(
        act="agencies.record_delegation", by=by, obj=made, agency=agency, now=now, reason=reason,
        data={
            "absent": absent.pk, "delegate": delegate.pk,
            "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(),
        },
    )  # fmt: skip
    return True


def _check_days(starts_on: date, ends_on: date, today: date) -> None:
    if starts_on < today:
        raise ValidationError({"starts_on": _("It holds from today at the earliest; nothing is backdated.")})
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")})
    if ends_on - starts_on > LONGEST or starts_on - today > LONGEST:
        raise ValidationError({"ends_on": _("At most a year; after that it is recorded anew.")})


def _check_people(absent: User, delegate: User, agency: Agency, on: date) -> None:
    if delegate.pk == absent.pk:
        raise ValidationError({"delegate": _("Choose somebody else than the person who is away.")})
    if not leads(absent, agency, on):
        raise ValidationError(
            _("%(name)s leads nothing in %(agency)s on that day.")
            % {"name": absent.full_name, "agency": agency.name}
        )
    if not Posting.objects.in_force(on).filter(person=delegate).exists():
        raise ValidationError({"delegate": _("This person serves nowhere on that day.")})


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: User, now: datetime) -> bool:
    """End it with today; one that has not begun is taken away. Returns whether this call changed anything.

    What the delegate did so far stays as it is. Raises Refused without the right.
    """
    today = timezone.localdate(now)
    rows = Delegation.objects.select_for_update(of=("self",)).select_related("absent", "agency")
    held = rows.filter(pk=delegation.pk).first()
    if held is None:
        return False
    check_can_delegate(by, held.absent, held.agency, today)
    if held.ends_on <= today:
        return False
    data = {"ended_on": today.isoformat(), "would_end_on": held.ends_on.isoformat()}
    record(act="agencies.end_delegation", by=by, obj=held, agency=held.agency, now=now, data=data)
    if held.starts_on > today:
        held.delete()
    else:
        held.ends_on = today
        held.save(update_fields=["ends_on"])
    return True
