"""A questionnaire in words, for the people who write and read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..rules.editing import KNOWN, Row, find_row, in_form_order, is_standing, place_of, possible_answers
from ..rules.questions import Kind, in_language
from .questionnaires import standing_words


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as the editor and the reader's page show it."""

    row: Row
    place: str
    words: str
    other_words: tuple[tuple[str, str], ...]
    kind: str
    role: str
    answers: tuple[str, ...]
    good: str
    condition: str
    problems: tuple[str, ...]
    is_standing: bool
    is_first: bool = False
    is_last: bool = False


def kind_words(kind: str) -> str:
    """How a question is answered."""
    return {
        Kind.SCALE5: _("Five steps"),
        Kind.TRIPS: _("Number of trips"),
        Kind.YES_NO: _("Yes or no"),
        Kind.CHOICE: _("One of several answers"),
    }[Kind(kind)]


def known_words(key: str) -> str:
    """What a question is about whose key statistics know."""
    return {
        "extra_payment": _("A hint of extra payment"),
        "appointment_kept": _("Whether the appointment was kept"),
        "apologised": _("Whether the office told and apologised when late"),
        "why_not": _("Why someone is not satisfied"),
        "information": _("Through which channel one learnt of the office"),
    }[key]


def role_of(row: Row) -> str:
    """The place of a standing question, or what a known one is about; empty for a question of one's own."""
    if is_standing(row):
        return standing_words(place_of(row))
    return known_words(row["key"]) if row["key"] in KNOWN else ""


def answer_words(row: Row, mark: int, language: str) -> str:
    """An answer of a question as the form shows it."""
    if row["kind"] == Kind.CHOICE:
        found = (option["text"] for option in row.get("options", ()) if option["value"] == mark)
        return in_language(next(found, {"vi": str(mark)}), language)
    if row["kind"] == Kind.YES_NO:
        return _("Yes") if mark else _("No")
    if row["kind"] == Kind.TRIPS:
        return {1: _("1 trip"), 2: _("2 trips")}.get(mark, _("3 or more"))
    steps = (_("Very dissatisfied"), _("Dissatisfied"), _("Neither"), _("Satisfied"), _("Very satisfied"))
    return steps[mark - 1] if 1 <= mark <= len(steps) else str(mark)


def listed_answers(row: Row, marks: Sequence[int], language: str) -> str:
    """Several answers of a question, in the order of the form."""
    return ", ".join(answer_words(row, mark, language) for mark in possible_answers(row) if mark in marks)


def condition_words(row: Row, rows: Sequence[Row], language: str) -> str:
    """After which answers a question is asked; empty when everybody is asked."""
    condition = row.get("shown_if")
    if not condition:
        return ""
    other = find_row(rows, condition["key"])
    if other is None:
        return _("Depends on a question that is gone.")
    said = _("Asked only after “%(question)s”: %(answers)s")
    return said % {
        "question": in_language(other["text"], language),
        "answers": listed_answers(other, condition["answers"], language),
    }


def shown_questions(
    rows: Sequence[Row],
    languages: Sequence[str],
    language: str,
    problems: Mapping[str, Sequence[str]] | None = None,
) -> list[Shown]:
    """Every question in the order of the form, with what is wrong beside it."""
    ordered = in_form_order(rows)
    further = [row["key"] for row in ordered if not is_standing(row)]
    return [
        Shown(
            row=row,
            place=f"q-{row['key']}",
            words=in_language(row["text"], "vi"),
            other_words=tuple((code, row["text"].get(code, "")) for code in languages if code != "vi"),
            kind=kind_words(row["kind"]),
            role=role_of(row),
            answers=tuple(answer_words(row, mark, language) for mark in possible_answers(row)),
            good=listed_answers(row, row["kept"], language),
            condition=condition_words(row, ordered, language),
            problems=tuple((problems or {}).get(row["key"], ())),
            is_standing=is_standing(row),
            is_first=further[:1] == [row["key"]],
            is_last=further[-1:] == [row["key"]],
        )
        for row in ordered
    ]
