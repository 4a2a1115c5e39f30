"""The day's mail: one for each person, with every line that waits unread."""

import logging
import smtplib
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from conduct.kernel.workdays import is_working_day

from . import services
from .rules import is_mail_time

logger = logging.getLogger(__name__)

LETTERS_A_SWEEP = 300
# What the server says about one mail; everything else that goes wrong is the server's own state.
_OF_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)


def write_letter(letter: services.Letter) -> EmailMessage:
    """The mail as text, in Vietnamese, with whole addresses."""
    with translation.override(settings.LANGUAGE_CODE):
        n = len(letter.line_ids)
        subject = ngettext(
            "Chuẩn Mực: %(n)s matter is waiting", "Chuẩn Mực: %(n)s matters are waiting", n
        ) % {"n": n}
        context = {
            "letter": letter,
            "lines": [(line, _address("notices:open", line.pk)) for line in letter.lines],
            "inbox": _address("notices:inbox"),
        }
        text = render_to_string("notices/digest.txt", context)
    return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [letter.person.email])


def _address(name: str, *parts: int) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=parts)}"


def deliver(now: datetime) -> int:
    """Send what may leave now; returns how many mails left. What cannot leave stays for a later sweep."""
    local = timezone.localtime(now)
    if not is_mail_time(local.time(), is_working_day=is_working_day(local.date())):
        return 0
    if services.server_rests(now=now):
        return 0
    people = services.people_to_mail(now=now, at_most=LETTERS_A_SWEEP)
    if not people:
        return 0
    backend: BaseEmailBackend = mailers.default
    n_sent = 0
    try:
        for person_id in people:
            letter = services.claim_letter(person_id=person_id, now=now)
            if letter is not None:
                n_sent += _send(backend, letter, now)
    except OSError:
        return n_sent  # said in _send; the others wait as well
    finally:
        _close(backend)
    return n_sent


def _send(backend: BaseEmailBackend, letter: services.Letter, now: datetime) -> int:
    """Send one mail; OSError when the server cannot be reached."""
    try:
        backend.open()  # once: further calls find the connection open
        backend.send_messages([write_letter(letter)])
    except _OF_ONE_MAIL as error:
        hold = services.note_refused(letter=letter, now=now)
        logger.warning("The mail for person %s was refused, again in %s: %s", letter.person.pk, hold, error)
        return 0
    except OSError as error:
        rest = services.note_unreachable(letter=letter, now=now)
        logger.warning("The mail server cannot be reached, mail waits, again in %s: %s", rest, error)
        raise
    services.note_sent(letter=letter, now=now)
    return 1


def _close(backend: BaseEmailBackend) -> None:
    try:
        backend.close()
    except OSError as error:  # the mails have left, or were noted as waiting
        logger.info("The mail server did not say goodbye: %s", error)
