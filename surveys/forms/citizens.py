"""The citizen's form: made of data, hence not a Django form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ..rules.questions import (
    ALLOWED,
    COMMENT_LIMIT,
    Condition,
    Kind,
    Problem,
    Question,
    Sheet,
    choose_questions,
    in_language,
)

# So many conditions the stylesheet knows (t1 to t8); a question under a further one is there for everybody.
FOLLOW_UPS = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    value: str | int
    label: str
    checked: bool
    leads_to: str = ""
    """Marks of the questions that are asked after this answer, as classes of the page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page shows it.

    ``only_if`` says when it is asked, ``follows`` is the mark of the answers that lead to it; both are empty
    for a question that everybody is asked.
    """

    field: str
    legend: str
    choices: tuple[Choice, ...]
    error: str
    is_scale: bool
    only_if: str = ""
    follows: str = ""


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
        self._by_field = {question.field: question for question in sheet.questions()}
        conditions = (question.shown_if for question in sheet.others if question.shown_if)
        distinct = list(dict.fromkeys(conditions))[:FOLLOW_UPS]
        self._marks = {condition: f"t{n}" for n, condition in enumerate(distinct, 1)}
        self.overall = self._asked(sheet.overall)
        self.factors = [self._asked(question) for question in sheet.factors]
        self.trips = self._asked(sheet.trips)
        overall, others = sheet.overall.field, sheet.others
        self.follow_ups = [self._asked(q) for q in others if q.shown_if and q.shown_if.field == overall]
        self.others = [self._asked(q) for q in others if not q.shown_if or q.shown_if.field != overall]
        self.items = [
            self._asked(question)
            for question in sheet.items
            if question in shown or question.field in self._values
        ]
        self.respondents = self._respondents()
        self.wants_answer = self._values.get("answer") == "1"
        self.comment = self._values.get("comment", "").replace("\x00", "")
        self.comment_error = self._error("comment")
        self.errors = self._errors()
        optional = (*self.factors, self.trips, *self.others, *self.items)
        self.is_open = bool(self.comment or self.wants_answer or self._values.get("respondent")) or any(
            asked.error or any(choice.checked and choice.value != "" for choice in asked.choices)
            for asked in optional
        )

    def _errors(self) -> list[FormError]:
        every = (
            *(self.overall, *self.follow_ups, *self.factors),
            *(self.trips, *self.others, *self.items),
        )
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
        condition = question.shown_if
        return Asked(
            field=question.field,
            legend=question.wording(self._language),
            choices=tuple(
                Choice(value, label, str(value) == said, self._leads_to(question.field, value))
                for value, label in labels
            ),
            error=self._error(question.field),
            is_scale=question.kind is Kind.SCALE5,
            only_if=self._only_if(condition) if condition else "",
            follows=self._marks.get(condition, "") if condition else "",
        )

    def _leads_to(self, field: str, value: str | int) -> str:
        """The marks of the conditions that this answer meets."""
        met = (
            mark
            for condition, mark in self._marks.items()
            if condition.field == field and value in condition.answers
        )
        return " ".join(met)

    def _only_if(self, condition: Condition) -> str:
        """When a question is asked, in words: for pages that cannot hide it meanwhile."""
        asked = self._by_field[condition.field]
        labels = [label for value, label in _labels(asked, self._language) if value in condition.answers]
        answers = _(" or ").join(f"“{label}”" for label in labels)
        if asked.field == "overall":
            return _("Only if your answer is %(answers)s") % {"answers": answers}
        question = asked.wording(self._language)
        return _("Only if your answer to “%(question)s” is %(answers)s") % {
            "question": question,
            "answers": answers,
        }

    def _respondents(self) -> tuple[Choice, ...]:
        said = self._values.get("respondent")
        kinds = {"citizen": _("For myself or my family"), "business": _("For a business")}
        return tuple(Choice(value, label, value == said) for value, label in kinds.items())


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
