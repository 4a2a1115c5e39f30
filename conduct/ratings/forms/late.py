"""Filters of the list of what waits; every one may be left out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency
from conduct.kernel.names import fold

STEPS = (
    ("", _("Whoever is late")),
    ("waiting", _("Everything that waits")),
    ("open", _("No sheet yet")),
    ("submit", _("Not submitted")),
    ("review", _("Not reviewed")),
    ("approve", _("Not confirmed")),
    ("acknowledge", _("Not read")),
    ("all", _("Everybody")),
)
SORTS = ("name", "-name", "unit", "-unit", "due", "-due")


class LateForm(forms.Form):
    """Name, unit, step; the order of the rows."""

    q = forms.CharField(
        label=_("Name of the person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    step = forms.ChoiceField(label=_("Which"), required=False, choices=STEPS)
    unit = forms.ChoiceField(label=_("Part of the office"), required=False)
    sort = forms.ChoiceField(
        required=False, choices=[("", ""), *((key, key) for key in SORTS)], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, units: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["unit"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", _("All")), *((str(unit.pk), unit.name) for unit in units)]

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()
