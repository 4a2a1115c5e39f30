"""What a citizen may answer, and how an answer is read. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

COMMENT_LIMIT = 2000  # characters
ITEM_QUESTIONS = 5  # at most so many questions of the adopted models on one form
N_FACTORS = 5  # SIPAS, domain.md 2.1


class Kind(StrEnum):
    """How a question is answered."""

    SCALE5 = "scale5"
    TRIPS = "trips"
    YES_NO = "yes_no"
    CHOICE = "choice"


ALLOWED: Mapping[Kind, Mapping[str, int]] = {
    Kind.SCALE5: {str(mark): mark for mark in range(1, 6)},
    Kind.TRIPS: {str(trips): trips for trips in range(1, 4)},
    Kind.YES_NO: {"1": 1, "0": 0},
}


CHOICES = 9  # at most so many answers of a question with answers of its own


class Problem(StrEnum):
    """Why an answer cannot be taken."""

    MISSING = "missing"
    IMPOSSIBLE = "impossible"
    TOO_LONG = "too_long"


type Texts = Mapping[str, str]
"""A wording by language; Vietnamese is always there."""


def in_language(texts: Texts, language: str) -> str:
    """The wording in the citizen's language; Vietnamese where there is none."""
    return texts.get(language) or texts["vi"]


@dataclass(frozen=True)
class Option:
    """An answer of a question that has answers of its own."""

    value: int
    texts: Texts


@dataclass(frozen=True)
class Condition:
    """A question is asked only after one of these answers to another one."""

    field: str
    answers: frozenset[int]


@dataclass(frozen=True)
class Question:
    """One question as it stands on the form. ``item_ids``: the catalogue items that its answer speaks of."""

    field: str
    kind: Kind
    texts: Texts
    item_ids: tuple[int, ...] = ()
    emphasis: int = 1
    options: tuple[Option, ...] = ()
    shown_if: Condition | None = None

    def wording(self, language: str) -> str:
        """The question in the citizen's language; Vietnamese when there is none in it."""
        return in_language(self.texts, language)

    def mark_of(self, said: str) -> int | None:
        """The mark that an answer means; None for one that cannot be given."""
        if self.kind is Kind.CHOICE:
            return next((option.value for option in self.options if str(option.value) == said), None)
        return ALLOWED[self.kind].get(said)


@dataclass(frozen=True)
class Sheet:
    """Everything a service point can ask on a day.

    ``others``: the further questions of the questionnaire, in its order; ``items``: all questions of the
    adopted models; ``languages``: those in which the questionnaire is complete.
    """

    overall: Question
    factors: tuple[Question, ...]
    trips: Question
    items: tuple[Question, ...] = ()
    others: tuple[Question, ...] = ()
    languages: tuple[str, ...] = ("vi", "en")

    def questions(self) -> tuple[Question, ...]:
        """Every question, the compulsory one first."""
        return (self.overall, *self.factors, self.trips, *self.others, *self.items)


@dataclass(frozen=True, slots=True)
class Answers:
    """A form that was read: marks are 1–5, None where the citizen said nothing."""

    overall: int
    factors: tuple[int | None, ...] = (None,) * N_FACTORS
    trips: int | None = None
    items: tuple[tuple[int, int], ...] = ()
    comment: str = ""
    others: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The answers, or what is wrong with them by field: never both."""

    answers: Answers | None
    problems: Mapping[str, Problem]


def read_answers(values: Mapping[str, str], sheet: Sheet) -> Reading:
    """Read a submitted form. Fields that nobody asked for are ignored; a wrong one spoils the whole.

    An answer to a question whose condition is not met is not taken: on a page without scripts it stands there
    for everybody.
    """
    problems: dict[str, Problem] = {}
    marks: dict[str, int | None] = {}
    for question in sheet.questions():
        said = values.get(question.field, "")
        marks[question.field] = question.mark_of(said)
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
    answers = Answers(
        overall=overall,
        factors=tuple(marks[factor.field] for factor in sheet.factors),
        trips=marks[sheet.trips.field],
        items=tuple(items),
        comment=comment,
        others=tuple(marks[q.field] if _is_asked(q, marks) else None for q in sheet.others),
    )
    return Reading(answers, {})


def _is_asked(question: Question, marks: Mapping[str, int | None]) -> bool:
    condition = question.shown_if
    return condition is None or marks.get(condition.field) in condition.answers


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
