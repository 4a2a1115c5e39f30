"""What a citizen may answer, how an answer is read, and the labels that keep citizens unknown. Pure."""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

COMMENT_LIMIT = 2000  # characters
ITEM_QUESTIONS = 5  # at most so many questions of the adopted models on one form
N_FACTORS = 5  # SIPAS, domain.md 2.1


class Kind(StrEnum):
    """How a question is answered."""

    SCALE5 = "scale5"
    TRIPS = "trips"
    YES_NO = "yes_no"


ALLOWED: Mapping[Kind, Mapping[str, int]] = {
    Kind.SCALE5: {str(mark): mark for mark in range(1, 6)},
    Kind.TRIPS: {str(trips): trips for trips in range(1, 4)},
    Kind.YES_NO: {"1": 1, "0": 0},
}


class Problem(StrEnum):
    """Why an answer cannot be taken."""

    MISSING = "missing"
    IMPOSSIBLE = "impossible"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Question:
    """One question as it stands on the form. ``item_ids``: the catalogue items that its answer speaks of."""

    field: str
    kind: Kind
    text: str
    text_en: str
    item_ids: tuple[int, ...] = ()
    emphasis: int = 1

    def wording(self, language: str) -> str:
        """The question in the citizen's language; Vietnamese when there is no English."""
        return (self.text_en if language == "en" else "") or self.text


@dataclass(frozen=True)
class Sheet:
    """Everything a service point can ask on a day. ``items`` holds all questions of the adopted models."""

    overall: Question
    factors: tuple[Question, ...]
    trips: Question
    items: tuple[Question, ...] = ()

    def questions(self) -> tuple[Question, ...]:
        """Every question, the compulsory one first."""
        return (self.overall, *self.factors, self.trips, *self.items)


@dataclass(frozen=True, slots=True)
class Answers:
    """A form that was read: marks are 1–5, None where the citizen said nothing."""

    overall: int
    factors: tuple[int | None, ...] = (None,) * N_FACTORS
    trips: int | None = None
    items: tuple[tuple[int, int], ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The answers, or what is wrong with them by field: never both."""

    answers: Answers | None
    problems: Mapping[str, Problem]


def read_answers(values: Mapping[str, str], sheet: Sheet) -> Reading:
    """Read a submitted form. Fields that nobody asked for are ignored; a wrong one spoils the whole."""
    problems: dict[str, Problem] = {}
    marks: dict[str, int | None] = {}
    for question in sheet.questions():
        said = values.get(question.field, "")
        marks[question.field] = ALLOWED[question.kind].get(said)
        if said and marks[question.field] is None:
            problems[question.field] = Problem.IMPOSSIBLE
    overall = marks[sheet.overall.field]
    if overall is None:
        problems.setdefault(sheet.overall.field, Problem.MISSING)
    comment = clean_text(values.get("comment", ""))
    if len(comment) > COMMENT_LIMIT:
        problems["comment"] = Problem.TOO_LONG
    if problems or overall is None:
        return Reading(None, problems)
    items = [
        (item_id, mark)
        for question in sheet.items
        if (mark := marks[question.field]) is not None
        for item_id in question.item_ids
    ]
    factors = tuple(marks[factor.field] for factor in sheet.factors)
    return Reading(Answers(overall, factors, marks[sheet.trips.field], tuple(items), comment), {})


# Marks that reorder the text around them: a reader would see something else than what is stored.
_REORDERING = set(range(0x202A, 0x202F)) | set(range(0x2066, 0x206A))
_KEPT_CONTROLS = {"\n", "\t"}


def clean_text(text: str) -> str:
    """Free text as it is kept: composed (NFC), one kind of line break, no control or reordering characters.

    Letters of every script and emoji stay whole: their joiners (U+200D) and variation selectors are kept, as
    are the harmless direction marks of right-to-left scripts.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in unified if sign in _KEPT_CONTROLS or not _is_unwanted(sign))
    return unicodedata.normalize("NFC", kept).strip()


def _is_unwanted(sign: str) -> bool:
    return ord(sign) in _REORDERING or unicodedata.category(sign) in {"Cc", "Cs"}


def choose_questions(questions: Sequence[Question], day: date) -> tuple[Question, ...]:
    """At most ITEM_QUESTIONS of the models' questions: stressed ones always, the others in turn by day.

    The order on the form is the order of the models, whichever were chosen.
    """
    if len(questions) <= ITEM_QUESTIONS:
        return tuple(questions)
    stressed = [question for question in questions if question.emphasis > 1]
    others = [question for question in questions if question.emphasis <= 1]
    turn = day.toordinal() * ITEM_QUESTIONS
    chosen = _window(stressed, turn, ITEM_QUESTIONS)
    chosen += _window(others, turn, ITEM_QUESTIONS - len(chosen))
    return tuple(question for question in questions if question in chosen)


def _window(questions: Sequence[Question], start: int, width: int) -> list[Question]:
    """So many questions beginning at a place of the circle."""
    n = len(questions)
    return [questions[(start + step) % n] for step in range(min(width, n))]


def _digest(secret: str, purpose: str, value: str) -> bytes:
    return hmac.digest(f"surveys.{purpose}:{secret}".encode(), value.encode(), hashlib.sha256)


def sign_key(key: UUID, slug: str, secret: str) -> str:
    """The hidden field of a form: a random key and the proof that we gave it out for this service point."""
    proof = _digest(secret, "key", f"{key.hex}:{slug}")[:15]
    return f"{key.hex}{base64.urlsafe_b64encode(proof).decode()}"


def read_key(text: str, slug: str, secret: str) -> UUID | None:
    """The key of a form of this service point; None when it was forged, damaged or belongs elsewhere."""
    try:
        key = UUID(hex=text[:32])
        text.encode("ascii")
    except ValueError:
        return None
    return key if hmac.compare_digest(sign_key(key, slug, secret), text) else None


def desk_day_label(slug: str, day: date, secret: str) -> int:
    """A signed 32-bit label shared by the answers of one desk on one day.

    Without the secret neither the day nor the order of days can be read from it (ADR 0006). It says which
    answers fell together, for the effective n of intervals.
    """
    return int.from_bytes(_digest(secret, "desk-day", f"{slug}:{day.isoformat()}")[:4], signed=True)
