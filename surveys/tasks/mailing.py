"""A batch of invitations leaves: pack by pack, by mail or text message. No address and no token is logged."""

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from conduct.agencies.tree import office_of
from conduct.kernel.wording import date_text

from ..services import sending
from ..sms import SmsBackend, sms_backend

logger = logging.getLogger(__name__)

# What a server says about one message; everything else that goes wrong is the server's own state.
_OF_ONE_MESSAGE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)
# How long to wait before each try to reach again a server that went away in the middle of a pack, in seconds.
PAUSES = (1, 4, 10)


class _Post:
    """Hands over the messages of one batch, which differ in address and link alone."""

    def __init__(self, claim: sending.Claim, today_office: str) -> None:
        self._claim, self._office = claim, " ".join(today_office.split())
        self._mail: BaseEmailBackend = mailers.default
        self._sms: SmsBackend | None = sms_backend()

    def open(self) -> None:
        """Reach the mail server before anything is marked. Raises OSError."""
        self._mail.open()

    def send(self, message: sending.Outgoing) -> bool:
        """Hand over one message; False when it, or the server in the middle of it, was refused."""
        try:
            if message.address.is_phone:
                self._send_text(message)
            else:
                self._mail.send_messages([self.letter(message)])
        except _OF_ONE_MESSAGE as error:
            logger.info("A message of batch %s was refused: %s", self._claim.batch.pk, type(error).__name__)
            return False
        except OSError as error:
            logger.warning("The server went away in batch %s: %s", self._claim.batch.pk, type(error).__name__)
            self.close()
            self._wait_for_server()
            return False
        return True

    def _send_text(self, message: sending.Outgoing) -> None:
        if self._sms is None:
            raise ValueError("no gateway")
        with translation.override(settings.LANGUAGE_CODE):
            text = _(
                "%(office)s: please tell us how you were served. No name is kept: %(link)s"
                " (works once, until %(day)s)"
            ) % {"office": self._office, "link": self._link(message), "day": self._last_day()}
        self._sms.send(message.address.value, text)

    def letter(self, message: sending.Outgoing) -> EmailMessage:
        """The mail, in Vietnamese with a line in English; no dossier, no name."""
        context = {
            "batch": self._claim.batch,
            "office": self._office,
            "link": self._link(message),
            "day": self._last_day(),
            "is_reminder": self._claim.is_reminder,
        }
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("%(office)s asks for your opinion") % {"office": self._office}
            text = render_to_string("surveys/invitation.txt", context)
        headers = {"Auto-Submitted": "auto-generated"}
        return EmailMessage(
            subject, text, settings.DEFAULT_FROM_EMAIL, [message.address.value], headers=headers
        )

    def _link(self, message: sending.Outgoing) -> str:
        return f"{settings.SITE_URL}{reverse('surveys:invited', args=[message.token])}"

    def _last_day(self) -> str:
        return date_text(self._claim.batch.expires_on)

    def _wait_for_server(self) -> None:
        """The rest of the pack is marked already: give the server a moment rather than lose it."""
        for pause in PAUSES:
            time.sleep(pause)
            try:
                self._mail.open()
            except OSError:
                continue
            return

    def close(self) -> None:
        """Say goodbye; what was handed over has left."""
        try:
            self._mail.close()
        except OSError as error:
            logger.info("The mail server did not say goodbye: %s", type(error).__name__)


def deliver(*, batch_id: int, worker: str, clock: Callable[[], datetime]) -> bool:
    """Send what is left of a batch; whether this call finished it. What cannot leave waits for a sweep."""
    claim = sending.claim_batch(batch_id=batch_id, worker=worker, now=clock())
    if claim is None:
        return False
    office = office_of(claim.batch.agency, timezone.localdate(clock()))
    names = dict.fromkeys((claim.batch.agency.name, office.name))
    post = _Post(claim, ", ".join(names))
    try:
        return _deliver(claim, post, clock)
    except Exception as error:  # its text may hold an address, hence its kind alone
        logger.critical("Batch %s stopped: %s", batch_id, type(error).__name__)
        sending.give_back(claim=claim, error=type(error).__name__)
        return False
    finally:
        post.close()


def _deliver(claim: sending.Claim, post: _Post, clock: Callable[[], datetime]) -> bool:
    for ids in sending.packs_to_send(claim):
        try:
            post.open()
        except OSError as error:
            logger.warning("Batch %s waits for the mail server: %s", claim.batch.pk, type(error).__name__)
            sending.rest_batch(claim=claim, now=clock())
            return False
        messages = sending.take_pack(claim=claim, ids=ids, now=clock())
        if messages is None:
            return False
        n_left = 0
        try:
            for message in messages:
                n_left += post.send(message)
        finally:
            sending.note_failed(claim=claim, n_failed=len(messages) - n_left)
    sending.finish_batch(claim=claim)
    return True
