"""The share of dossiers that should come in online in a year."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..models import OnlineTarget
from ..permissions.dossiers import check_can_set_target


@transaction.atomic
def set_target(
    *, agency: Agency, year: int, low: Decimal, high: Decimal, legal_basis: str, by: User, now: datetime
) -> bool:
    """Set the range in percent for an agency and all below it that have none; returns whether it changed.

    Raises Refused.
    """
    check_can_set_target(by, agency, timezone.localdate(now))
    said = {"low": low, "high": high, "legal_basis": legal_basis}
    known = OnlineTarget.objects.select_for_update().filter(agency=agency, year=year).first()
    if known and {name: getattr(known, name) for name in said} == said:
        return False
    target, _created = OnlineTarget.objects.update_or_create(agency=agency, year=year, defaults=said)
    record(
        act="dossiers.set_target", by=by, obj=target, agency=agency, now=now,
        data={"year": year, "low": str(low), "high": str(high)},
    )  # fmt: skip
    return True


def target_for(line: Collection[int], year: int) -> OnlineTarget | None:
    """The first one's own, else that of the next agency: ``line`` goes from an agency to the root."""
    known = {
        target.agency_id: target
        for target in OnlineTarget.objects.filter(agency_id__in=line, year=year).select_related("agency")
    }
    return next((known[pk] for pk in line if pk in known), None)
