"""Erasing what is private: at the citizen's wish, when it has been kept long enough, and after a restore.

The rows of a case stay for the counts, without words; their key is destroyed once that is committed, so that
the words in every dump are noise (ADR 0014). The audit trail holds ids only.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from conduct.agencies.models import User
from conduct.audit.services import record
from conduct.kernel.vault import destroy_key, destroyed_ids, key_ids

from ..models import Case, CaseEvent, ConsentText, Contact
from ..rules.erasing import CASE_DAYS, erase_on, settled_before
from .contacts import drop_mails, erase_contact, take_down
from .holding import finish, locked
from .retention import forget_people

BATCH = 500


@transaction.atomic
def erase_case(*, case: Case, reason: str, by: User | None = None, now: datetime) -> bool:
    """Erase words, answer, notes and contact of a case for good; returns whether anything was left to erase.

    ``reason``: "asked" (by the citizen), "kept" (long enough) or "restored" (it had been erased before).
    """
    held = locked(case)
    if held.erased_at is not None:
        return False
    erase_contact(held)
    drop_mails(held, now)
    take_down(held, now)
    if held.is_open:
        held.state, held.closed_on = Case.State.CLOSED, timezone.localdate(now)
    held.sealed_text = held.sealed_answer = b""
    held.shares_words, held.dossier, held.erased_at = False, None, now
    finish(case=held, step=CaseEvent.Kind.ERASED, act="erase_case", by=by, now=now, why=reason)
    transaction.on_commit(lambda: destroy_key(held.key_id))
    return True


def erase_what_is_due(*, now: datetime) -> dict[str, int]:
    """The night's work; each thing in a transaction of its own, so that a failure leaves the rest done."""
    today = timezone.localdate(now)
    done = {
        "contacts": _erase_contacts(today, now),
        "cases": _erase_cases(today, now),
        "keys": _finish_interrupted(now),
        **forget_people(today),
    }
    if any(done.values()):
        record(act="feedback.erase_what_is_due", by=None, obj=None, now=now, data=done)
    return done


def _erase_contacts(today: date, now: datetime) -> int:
    """Say by when each contact of a settled case goes, and erase those whose day has come."""
    known = ConsentText.objects.filter(purpose=ConsentText.Purpose.REPLY).order_by("-number")
    keeps = known.values_list("keeps_days", flat=True).first() or 0
    for contact in _settled_contacts().filter(erase_by=None).iterator(chunk_size=BATCH):
        agreed = contact.case.consents.filter(text__purpose=ConsentText.Purpose.REPLY, is_given=True)
        days = agreed.order_by("-at", "-pk").values_list("text__keeps_days", flat=True).first()
        closed_on = contact.case.closed_on or contact.case.received_on
        Contact.objects.filter(pk=contact.pk, erase_by=None).update(
            erase_by=erase_on(closed_on, keeps if days is None else days)
        )
    Contact.objects.filter(case__state__in=Case.OPEN_STATES, erase_by__isnull=False).update(erase_by=None)
    due = _settled_contacts().filter(erase_by__lte=today)
    return sum(_erase_one_contact(contact.case, now) for contact in due.iterator(chunk_size=BATCH))


def _settled_contacts() -> QuerySet[Contact]:
    return Contact.objects.exclude(case__state__in=Case.OPEN_STATES).select_related("case")


@transaction.atomic
def _erase_one_contact(case: Case, now: datetime) -> bool:
    held = locked(case)
    if held.is_open or not erase_contact(held):  # opened again a moment ago
        return False
    drop_mails(held, now)
    finish(case=held, step=CaseEvent.Kind.WITHDRAWN, act="erase_contact", by=None, now=now, purpose="kept")
    return True


def _erase_cases(today: date, now: datetime) -> int:
    old = Case.objects.exclude(state__in=Case.OPEN_STATES).filter(
        erased_at=None, closed_on__lte=settled_before(today, CASE_DAYS)
    )
    return sum(erase_case(case=case, reason="kept", now=now) for case in old.iterator(chunk_size=BATCH))


def _finish_interrupted(now: datetime) -> int:
    """Destroy keys that an interrupted erasure left, and erase again what an older backup brought back."""
    n_done = 0
    present = set(key_ids())
    erased = Case.objects.filter(erased_at__isnull=False).values_list("key_id", flat=True)
    for key_id in erased.iterator(chunk_size=BATCH):
        n_done += key_id in present and destroy_key(key_id)
    gone = set(destroyed_ids()) - present
    for case in Case.objects.filter(erased_at=None, key_id__in=gone):
        n_done += erase_case(case=case, reason="restored", now=now)
    for contact in Contact.objects.filter(key_id__in=gone).select_related("case"):
        n_done += _erase_one_contact(contact.case, now)
    return n_done
