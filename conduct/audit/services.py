"""Writing the audit trail."""

from datetime import datetime
from typing import Any, Protocol

from django.db import models

from .models import AuditEvent


class Actor(Protocol):
    """Anyone who acts: a row with a key and a full name."""

    pk: Any
    full_name: str


class Place(Protocol):
    """The agency an act belongs to."""

    pk: Any
    name: str


def record(
    *,
    act: str,
    by: Actor | None,
    obj: models.Model | None,
    now: datetime,
    agency: Place | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one audit row. Call it inside the transaction of the act itself, so that both stand or fall.

    ``act`` is ``<app>.<verb_noun>``; ``by`` is None when the system acts by its timetable or nobody is signed
    in; ``obj`` is None when an act met no thing of ours (a guessed code).
    """
    return AuditEvent.objects.create(
        at=now,
        act=act,
        actor_id=by.pk if by else None,
        actor_name=by.full_name if by else "",
        agency_id=agency.pk if agency else None,
        agency_name=agency.name if agency else "",
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        object_name=str(obj)[:300] if obj else "",
        reason=reason,
        data=data or {},
    )
