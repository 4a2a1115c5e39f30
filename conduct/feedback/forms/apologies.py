"""What the pages of letters of apology ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.kernel.fields import DayField

from ..models import Apology

_LONG = 1500


def _revision() -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class ApologiesForm(forms.Form):
    """Which letters to list."""

    q = forms.CharField(
        label=_("Dossier code"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("waiting", _("Not sent yet")),
            ("late", _("Overdue")),
            *Apology.State.choices,
        ],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Apology.Kind.choices])


class WriteForm(forms.Form):
    """The words of a letter; the new date only where one may be promised."""

    revision = _revision()
    reason = forms.CharField(label=_("Reason"), max_length=_LONG, widget=forms.Textarea(attrs={"rows": 4}))
    new_date = DayField(label=_("New date for the result"), required=False)
    corrective_action = forms.CharField(
        label=_("Corrective action"),
        max_length=_LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, asks_date: bool, needs_action: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["corrective_action"].required = needs_action
        if not asks_date:
            del self.fields["new_date"]


class ConductForm(forms.Form):
    """A letter after an upheld case."""

    reason = forms.CharField(label=_("Reason"), max_length=_LONG, widget=forms.Textarea(attrs={"rows": 4}))
    corrective_action = forms.CharField(
        label=_("Corrective action"), max_length=_LONG, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = DayField(label=_("To be sent by"))


class SignForm(forms.Form):
    """The hash of the letter that was read, and the password once more."""

    revision = _revision()
    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Your password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class DeliverForm(forms.Form):
    """How the letter reached the citizen, and when."""

    revision = _revision()
    way = forms.ChoiceField(
        label=_("How it reaches the citizen"), choices=Apology.Way.choices, widget=forms.RadioSelect
    )
    on = DayField(label=_("Reached the citizen on"), required=False)

    def __init__(self, *args: Any, has_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        way = self.fields["way"]
        if isinstance(way, forms.ChoiceField) and not has_address:
            way.choices = [choice for choice in Apology.Way.choices if choice[0] != Apology.Way.MAIL]


class DropForm(forms.Form):
    """Why a letter is not needed."""

    revision = _revision()
    reason = forms.CharField(label=_("Why it is not needed"), max_length=300)
