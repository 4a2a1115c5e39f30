"""A case in hand while something is done with it: locked, and as the page showed it."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record
from conduct.kernel.sealing import Unreadable
from conduct.kernel.vault import seal_with

from ..models import Case, CaseEvent
from .subjects import add_event

# A second click comes within this time.
SECOND_CLICK = timedelta(minutes=2)


class CaseChanged(Exception):
    """Somebody else changed the case since it was read; nothing was stored."""


def held_case(case: Case, revision: int, kind: CaseEvent.Kind, by: User, now: datetime) -> Case | None:
    """The case, locked, when it still is as it was read; None when this person has just done this act.

    ``kind`` is the step that the act leaves. Raises CaseChanged.
    """
    held = locked(case)
    if held.revision == revision:
        return held
    last = held.events.order_by("-at", "-pk").first()
    is_own = last is not None and (last.kind, last.by_id) == (kind, by.pk) and now - last.at < SECOND_CLICK
    if is_own and held.revision == revision + 1:
        return None
    raise CaseChanged


def locked(case: Case) -> Case:
    """The case as it is now; a second act waits here."""
    held = Case.objects.select_for_update(of=("self",)).select_related("agency", "concerns")
    return held.get(pk=case.pk)


def seal_text(case: Case, text: str) -> bytes:
    """A text under the case's key; refused when the key was destroyed meanwhile."""
    try:
        return seal_with(case.key_id, text)
    except Unreadable as error:
        raise CaseChanged from error


@transaction.atomic(savepoint=False)
def finish(
    *,
    case: Case,
    step: CaseEvent.Kind,
    act: str,
    by: User | None,
    now: datetime,
    sealed: bytes = b"",
    **data: Any,
) -> None:
    """Store the changed case on its next revision, with its step and its audit row; the end of every act."""
    case.revision += 1
    case.save()
    add_event(case, step, by, now, sealed=sealed, data=data)
    record(act=f"feedback.{act}", by=by, obj=case, agency=case.agency, now=now, data=data)


def need(text: str, field: str) -> None:
    """Refuse an empty text; forms ask for it as well."""
    if not text.strip():
        raise ValidationError({field: _("This field is required.")}, code="empty")
