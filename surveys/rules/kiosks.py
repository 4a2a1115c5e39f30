"""What a kiosk sends: forms that were given on the tablet, perhaps days ago. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeGuard
from uuid import UUID

from .honesty import SECONDS_TO_READ, seconds_needed
from .questions import Answers

KEPT_DAYS = 31  # a form that waited longer on the tablet, or has a day to come, counts as given today
FORMS_AT_ONCE = 50
MOST_FIELDS = 80
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_LARGEST_ID = 2**63 - 1


class Why(StrEnum):
    """Why a form is refused; sent again it would be refused again."""

    BROKEN = "broken"
    OTHER_POINT = "other_point"
    UNKNOWN_QUESTIONS = "unknown_questions"
    WRONG_ANSWERS = "wrong_answers"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Given:
    """One form of a tablet. ``given_on`` is a day, never a time; ``seconds``: how long the answers after the
    first one took, None when the person walked away."""

    key: UUID
    slug: str
    given_on: date
    questionnaire_id: int
    language: str
    is_outside_hours: bool
    seconds: float | None
    values: Mapping[str, str]


def read_given(sent: Any, languages: tuple[str, ...]) -> Given | None:
    """The form meant by what a tablet sent, None when it is none. The day is not judged yet."""
    if not isinstance(sent, dict):
        return None
    key, day, values = sent.get("key"), sent.get("day"), sent.get("values")
    number, slug, language = sent.get("questionnaire"), sent.get("slug"), sent.get("language")
    if not (isinstance(key, str) and _KEY.fullmatch(key) and isinstance(slug, str)):
        return None
    given_on = _read_day(day)
    if given_on is None or language not in languages or not _is_id(number) or not _are_values(values):
        return None
    return Given(
        key=UUID(key),
        slug=slug,
        given_on=given_on,
        questionnaire_id=number,
        language=language,
        is_outside_hours=sent.get("outside") is True,
        seconds=_read_seconds(sent.get("seconds")),
        values=values,
    )


def day_of(given: Given, today: date) -> tuple[date, bool]:
    """The day for which a form counts, and whether the tablet's own day could not be believed."""
    is_plausible = today - timedelta(days=KEPT_DAYS) <= given.given_on <= today
    return (given.given_on, False) if is_plausible else (today, True)


def is_too_fast(given: Given, answers: Answers) -> bool:
    """Whether nobody can have read the questions: by the rule of the web form, from the first answer on."""
    needed = seconds_needed(answers) - SECONDS_TO_READ
    return given.seconds is not None and 0 <= given.seconds < needed


def _read_seconds(seconds: Any) -> float | None:
    return seconds if isinstance(seconds, int | float) and not isinstance(seconds, bool) else None


def _read_day(day: Any) -> date | None:
    if not isinstance(day, str) or not _DAY.fullmatch(day):
        return None
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def _is_id(number: Any) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number <= _LARGEST_ID


def _are_values(values: Any) -> TypeGuard[dict[str, str]]:
    return (
        isinstance(values, dict)
        and len(values) <= MOST_FIELDS
        and all(isinstance(value, str) for value in values.values())
    )
