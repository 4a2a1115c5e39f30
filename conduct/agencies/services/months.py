"""Closing and reopening an office's month. The roll-up finishes what closing begins (scores.services)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import Agency, Period, User
from ..periods import hold_month
from ..permissions import Refused, check_can_close_month, check_can_reopen_month


def _held(office: Agency, month: Month) -> Period:
    hold_month(office, month, alone=True)
    period, _created = Period.objects.get_or_create(office=office, kind=Period.Kind.MONTH, month=month.first)
    return period


@transaction.atomic
def begin_closing(*, office: Agency, month: Month, by: User, now: datetime) -> bool:
    """Close the month to new evidence; it is closed for good when the final roll-up is done.

    Raises Refused without the right or before the month has ended. Returns whether this call closed it.
    """
    today = timezone.localdate(now)
    check_can_close_month(by, office, today)
    if today <= month.last:
        raise Refused(_("The month can be closed once it has ended."))
    period = _held(office, month)
    if period.state != Period.State.OPEN:
        return False
    period.state, period.closed_at, period.closed_by = Period.State.CLOSING, now, by
    period.save(update_fields=["state", "closed_at", "closed_by"])
    record(act="agencies.close_month", by=by, obj=period, agency=office, now=now, data={"month": str(month)})
    return True


@transaction.atomic
def finish_closing(*, office: Agency, month: Month) -> bool:
    """Mark a month that is being closed as closed; called in the transaction of its final roll-up."""
    return bool(
        Period.objects.filter(
            office=office, kind=Period.Kind.MONTH, month=month.first, state=Period.State.CLOSING
        ).update(state=Period.State.CLOSED)
    )


@transaction.atomic
def reopen_month(*, office: Agency, month: Month, reason: str, by: User, now: datetime) -> bool:
    """Open a closed month again. Raises Refused without the right or without a reason."""
    check_can_reopen_month(by, office, timezone.localdate(now))
    if not reason.strip():
        raise Refused(_("Reopening a month needs a reason."))
    period = _held(office, month)
    if period.state != Period.State.CLOSED:
        return False
    period.state, period.reopened_at = Period.State.OPEN, now
    period.save(update_fields=["state", "reopened_at"])
    record(
        act="agencies.reopen_month", by=by, obj=period, agency=office, reason=reason.strip(), now=now,
        data={"month": str(month), "closed_at": period.closed_at.isoformat() if period.closed_at else None},
    )  # fmt: skip
    return True
