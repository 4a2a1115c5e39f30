"""What the pages of exports ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import ResultExport


class ExportsForm(forms.Form):
    """Which periods to list."""

    q = forms.CharField(
        label=_("Office"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("owed", _("To be sent")), ("late", _("Overdue")), ("sent", _("Sent"))],
    )


class ExportForm(forms.Form):
    """To whom, and as what."""

    target = forms.ChoiceField(
        label=_("Sent to"), choices=ResultExport.Target.choices, widget=forms.RadioSelect
    )
    form = forms.ChoiceField(
        label=_("File"), choices=[("csv", "CSV"), ("json", "JSON")], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, is_year: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target = self.fields["target"]
        if isinstance(target, forms.ChoiceField) and is_year:
            target.choices = [one for one in ResultExport.Target.choices if one[0] == "national"]
