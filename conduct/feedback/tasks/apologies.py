"""What the timetable does for letters of apology."""

import logging
import smtplib
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from conduct.notices.services import let_server_rest, note_reached, server_rests

from ..services.apologies import drop_needless_apologies, raise_overdue_apologies
from ..services.apology_mail import NotTaken, Parcel, apologies_to_mail, mail_apology

logger = logging.getLogger(__name__)

LETTERS_A_SWEEP = 50
_OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)


@shared_task(name="feedback.apologies_morning")
def apologies_morning(**_: object) -> None:
    """At half past seven: letters that dossiers owe from today on."""
    now = timezone.now()
    drop_needless_apologies(now=now)
    raise_overdue_apologies(now=now)


@shared_task(name="feedback.apologies_sweep")
def apologies_sweep(**_: object) -> None:
    """Each minute: letters that leave by e-mail, letters that a new list made needless."""
    now = timezone.now()
    drop_needless_apologies(now=now)
    deliver_letters(now)


def deliver_letters(now: datetime) -> int:
    """Send what waits; returns how many letters left. What cannot leave stays for a later sweep."""
    if server_rests(now=now):
        return 0
    waiting = apologies_to_mail(at_most=LETTERS_A_SWEEP)
    if not waiting:
        return 0
    backend: BaseEmailBackend = mailers.default

    def send(parcel: Parcel) -> None:
        mail = EmailMessage(parcel.subject, parcel.text, settings.DEFAULT_FROM_EMAIL, [parcel.address])
        mail.attach(parcel.file_name, parcel.pdf, "application/pdf")
        try:
            backend.open()  # once: further calls find the connection open
            backend.send_messages([mail])
        except _OF_ONE_MAIL as error:
            raise NotTaken from error

    try:
        n_sent = sum(mail_apology(apology_id=pk, send=send, now=now) for pk in waiting)
    except OSError as error:
        rest = let_server_rest(now=now)
        logger.warning("The mail server cannot be reached, letters wait, again in %s: %s", rest, error)
        return 0
    finally:
        _close(backend)
    if n_sent:
        note_reached()
    return n_sent


def _close(backend: BaseEmailBackend) -> None:
    try:
        backend.close()
    except OSError as error:  # the letters have left, or wait
        logger.info("The mail server did not say goodbye: %s", error)
