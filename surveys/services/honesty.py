"""Letting forms count that were set aside."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from conduct.agencies.models import Agency, User
from conduct.agencies.periods import check_month_is_open
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import SetAside
from ..permissions.honesty import check_can_reinstate


@transaction.atomic
def reinstate_forms(
    *, agency: Agency, month: Month, keys: Collection[UUID], reason: str, by: User, now: datetime
) -> int:
    """Let forms of an agency and month count again; returns how many did not count before.

    Refused for a month that is closed, and for forms that rate whoever decides. The audit rows, one a desk,
    hold numbers only: a key with a time beside it would tell when the form was looked at.
    """
    office = office_of(agency, timezone.localdate(now))
    check_month_is_open(office, month)
    waiting = SetAside.objects.filter(
        response_id__in=keys,
        response__agency=agency,
        response__month=month.first,
        reinstated_at__isnull=True,
    )
    chosen = list(
        waiting.exclude(response__stratum__posting__person=by)
        .select_related("response__point__agency")
        .select_for_update(of=("self",))
    )
    points = {form.response.point_id: form.response.point for form in chosen}
    for point in points.values():
        check_can_reinstate(by, point, month, timezone.localdate(now))
    SetAside.objects.filter(pk__in=[form.pk for form in chosen]).update(
        reinstated_by=by, reinstated_at=now, why=reason
    )
    for pk, point in points.items():
        reasons = Counter(form.reason for form in chosen if form.response.point_id == pk)
        record(
            act="surveys.reinstate_forms",
            by=by,
            obj=point,
            agency=agency,
            now=now,
            reason=reason,
            data={"month": str(month), "forms": dict(reasons)},
        )
    return len(chosen)
