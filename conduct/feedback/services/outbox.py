"""Mails to citizens: rows without address and words, taken in hand one by one, written when they leave.

A letter is written by the function of its kind in ``WRITERS``; texts and addresses are unsealed there and
nowhere else. Sending is in ``tasks/mail.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from conduct.notices.rules import hold_of_address

from ..models import Case, ConsentText, OutgoingMail
from .contacts import agreed_purposes, read_contact
from .reading import read_sealed
from .righted import question_text

# Longer than one mail can take; a worker that dies in between leaves the mail to the next sweep after it.
LEASE = timedelta(minutes=5)
# An address that is refused so often is wrong.
TRIES = 8


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it leaves."""

    mail_id: int
    address: str
    subject: str
    text: str


type Writer = Callable[[OutgoingMail, str], Letter | None]


def queue_mail(*, case: Case, kind: str, now: datetime) -> bool:
    """Ask for a mail to the citizen, who left an address and agreed; returns whether one will leave.

    Inside the transaction of the act that gives the reason. One that waits already carries the newest words.
    """
    if reply_address(case) is None:
        return False
    OutgoingMail.objects.bulk_create([OutgoingMail(case=case, kind=kind, made_at=now)], ignore_conflicts=True)
    return True


def reply_address(case: Case) -> str | None:
    """The citizen's e-mail address, as long as the consent to be answered stands and the key is there.

    One with a line break or anything else that is no address is None: it would be another header.
    """
    agrees = ConsentText.Purpose.REPLY in agreed_purposes(case)
    contact = read_contact(case) if agrees else None
    if contact is None or not contact.email:
        return None
    try:
        validate_email(contact.email)
    except ValidationError:
        return None
    return contact.email


def mails_to_send(*, now: datetime, at_most: int) -> Sequence[int]:
    """Mails that may leave now, the oldest first."""
    free = Q(held_until__isnull=True) | Q(held_until__lte=now)
    waiting = OutgoingMail.objects.filter(free, state=OutgoingMail.State.WAITING)
    return list(waiting.order_by("made_at", "pk").values_list("pk", flat=True)[:at_most])


def claim_mail(*, mail_id: int, now: datetime) -> Letter | None:
    """Take a mail in hand; None when another worker has it or there is nobody to write to any more."""
    free = OutgoingMail.objects.filter(
        Q(held_until__isnull=True) | Q(held_until__lte=now), pk=mail_id, state=OutgoingMail.State.WAITING
    )
    if free.update(held_until=now + LEASE) != 1:
        return None
    mail = OutgoingMail.objects.select_related("case__agency", "case__merged_into").get(pk=mail_id)
    address = reply_address(mail.case)
    with translation.override(mail.case.language):
        letter = WRITERS[mail.kind](mail, address) if address else None
    if letter is None:
        _end(mail_id, OutgoingMail.State.DROPPED, now)
    return letter


def note_sent(*, mail_id: int, now: datetime) -> None:
    """It has left."""
    _end(mail_id, OutgoingMail.State.SENT, now)


def note_refused(*, mail_id: int, now: datetime) -> timedelta | None:
    """The server would not take it: it waits, returns how long; after some tries it is dropped (None)."""
    OutgoingMail.objects.filter(pk=mail_id).update(n_failures=F("n_failures") + 1)
    n_failures = OutgoingMail.objects.values_list("n_failures", flat=True).get(pk=mail_id)
    if n_failures >= TRIES:
        _end(mail_id, OutgoingMail.State.DROPPED, now)
        return None
    hold = hold_of_address(n_failures)
    OutgoingMail.objects.filter(pk=mail_id).update(held_until=now + hold)
    return hold


def note_unreachable(*, mail_id: int) -> None:
    """The server is away: the mail is free again for a later sweep."""
    OutgoingMail.objects.filter(pk=mail_id).update(held_until=None)


def write_answer(mail: OutgoingMail, address: str) -> Letter | None:
    """The answer itself, and where to follow. Of a merged case it is the answer of the main one."""
    case = mail.case.merged_into or mail.case
    answer = read_sealed(case, case.sealed_answer)
    if not answer:
        return None
    context = {
        "agency": case.agency,
        "received_on": mail.case.received_on,
        "answer": answer,
        "follow": f"{settings.SITE_URL}{reverse('feedback:follow')}",
    }
    subject = _("Answer to your remark of %(day)s") % {"day": f"{mail.case.received_on:%d/%m/%Y}"}
    return Letter(mail.pk, address, subject, render_to_string("feedback/mail_answer.txt", context))


def write_question(mail: OutgoingMail, address: str) -> Letter | None:
    """Was it put right? With a link for each answer."""
    if mail.case.erased_at is not None:
        return None
    subject, text = question_text(mail.case)
    return Letter(mail.pk, address, subject, text)


WRITERS: dict[str, Writer] = {
    OutgoingMail.Kind.ANSWER: write_answer,
    OutgoingMail.Kind.RIGHTED: write_question,
}


def _end(mail_id: int, state: str, now: datetime) -> None:
    OutgoingMail.objects.filter(pk=mail_id).update(state=state, ended_at=now, held_until=None)
