"""Working on a case: notes for those who handle it, forwarding it, closing it without an answer."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from conduct.agencies.models import User
from conduct.audit.services import record

from ..models import Case, CaseEvent, OutgoingMail
from ..permissions.cases import check_act, check_can_handle, check_can_sort, check_is_readable
from ..rules.cases import Act
from .holding import SECOND_CLICK, finish, held_case, locked, need, seal_text
from .outbox import queue_mail
from .reading import read_sealed
from .subjects import add_event

State, Kind = Case.State, CaseEvent.Kind


@transaction.atomic
def note_case(*, case: Case, text: str, by: User, now: datetime) -> bool:
    """Add an internal note, sealed under the case's key. The same note again at once is a second click."""
    held = locked(case)
    check_can_handle(by, held, timezone.localdate(now))
    check_is_readable(held)
    need(text, "text")
    last = held.events.filter(kind=Kind.NOTE, by=by, at__gt=now - SECOND_CLICK).order_by("-at", "-pk").first()
    if last is not None and read_sealed(held, last.sealed_text) == text:
        return False
    add_event(held, Kind.NOTE, by, now, sealed=seal_text(held, text))
    record(act="feedback.note_case", by=by, obj=held, agency=held.agency, now=now)
    return True


@transaction.atomic
def forward_case(*, case: Case, to: str, text: str, revision: int, by: User, now: datetime) -> bool:
    """Say where a complaint or denunciation belongs: the citizen reads how to file it.

    ``to`` names an authority, not a person; ``text`` is what the citizen reads. Raises CaseChanged, Refused.
    """
    held = held_case(case, revision, Kind.FORWARDED, by, now)
    if held is None:
        return False
    on = timezone.localdate(now)
    check_can_sort(by, held, on)
    check_is_readable(held)
    check_act(Act.FORWARD, held)
    need(to, "to")
    need(text, "text")
    held.state, held.closed_on, held.answered_by = State.FORWARDED, on, by
    held.answered_on = held.answered_on or on
    held.sealed_answer = seal_text(held, text)
    finish(case=held, step=Kind.FORWARDED, act="forward_case", by=by, now=now, to=to.strip())
    queue_mail(case=held, kind=OutgoingMail.Kind.ANSWER, now=now)
    return True


@transaction.atomic
def close_case(*, case: Case, reason: str, revision: int, by: User, now: datetime) -> bool:
    """End praise, or what says too little to be answered, without an answer; why stays with the case."""
    held = held_case(case, revision, Kind.CLOSED, by, now)
    if held is None:
        return False
    on = timezone.localdate(now)
    check_can_handle(by, held, on)
    check_is_readable(held)
    check_act(Act.CLOSE, held)
    need(reason, "reason")
    held.state, held.closed_on = State.CLOSED, on
    finish(case=held, step=Kind.CLOSED, act="close_case", by=by, now=now, sealed=seal_text(held, reason))
    return True
