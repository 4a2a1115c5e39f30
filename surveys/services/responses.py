"""Storing what a citizen said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from ..asking import Desk
from ..models import Response
from ..rules.honesty import Circumstances, doubt_about, is_straight, long_text
from ..rules.keys import Sent, desk_day_label
from ..rules.questions import Answers
from .limits import count_form, is_outside_hours, usual_pace


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a form reached us, kept nowhere. ``seconds``: since its page was given out."""

    network: str
    seconds: float | None
    sent: Sent
    is_phone: bool


def store_response(
    *,
    desk: Desk,
    key: UUID,
    answers: Answers,
    language: str,
    arrival: Arrival,
    now: datetime,
    respondent: str = "citizen",
) -> bool:
    """Store one form of a QR code; returns whether this call stored it.

    False when the key is known (second click, reload, retry) or the point closed a moment ago. There is no
    ``by`` and no audit row: nobody is known, and a row with a time would tell when the citizen was there. The
    month is that of Việt Nam's clock. Nothing is sent to the broker; the sweep finds the row. A form in doubt
    is stored like any other, set aside with the reason.
    """
    if desk.questionnaire_id is None:
        return False
    day, closed = timezone.localdate(now), is_outside_hours(now)
    values: dict[str, Any] = {
        "key": key,
        "slug": desk.slug,
        "questionnaire_id": desk.questionnaire_id,
        "language": language[:2],
        "cluster": desk_day_label(desk.slug, day, settings.SECRET_KEY),
        "answers": answers,
        "day": day,
        "respondent": respondent,
        "is_outside_hours": closed,
    }
    try:
        values["set_aside"] = _doubt(desk.slug, answers, arrival, closed, now)
        return Response.objects.all().insert_once(**values)
    except OperationalError:
        # The database was restarted under an old connection. The key makes a second try harmless.
        if connection.in_atomic_block:
            raise
        connection.close()
        values.setdefault("set_aside", "")
        return Response.objects.all().insert_once(**values)


def _doubt(slug: str, answers: Answers, arrival: Arrival, closed: bool, now: datetime) -> str:
    """Why the form is set aside; empty when it counts."""
    pace = usual_pace(slug, timezone.localdate(now))
    straight = is_straight(answers)
    seen = count_form(
        network=arrival.network, slug=slug, pace=pace, straight=straight, text=long_text(answers.comment)
    )
    came = Circumstances(
        seconds=arrival.seconds,
        forms=arrival.sent.forms,
        straight=arrival.sent.straight,
        is_phone=arrival.is_phone,
        is_outside_hours=closed,
        seen=seen,
    )
    return doubt_about(answers, came, pace).value
