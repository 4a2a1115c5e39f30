"""The form of an office's terms of rating."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.kernel.fields import DayField

from ..models import OfficeTerms
from ..services.terms import TermsValues

LAST = 99  # day 0, the last working day, comes after every other


def _day(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=31, widget=forms.TextInput({"inputmode": "numeric", "class": "n"})
    )


class TermsForm(forms.Form):
    """Month or quarter, days, the base of the cap, from which day, by which decision."""

    valid_from = DayField(label=_("In force from"))
    kind = forms.ChoiceField(label=_("Rated by"), choices=OfficeTerms.Kind.choices, widget=forms.RadioSelect)
    self_day = _day(_("Own scores by day"))
    review_day = _day(_("Review by day"))
    approve_day = _day(_("Confirmation by day"))
    cap_base = forms.ChoiceField(
        label=_("What the cap counts"), choices=OfficeTerms.CapBase.choices, widget=forms.RadioSelect
    )
    legal_act = forms.CharField(label=_("By decision"), max_length=250, required=False)

    def clean(self) -> dict[str, Any]:
        """One step does not come before the one it needs."""
        asked = super().clean() or {}
        days = [asked.get(name) for name in ("self_day", "review_day", "approve_day")]
        if None not in days:
            order = [day or LAST for day in days]
            if order != sorted(order):
                self.add_error(
                    "review_day", _("Own scores come before the review, the review before confirmation.")
                )
        return asked

    def values(self) -> TermsValues:
        """What the service stores; of a valid form."""
        return TermsValues(**self.cleaned_data)
