"""What the pages of petitions ask."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import User
from conduct.kernel.wording import number_text

from ..models import Level, Petition
from ..rules.scheme import Component
from ..services.petition_answers import Answer, Given

LONG = 6000
_LEADING = {
    Component.UNIT: _("d) Result of the unit"),
    Component.ORGANISING: _("đ) Organising the work"),
    Component.UNITY: _("e) Unity"),
}
_HALF_OR_WHOLE = ((100, "100 %"), (50, "50 %"))


def _revision() -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PetitionsForm(forms.Form):
    """Which petitions to list."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("overdue", _("Overdue")), *Petition.State.choices],
    )


class FileForm(forms.Form):
    """What should be looked at again, and what is asked for."""

    text = forms.CharField(
        label=_("What should be looked at again, and why"), max_length=LONG, widget=_area(7)
    )
    wish = forms.CharField(label=_("What is asked for"), max_length=LONG, required=False, widget=_area(3))


class ReaderForm(forms.Form):
    """Who is asked for a second opinion."""

    revision = _revision()
    reader = forms.ModelChoiceField(label=_("Second reader"), queryset=User.objects.none())

    def __init__(self, *args: Any, readers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reader"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = readers


class OpinionForm(forms.Form):
    """The opinion of the second reader."""

    opinion = forms.CharField(label=_("Your opinion"), max_length=LONG, widget=_area(6))


class AnswerForm(forms.Form):
    """The answer; for a period the points that shall hold, for a year the class that it should have."""

    revision = _revision()
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Petition.Outcome.choices, widget=forms.RadioSelect
    )
    answer = forms.CharField(label=_("Answer and reasons"), max_length=LONG, widget=_area(6))
    password = forms.CharField(
        label=_("Your password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(
        self,
        *args: Any,
        lines: Sequence[Given],
        step: Decimal,
        leading: Mapping[Component, int],
        is_year: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.leading = lines, leading
        for place, line in enumerate(lines):
            self.fields[f"points_{place}"] = forms.TypedChoiceField(
                label=_("Points"), coerce=Decimal, choices=_steps(line, step), initial=_plain(line.points)
            )
            self.fields[f"reason_{place}"] = forms.CharField(
                label=_("Reason"), required=False, max_length=1000
            )
        for part, value in leading.items():
            self.fields[f"leading_{part}"] = forms.TypedChoiceField(
                label=_LEADING[part], coerce=int, choices=_HALF_OR_WHOLE, initial=value
            )
        if is_year:
            self.fields["level"] = forms.ChoiceField(
                label=_("Class that the year should have"),
                required=False,
                choices=[("", _("As decided")), *Level.choices],
            )
            self.fields["number"] = forms.CharField(
                label=_("Number of the new decision"), required=False, max_length=80
            )

    @property
    def rows(self) -> list[tuple[Given, forms.BoundField, forms.BoundField]]:
        """Each line with its two fields."""
        return [(line, self[f"points_{n}"], self[f"reason_{n}"]) for n, line in enumerate(self.lines)]

    @property
    def leading_rows(self) -> list[forms.BoundField]:
        """The fields of a leader's components."""
        return [self[f"leading_{part}"] for part in self.leading]

    def said(self) -> Answer:
        """What a valid form says."""
        data = self.cleaned_data
        return Answer(
            data["outcome"],
            data["answer"],
            {line.code: data[f"points_{n}"] for n, line in enumerate(self.lines)},
            {line.code: data[f"reason_{n}"] for n, line in enumerate(self.lines)},
            {part: data[f"leading_{part}"] for part in self.leading},
            data.get("level", ""),
            data.get("number", ""),
        )


def _plain(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.01")), "f")


def _steps(line: Given, step: Decimal) -> list[tuple[str, str]]:
    """From the maximum down to 0; the points that hold are among them even where they are between steps."""
    count = int(line.maximum / step)
    found = {_plain(step * n) for n in range(count + 1)} | {_plain(line.points), _plain(line.maximum)}
    ordered = sorted(found, key=Decimal, reverse=True)
    return [(text, number_text(Decimal(text), 2)) for text in ordered]
