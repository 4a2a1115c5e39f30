"""Forms for what is typed from paper or told on the telephone.

`TypedForm` and `SpokenForm` read one form of any sheet; desks and survey rounds use them alike.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.kernel.fields import DayField

from ..models import Response, ServicePoint, ServicePointQuerySet
from ..rules.keys import read_key, sign_key
from ..rules.paper import LONGEST_LINE, digits_of, read_line
from ..rules.questions import (
    COMMENT_LIMIT,
    Answers,
    Kind,
    Problem,
    Question,
    Reading,
    Sheet,
    in_language,
    read_answers,
)
from .citizens import ResponseForm

LANGUAGES: list[tuple[str, str | Promise]] = [
    ("vi", gettext_lazy("Vietnamese")),
    ("en", gettext_lazy("English")),
]


class SittingForm(forms.Form):
    """Which desk and day the forms are of."""

    point = forms.ModelChoiceField(
        label=gettext_lazy("Service point"), queryset=ServicePoint.objects.none(), empty_label=None
    )
    given_on = DayField(label=gettext_lazy("Day on which they were given"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the forms"), choices=LANGUAGES, widget=forms.RadioSelect, initial="vi"
    )

    def __init__(self, *args: Any, points: ServicePointQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        point = self.fields["point"]
        if isinstance(point, forms.ModelChoiceField):
            point.queryset = points
            point.choices = [(one.pk, f"{one.name} · {one.agency.name}") for one in points]


class PaperSittingForm(SittingForm):
    """Also which sheet they are on, by what is printed at its foot."""

    printed_on = DayField(label=gettext_lazy("Printed on"))
    number = forms.CharField(
        label=gettext_lazy("Number of the sheet"),
        max_length=12,
        help_text=gettext_lazy("Five letters and digits at the foot of the sheet."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_number(self) -> str:
        """In capitals, without blanks."""
        return "".join(self.cleaned_data["number"].split()).upper()


class _OneForm(forms.Form):
    """What one form has besides its questions. Its ``key`` makes a second click harmless."""

    key = forms.CharField(widget=forms.HiddenInput)
    respondent = forms.ChoiceField(
        label=gettext_lazy("Respondent"), choices=Response.Respondent.choices, widget=forms.RadioSelect
    )
    comment = forms.CharField(label=gettext_lazy("Comment"), required=False, max_length=COMMENT_LIMIT)

    def __init__(
        self, *args: Any, slug: str, sheet: Sheet, respondent: str = "citizen", **kwargs: Any
    ) -> None:
        fresh = {"key": sign_key(uuid4(), slug, settings.SECRET_KEY), "respondent": respondent}
        kwargs["initial"] = fresh
        super().__init__(*args, **kwargs)
        self.slug, self.sheet = slug, sheet
        self.answers: Answers | None = None

    def clean_key(self) -> UUID:
        """The key that we gave out for this desk."""
        key = read_key(self.cleaned_data["key"], self.slug, settings.SECRET_KEY)
        if key is None:
            raise forms.ValidationError(_("This form can no longer be used"))
        return key


class TypedForm(_OneForm):
    """One paper sheet as a line of digits, one for each of the printed ``questions`` in their order."""

    line = forms.CharField(
        label=gettext_lazy("Digits of the sheet"),
        max_length=LONGEST_LINE,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True, "class": "n"}
        ),
    )
    field_order = ("line", "comment", "respondent")

    def __init__(self, *args: Any, questions: Sequence[Question], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.language = questions, language

    def clean(self) -> None:
        """Read the line with the comment; says at which question it cannot be read."""
        typed = self.cleaned_data.get("line")
        if typed is None or self.errors:
            return
        line = read_line(typed, self.questions)
        if line.wrong_at is not None:
            self.add_error("line", self._what_is_wrong(line.wrong_at, line.wrong))
            return
        said = {**line.values, "comment": self.cleaned_data.get("comment", "")}
        reading = read_answers(said, self.sheet)
        if reading.answers is None:
            self.add_error(
                "line", _("The first digit, 1 to 5, is needed: without it the sheet is not counted.")
            )
        self.answers = reading.answers

    def _what_is_wrong(self, place: int, sign: str) -> str:
        if place >= len(self.questions):
            words = _("There are %(digits)d digits, but the sheet has only %(questions)d questions.")
            return words % {"digits": place + 1, "questions": len(self.questions)}
        words = _("Question %(number)d, “%(question)s”, has no box %(sign)s.")
        asked = self.questions[place].wording(self.language)
        return words % {"number": place + 1, "question": asked, "sign": sign}


class SpokenForm(_OneForm):
    """One call: who is called agrees first, then answers. ``asked`` holds the questions for the page."""

    consent = forms.BooleanField(
        label=gettext_lazy("The person agrees to answer"),
        error_messages={
            "required": gettext_lazy("Without the person's yes nothing is asked and nothing kept.")
        },
    )
    field_order = ("consent", "respondent", "comment")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, day: date, language: str, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self._day, self._language = day, language
        self.asked = ResponseForm(self.sheet, day, language)
        self.fields["comment"].widget = forms.Textarea(attrs={"rows": 3})

    def clean(self) -> None:
        """Read the answers; the questions then stand there with what was chosen and what is wrong."""
        said = {name: str(value) for name, value in self.data.items()}
        reading: Reading = read_answers(said, self.sheet)
        problems: Mapping[str, Problem] = reading.problems
        self.asked = ResponseForm(self.sheet, self._day, self._language, said, problems)
        if problems:
            self.add_error(None, _("Please check the questions marked below."))
        self.answers = reading.answers


def digits_in_words(question: Question, language: str) -> list[tuple[str, str]]:
    """Digit and answer, for the list beside the line: 1 to 5 stay digits."""
    meant = digits_of(question)
    if question.kind is Kind.CHOICE:
        texts = {str(option.value): in_language(option.texts, language) for option in question.options}
        return [(digit, texts[value]) for digit, value in meant.items()]
    if question.kind is Kind.YES_NO:
        return [(digit, _("Yes") if value == "1" else _("No")) for digit, value in meant.items()]
    if question.kind is Kind.TRIPS:
        words = {"1": _("1 trip"), "2": _("2 trips"), "3": _("3 or more")}
        return [(digit, words[value]) for digit, value in meant.items()]
    return [(digit, digit) for digit in meant]
