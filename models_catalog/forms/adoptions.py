"""What adopting a model asks, and ending an adoption."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet
from conduct.kernel.fields import DayField

from ..models import Item

WEIGHTS = ((1, "× 1"), (2, "× 2"), (3, "× 3"))


class AdoptionForm(forms.Form):
    """Office, first day, decision, and an emphasis of 1–3 for every item."""

    agency = forms.ModelChoiceField(label=_("Office"), queryset=Agency.objects.none())
    valid_from = DayField(label=_("In force from"))
    decision_number = forms.CharField(label=_("Decision number"), required=False, max_length=80)

    def __init__(self, *args: Any, agencies: AgencyQuerySet, items: Iterable[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies
        self._items = {f"emphasis_{item.pk}": item for item in items}
        for name, item in self._items.items():
            self.fields[name] = forms.TypedChoiceField(
                label=item.text, choices=WEIGHTS, coerce=int, initial=1, widget=forms.RadioSelect
            )

    def emphasis_fields(self) -> list[forms.BoundField]:
        """One field an item, in the order of the model."""
        return [self[name] for name in self._items]

    def emphasis(self) -> dict[int, int]:
        """The chosen weights of a valid form, by item."""
        return {item.pk: self.cleaned_data[name] for name, item in self._items.items()}


class EndAdoptionForm(forms.Form):
    """The last day of an adoption, and why it ends."""

    ends_on = DayField(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
