"""Storing what a citizen said."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ..asking import Desk
from ..models import Response
from ..rules.keys import desk_day_label
from ..rules.questions import Answers


def store_response(*, desk: Desk, key: UUID, answers: Answers, language: str, now: datetime) -> bool:
    """Store one form of a QR code; returns whether this call stored it.

    False when the key is known (second click, reload, retry) or the point closed a moment ago. There is no
    ``by`` and no audit row: nobody is known, and a row with a time would tell when the citizen was there. The
    month is that of Việt Nam's clock. Nothing is sent to the broker; the sweep finds the row.
    """
    if desk.questionnaire_id is None:
        return False
    day = timezone.localdate(now)
    return Response.objects.all().insert_once(
        key=key,
        slug=desk.slug,
        questionnaire_id=desk.questionnaire_id,
        language=language,
        cluster=desk_day_label(desk.slug, day, settings.SECRET_KEY),
        answers=answers,
        day=day,
    )
