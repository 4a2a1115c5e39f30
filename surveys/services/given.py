"""Storing what was given earlier or elsewhere: on a tablet, on paper, on the telephone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from conduct.agencies.tree import office_of

from ..asking import read_sheets
from ..models import Kiosk, Questionnaire, Response, ServicePoint, SetAside
from ..rules.keys import desk_day_label
from ..rules.kiosks import Given, Why, day_of, is_too_fast
from ..rules.questions import Answers, Sheet, read_answers
from .late import hold_month_of


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one form: stored, known (it came before) or refused with a reason."""

    outcome: str
    why: str = ""


def store_given(
    *,
    point: ServicePoint,
    questionnaire: Questionnaire,
    key: UUID,
    answers: Answers,
    given_on: date,
    channel: str,
    now: datetime,
    language: str = "vi",
    respondent: str = "citizen",
    is_outside_hours: bool = False,
    is_late: bool = False,
    set_aside: str = "",
    round_id: int | None = None,
) -> bool:
    """Store one form that was given on a day and arrives now; returns whether this call stored it.

    It counts in the month of its day while that is open, else in the first open one and late. No audit row:
    one with a time would tell when the form came (ADR 0006).
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        office = office_of(point.agency, today)
        month, came_late = hold_month_of(office=office, given_on=given_on, today=today)
        return Response.objects.all().insert_once(
            key=key,
            slug=point.slug,
            questionnaire_id=questionnaire.pk,
            language=language,
            cluster=desk_day_label(point.slug, given_on, settings.SECRET_KEY),
            answers=answers,
            day=given_on,
            month=month.first,
            channel=channel,
            respondent=respondent,
            round_id=round_id,
            is_late=is_late or came_late,
            is_outside_hours=is_outside_hours,
            set_aside=set_aside,
        )


def store_from_kiosk(*, kiosk: Kiosk, forms: Iterable[Given | None], now: datetime) -> Iterator[Told]:
    """Store the forms of a tablet one by one; each stands or falls alone. None means a broken one."""
    today = timezone.localdate(now)
    sent = list(forms)
    keys = [given.key for given in sent if given]
    known = set(Response.objects.filter(pk__in=keys).values_list("pk", flat=True))
    asked: dict[date, dict[int, tuple[Questionnaire, Sheet]]] = {}
    for given in sent:
        if given is None:
            yield Told("refused", Why.BROKEN)
        elif given.key in known:
            yield Told("known")
        elif given.slug != kiosk.point.slug:
            yield Told("refused", Why.OTHER_POINT)
        else:
            day, _is_odd = day_of(given, today)
            if day not in asked:
                asked[day] = {one.pk: (one, sheet) for one, sheet in read_sheets(kiosk.point, day)}
            yield _store_one(kiosk, given, asked[day], now)


def _store_one(
    kiosk: Kiosk, given: Given, asked: dict[int, tuple[Questionnaire, Sheet]], now: datetime
) -> Told:
    if not asked:
        return Told("refused", Why.CLOSED)
    questionnaire, sheet = asked.get(given.questionnaire_id, (None, None))
    if questionnaire is None or sheet is None:
        return Told("refused", Why.UNKNOWN_QUESTIONS)
    reading = read_answers(given.values, sheet)
    if reading.answers is None:
        return Told("refused", Why.WRONG_ANSWERS)
    day, is_odd = day_of(given, timezone.localdate(now))
    is_new = store_given(
        point=kiosk.point,
        questionnaire=questionnaire,
        key=given.key,
        answers=reading.answers,
        given_on=day,
        channel=Response.Channel.KIOSK,
        now=now,
        language=given.language,
        respondent="business" if given.values.get("respondent") == "business" else "citizen",
        is_outside_hours=given.is_outside_hours,
        is_late=is_odd,
        set_aside=SetAside.Reason.SPEED if is_too_fast(given, reading.answers) else "",
    )
    if not is_new:  # a twin came first, or the point closed a moment ago
        came = Response.objects.filter(pk=given.key).exists()
        return Told("known") if came else Told("refused", Why.CLOSED)
    if kiosk.answered_on is None or kiosk.answered_on < day:
        # A day only, in a statement of its own, so that nothing ties the row of the kiosk to the answer.
        Kiosk.objects.filter(pk=kiosk.pk).exclude(answered_on__gte=day).update(answered_on=day)
        kiosk.answered_on = day
    return Told("stored")
