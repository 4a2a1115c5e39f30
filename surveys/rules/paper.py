"""Paper sheets: what is printed on one, its number, and a form typed as one line of digits. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .questions import Kind, Question, Sheet, choose_questions

# No letters that look like digits on paper.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 5
LONGEST_LINE = 80
NOTHING = "0"  # the digit of a question without an answer
YES, NO = "1", "2"


@dataclass(frozen=True, slots=True)
class Line:
    """A typed line: answers by field as a web form sends them, or the first place that cannot be read.

    ``wrong_at`` counts from 0; it is the number of questions when more digits were typed than there are
    questions. ``wrong`` is the sign that stands there.
    """

    values: Mapping[str, str]
    wrong_at: int | None = None
    wrong: str = ""


def printed_questions(sheet: Sheet, printed_on: date) -> tuple[Question, ...]:
    """The questions of a sheet printed that day, numbered and typed in this order; the comment comes last.

    After the first one those with five boxes stand together, as one table.
    """
    rest = (*sheet.factors, sheet.trips, *sheet.others, *choose_questions(sheet.items, printed_on))
    return (sheet.overall, *sorted(rest, key=lambda question: question.kind is not Kind.SCALE5))


def sheet_number(code: str, number: int, questions: Sequence[Question]) -> str:
    """Five signs at the foot of a sheet that tell it from every other: other questions, another number."""
    said = [f"{code} {number}"]
    said += [f"{one.field} {one.kind} {one.texts['vi']} {len(one.options)}" for one in questions]
    value = int.from_bytes(hashlib.sha256("\n".join(said).encode()).digest()[:8])
    signs = []
    for _place in range(NUMBER_LENGTH):
        value, rest = divmod(value, len(_SIGNS))
        signs.append(_SIGNS[rest])
    return "".join(signs)


def digits_of(question: Question) -> dict[str, str]:
    """Which digit is typed for which answer of a question; 0, no answer, belongs to all."""
    if question.kind is Kind.YES_NO:
        return {YES: "1", NO: "0"}
    if question.kind is Kind.CHOICE:
        return {str(place): str(option.value) for place, option in enumerate(question.options, 1)}
    last = 3 if question.kind is Kind.TRIPS else 5
    return {str(mark): str(mark) for mark in range(1, last + 1)}


def read_line(typed: str, questions: Sequence[Question]) -> Line:
    """One digit a question in the order of the sheet; blanks are skipped, what is missing is no answer."""
    values: dict[str, str] = {}
    for place, sign in enumerate("".join(typed.split())):
        if place >= len(questions):
            return Line({}, place, sign)
        meant = digits_of(questions[place])
        if sign in meant:
            values[questions[place].field] = meant[sign]
        elif sign != NOTHING:
            return Line({}, place, sign)
    return Line(values)
