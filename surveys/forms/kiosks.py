"""Forms about kiosks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from ..models import ServicePoint, ServicePointQuerySet
from ..rules.questions import clean_text


class KioskForm(forms.Form):
    """A tablet at a service point."""

    point = forms.ModelChoiceField(
        label=gettext_lazy("Service point"), queryset=ServicePoint.objects.none(), empty_label=None
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the kiosk"),
        max_length=120,
        help_text=gettext_lazy("By which the office tells its tablets apart, such as “Tablet at desk 2”."),
    )

    def __init__(self, *args: Any, points: ServicePointQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        point = self.fields["point"]
        if isinstance(point, forms.ModelChoiceField):
            point.queryset = points
            point.choices = [(one.pk, f"{one.name} · {one.agency.name}") for one in points]

    def clean_name(self) -> str:
        """Without characters that would reorder what the list shows; nothing else must be left."""
        return forms.CharField().clean(clean_text(self.cleaned_data["name"])) or ""


class RevokeForm(forms.Form):
    """Why a kiosk is revoked."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class KiosksForm(forms.Form):
    """Which kiosks to list."""

    q = forms.CharField(
        label=gettext_lazy("Kiosk, desk or agency"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("Not revoked")),
            ("paired", gettext_lazy("Paired")),
            ("waiting", gettext_lazy("Not paired yet")),
            ("silent", gettext_lazy("Silent")),
            ("revoked", gettext_lazy("Revoked")),
        ],
    )


class PairForm(forms.Form):
    """The code typed on the tablet."""

    code = forms.CharField(
        label=gettext_lazy("Pairing code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
