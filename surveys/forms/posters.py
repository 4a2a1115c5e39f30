"""Forms about posters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from conduct.kernel.fields import DayField
from models_catalog.models import Adoption, AdoptionQuerySet

from ..models import Poster, ServicePoint, ServicePointQuerySet


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
