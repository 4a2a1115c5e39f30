"""Forms about service points."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Agency, AgencyQuerySet

from ..rules.questions import clean_text


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
