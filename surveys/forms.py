"""What the pages ask: the citizen's form, made of data (hence not a Django form), and the office's forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Agency, AgencyQuerySet
from conduct.kernel.fields import DayField
from models_catalog.models import Adoption, AdoptionQuerySet

from .models import Poster, ServicePoint, ServicePointQuerySet
from .rules import ALLOWED, COMMENT_LIMIT, Kind, Problem, Question, Sheet, choose_questions, clean_text


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
        self.items = [
            self._asked(question)
            for question in sheet.items
            if question in shown or question.field in self._values
        ]
        self.comment = self._values.get("comment", "").replace("\x00", "")
        self.comment_error = self._error("comment")
        self.errors = self._errors()
        optional = (*self.factors, self.trips, *self.items)
        self.is_open = bool(self.comment) or any(
            asked.error or any(choice.checked and choice.value != "" for choice in asked.choices)
            for asked in optional
        )

    def _errors(self) -> list[FormError]:
        every = (self.overall, *self.factors, self.trips, *self.items)
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
        labels = _labels(question)
        return Asked(
            field=question.field,
            legend=question.wording(self._language),
            choices=tuple(Choice(value, label, str(value) == said) for value, label in labels),
            error=self._error(question.field),
            is_scale=question.kind is Kind.SCALE5,
        )


def _labels(question: Question) -> list[tuple[str | int, str]]:
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
    if question.kind is Kind.YES_NO:
        return [(1, _("Yes")), (0, _("No")), ("", _("Not sure"))]
    return [(mark, str(mark)) for mark in ALLOWED[Kind.SCALE5].values()]


class PointForm(forms.Form):
    """The names of a service point, and for a new one its agency."""

    agency = forms.ModelChoiceField(label=gettext_lazy("Agency"), queryset=Agency.objects.none())
    name = forms.CharField(
        label=gettext_lazy("Name of the desk"),
        max_length=160,
        help_text=gettext_lazy("As it stands on the desk, such as “Desk 2 · Civil status, certification”."),
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("For the English page; without it the Vietnamese name stands there."),
    )

    def __init__(self, *args: Any, agencies: AgencyQuerySet | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        if agencies is None:
            del self.fields["agency"]
        elif isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies.order_by("search")

    def clean_name(self) -> str:
        """Without characters that would reorder what the poster shows; nothing else must be left."""
        return forms.CharField().clean(clean_text(self.cleaned_data["name"])) or ""

    def clean_name_en(self) -> str:
        """As `clean_name`."""
        return clean_text(self.cleaned_data["name_en"])


class CloseForm(forms.Form):
    """Why a point closes."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class FilterForm(forms.Form):
    """Which points to list."""

    q = forms.CharField(
        label=gettext_lazy("Words to look for"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("open", gettext_lazy("Asking")),
            ("closed", gettext_lazy("Asking nobody")),
        ],
    )


class PrintPosterForm(forms.Form):
    """Which adopted model to print, with the code of which point, on which paper."""

    adoption = forms.ModelChoiceField(
        label=gettext_lazy("Model and office"), queryset=Adoption.objects.none(), empty_label=None
    )
    point = forms.ModelChoiceField(
        label=gettext_lazy("Service point"), queryset=ServicePoint.objects.none(), required=False
    )
    paper = forms.ChoiceField(
        label=gettext_lazy("Paper"), choices=Poster.Paper.choices, widget=forms.RadioSelect, initial="a3"
    )

    def __init__(
        self, *args: Any, adoptions: AdoptionQuerySet, points: ServicePointQuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        adoption, point = self.fields["adoption"], self.fields["point"]
        if isinstance(adoption, forms.ModelChoiceField) and isinstance(point, forms.ModelChoiceField):
            adoption.queryset, point.queryset = adoptions, points
            adoption.choices = [
                (one.pk, f"{one.version.model.name} · {one.agency.name}") for one in adoptions
            ]
            none = ("", gettext_lazy("Without a QR code"))
            point.choices = [*((one.pk, f"{one.name} · {one.agency.name}") for one in points), none]


class HangPosterForm(PrintPosterForm):
    """A poster that hangs: also where, since when, and when to look at it."""

    place = forms.CharField(label=gettext_lazy("Where it hangs"), max_length=200)
    hung_on = DayField(label=gettext_lazy("Hung on"))
    check_by = DayField(label=gettext_lazy("Next check by"))


class CheckPosterForm(forms.Form):
    """How a poster was found today."""

    condition = forms.ChoiceField(
        label=gettext_lazy("Condition"), choices=Poster.Condition.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
    check_by = DayField(label=gettext_lazy("Next check by"))


class TakeDownForm(forms.Form):
    """Since when a poster hangs no more."""

    removed_on = DayField(label=gettext_lazy("Taken down on"))


class PostersForm(forms.Form):
    """Which posters to list."""

    q = forms.CharField(
        label=gettext_lazy("Place, model or agency"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("Hanging")),
            ("check", gettext_lazy("To be checked")),
            ("replace", gettext_lazy("To be replaced")),
            ("removed", gettext_lazy("Taken down")),
        ],
    )
