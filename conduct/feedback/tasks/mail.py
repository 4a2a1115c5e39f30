"""Sending mails to citizens."""

import logging
import smtplib
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend

from conduct.notices.services import let_server_rest, note_reached, server_rests

from ..services import outbox

logger = logging.getLogger(__name__)

MAILS_A_SWEEP = 200
# What the server says about one mail; everything else that goes wrong is the server's own state.
_OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)


def deliver(now: datetime) -> int:
    """Send what waits; returns how many mails left. What cannot leave stays for a later sweep."""
    if server_rests(now=now):
        return 0
    mail_ids = outbox.mails_to_send(now=now, at_most=MAILS_A_SWEEP)
    if not mail_ids:
        return 0
    backend: BaseEmailBackend = mailers.default
    n_sent = 0
    try:
        for mail_id in mail_ids:
            letter = outbox.claim_mail(mail_id=mail_id, now=now)
            if letter is not None:
                n_sent += _send(backend, letter, now)
    except OSError:
        return n_sent  # said in _send; the others wait as well
    finally:
        _close(backend)
    return n_sent


def _send(backend: BaseEmailBackend, letter: outbox.Letter, now: datetime) -> int:
    """Send one mail; OSError when the server cannot be reached. No address is ever logged."""
    try:
        backend.open()  # once: further calls find the connection open
        backend.send_messages(
            [EmailMessage(letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.address])]
        )
    except _OF_ONE_MAIL as error:
        hold = outbox.note_refused(mail_id=letter.mail_id, now=now)
        logger.warning("Mail %s was refused (%s), again in %s", letter.mail_id, type(error).__name__, hold)
        return 0
    except OSError as error:
        outbox.note_unreachable(mail_id=letter.mail_id)
        rest = let_server_rest(now=now)
        logger.warning("The mail server cannot be reached, mail waits, again in %s: %s", rest, error)
        raise
    outbox.note_sent(mail_id=letter.mail_id, now=now)
    note_reached()
    return 1


def _close(backend: BaseEmailBackend) -> None:
    try:
        backend.close()
    except OSError as error:  # the mails have left, or were noted as waiting
        logger.info("The mail server did not say goodbye: %s", error)
