"""The citizen's form: made of data, hence not a Django form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ..rules.questions import (
    ALLOWED,
    COMMENT_LIMIT,
    Kind,
    Problem,
    Question,
    Sheet,
    choose_questions,
    in_language,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    value: str | int
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page shows it."""

    field: str
    legend: str
    choices: tuple[Choice, ...]
    error: str
    is_scale: bool


@dataclass(frozen=True, slots=True)
class FormError:
    """A line of the list at the top, with the field it leads to."""

    field: str
    legend: str
    text: str


class ResponseForm:
    """The citizen's form in the active language, empty or with what was typed and what is wrong with it."""

    def __init__(
        self,
        sheet: Sheet,
        day: date,
        language: str,
        values: Mapping[str, str] | None = None,
        problems: Mapping[str, Problem] | None = None,
    ) -> None:
        self._values = values or {}
        self._problems = problems or {}
        self._language = language
        shown = choose_questions(sheet.items, day)
        self.overall = self._asked(sheet.overall)
        self.factors = [self._asked(question) for question in sheet.factors]
        self.trips = self._asked(sheet.trips)
        self.others = [self._asked(question) for question in sheet.others]
        self.items = [
            self._asked(question)
            for question in sheet.items
            if question in shown or question.field in self._values
        ]
        self.comment = self._values.get("comment", "").replace("\x00", "")
        self.comment_error = self._error("comment")
        self.errors = self._errors()
        optional = (*self.factors, self.trips, *self.others, *self.items)
        self.is_open = bool(self.comment) or any(
            asked.error or any(choice.checked and choice.value != "" for choice in asked.choices)
            for asked in optional
        )

    def _errors(self) -> list[FormError]:
        every = (self.overall, *self.factors, self.trips, *self.others, *self.items)
        errors = [FormError(asked.field, asked.legend, asked.error) for asked in every if asked.error]
        if self.comment_error:
            errors.append(FormError("comment", _("Your comment"), self.comment_error))
        return errors

    def _error(self, field: str) -> str:
        problem = self._problems.get(field)
        if problem is None:
            return ""
        if problem is Problem.TOO_LONG:
            too_many = len(self._values.get(field, "")) - COMMENT_LIMIT
            return _("At most 2,000 characters, please shorten it by about %(count)d.") % {"count": too_many}
        if problem is Problem.MISSING:
            return _("Please choose one of the five answers.")
        return _("Please choose one of the answers shown.")

    def _asked(self, question: Question) -> Asked:
        said = self._values.get(question.field)  # None, when nothing was chosen, matches no answer
        labels = _labels(question, self._language)
        return Asked(
            field=question.field,
            legend=question.wording(self._language),
            choices=tuple(Choice(value, label, str(value) == said) for value, label in labels),
            error=self._error(question.field),
            is_scale=question.kind is Kind.SCALE5,
        )


def _labels(question: Question, language: str) -> list[tuple[str | int, str]]:
    """The answers of a question in the order of the page."""
    if question.field == "overall":
        words = {
            5: _("Very satisfied"),
            4: _("Satisfied"),
            3: _("Neither"),
            2: _("Dissatisfied"),
            1: _("Very dissatisfied"),
        }
        return list(words.items())
    if question.kind is Kind.TRIPS:
        return [(1, _("1 trip")), (2, _("2 trips")), (3, _("3 or more"))]
    if question.kind is Kind.CHOICE:
        return [(option.value, in_language(option.texts, language)) for option in question.options]
    if question.kind is Kind.YES_NO:
        return [(1, _("Yes")), (0, _("No")), ("", _("Not sure"))]
    return [(mark, str(mark)) for mark in ALLOWED[Kind.SCALE5].values()]
