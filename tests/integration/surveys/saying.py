"""Answers with comments at a desk, and closed months, for the tests of comments and re-attribution."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from django.conf import settings

from conduct.agencies.models import Agency, Period
from conduct.kernel.months import Month
from surveys.models import Questionnaire, Response, ServicePoint
from surveys.rules.keys import desk_day_label
from surveys.rules.questions import Answers
from tests.factories import NOW

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


def say(
    point: ServicePoint, comments: Sequence[str], day: date, *, marks: Sequence[int] = (4,), **fields: object
) -> list[UUID]:
    """One form for each comment (empty: without), given at the desk that day; returns their keys."""
    questionnaire = Questionnaire.objects.get(code="sipas-2026")
    keys = []
    for place, comment in enumerate(comments):
        key = uuid4()
        stored = Response.objects.all().insert_once(
            key=key, slug=point.slug, questionnaire_id=questionnaire.pk, language="vi", day=day,
            cluster=desk_day_label(point.slug, day, settings.SECRET_KEY),
            answers=Answers(overall=marks[place % len(marks)], comment=comment), **fields,  # type: ignore[arg-type]
        )  # fmt: skip
        assert stored
        keys.append(key)
    return keys


def close(office: Agency, month: Month) -> None:
    Period.objects.create(office=office, month=month.first, state=Period.State.CLOSED, closed_at=NOW)
