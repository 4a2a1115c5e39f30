"""Whether a month of an office is still open. Every app that writes evidence asks here first."""

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from conduct.kernel.months import Month

from .models import Agency, Period
from .permissions import Refused


def state_of(office: Agency, month: Month) -> str:
    """``open``, ``closing`` or ``closed``; a month without a row is open."""
    state = (
        Period.objects.filter(office=office, kind=Period.Kind.MONTH, month=month.first)
        .values_list("state", flat=True)
        .first()
    )
    return state or Period.State.OPEN.value


def states_of(office_ids: Iterable[int], month: Month) -> dict[int, str]:
    """The state of a month in each of these offices."""
    ids = list(office_ids)
    rows = Period.objects.filter(office_id__in=ids, kind=Period.Kind.MONTH, month=month.first)
    return dict.fromkeys(ids, Period.State.OPEN.value) | dict(rows.values_list("office_id", "state"))


def closed_months(office_ids: Iterable[int]) -> set[tuple[int, Month]]:
    """Every closed month of these offices."""
    rows = Period.objects.filter(
        office_id__in=list(office_ids), kind=Period.Kind.MONTH, state=Period.State.CLOSED
    ).values_list("office_id", "month")
    return {(office_id, Month.of(day)) for office_id, day in rows}


def hold_month(office: Agency, month: Month, *, alone: bool = False) -> None:
    """Keep the month as it is until the transaction ends.

    Writers of evidence share the lock; closing and reopening hold it ``alone``, so that a closing waits for
    evidence that is being written, and evidence that comes later finds the month closed.
    """
    name = f"agencies.month {office.pk} {month}"
    call = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}(hashtextextended(%s, 0))", [name])


def check_month_is_open(office: Agency, month: Month) -> None:
    """Raise when the month takes no more evidence; otherwise it stays open until the transaction ends."""
    hold_month(office, month)
    if state_of(office, month) != Period.State.OPEN:
        raise Refused(
            _("Month %(month)s of %(office)s is closed.")
            % {"month": f"{month.month}/{month.year}", "office": office.name}
        )
