"""Answering an invitation: the token is spent in the transaction that stores the response."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..asking import Desk, near, read_asked
from ..models import InvitationBatch, Response, SpentToken
from ..rules.keys import desk_day_label
from ..rules.questions import Answers
from ..rules.tokens import Token, hash_token, read_token

_CACHE_SECONDS = 60


class Outcome(StrEnum):
    """What became of an answer."""

    STORED = "stored"
    AGAIN = "again"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A token that we made, with its batch."""

    token: Token
    batch: InvitationBatch

    @property
    def place(self) -> str:
        """What the key of the form is bound to: a form of one invitation cannot be sent for another."""
        return f"i{hash_token(self.token)}"

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return today > self.batch.expires_on

    def is_used(self) -> bool:
        """Whether somebody has answered with it."""
        return SpentToken.objects.filter(pk=hash_token(self.token)).exists()

    def desk(self, today: date) -> Desk:
        """What is asked; kept for a minute."""
        key = f"surveys:invited:2:{self.batch.pk}:{today.isoformat()}"
        desk: Desk | None = near.get(key)
        if desk is None:
            desk = read_asked(self.batch.point, self.batch.questionnaire, today)
            near.set(key, desk, _CACHE_SECONDS)
        return desk


def find_invitation(text: str) -> Invitation | None:
    """The invitation of a link; None for one that we never made. A forged one costs no query."""
    token = read_token(text, settings.SECRET_KEY)
    if token is None:
        return None
    batches = InvitationBatch.objects.select_related("agency", "point__agency", "questionnaire")
    batch = batches.filter(pk=token.batch_id).first()
    return Invitation(token, batch) if batch else None


def answer_invitation(
    *,
    invitation: Invitation,
    key: UUID,
    answers: Answers,
    language: str,
    respondent: str,
    now: datetime,
) -> Outcome:
    """Store one answer and spend its token, or neither. No ``by`` and no audit row: nobody is known.

    The same form once more (double click, retry after a timeout) is ``AGAIN``; another form with a token that
    was spent is ``USED``. The label of desk and day has a purpose of its own: it cannot be laid beside those
    of the open QR code.
    """
    today = timezone.localdate(now)
    batch, point = invitation.batch, invitation.batch.point
    with transaction.atomic():
        if not SpentToken.objects.all().spend(hash_token(invitation.token), batch.pk):
            return Outcome.AGAIN if Response.objects.filter(pk=key).exists() else Outcome.USED
        stored = Response.objects.all().insert_once(
            key=key,
            slug=point.slug,
            questionnaire_id=batch.questionnaire_id,
            language=language,
            cluster=desk_day_label(f"invited:{point.slug}", today, settings.SECRET_KEY),
            answers=answers,
            # A desk that has closed since is still spoken of.
            day=max(point.opened_on, min(today, point.closed_on or today)),
            month=today.replace(day=1),
            channel=Response.Channel.INVITATION,
            respondent=respondent,
            stratum_id=invitation.token.stratum_id,
        )
        if not stored:
            transaction.set_rollback(True)
            return Outcome.USED
    return Outcome.STORED
