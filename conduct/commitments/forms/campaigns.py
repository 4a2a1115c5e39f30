"""What the pages of campaigns and pledges ask."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from conduct.kernel.fields import DayField
from conduct.kernel.names import fold
from models_catalog.models import Adoption


class CampaignForm(forms.Form):
    """Which adopted model, for which year, from when until when."""

    adoption = forms.TypedChoiceField(label=_("Model and office"), coerce=int)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    opens_on = DayField(label=_("Signing begins"))
    due_on = DayField(label=_("Sign by"))

    def __init__(self, *args: Any, adoptions: QuerySet[Adoption], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._adoptions = {adoption.pk: adoption for adoption in adoptions}
        choices = [(pk, f"{adoption.version.model.name} · {adoption.agency.name}")
                   for pk, adoption in self._adoptions.items()]  # fmt: skip
        for name, values in (
            ("adoption", choices),
            ("year", [(y, str(y)) for y in (today.year, today.year + 1)]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.TypedChoiceField):
                field.choices = values

    def chosen(self) -> Adoption:
        """The adoption of a valid form."""
        return self._adoptions[self.cleaned_data["adoption"]]


class PeopleForm(forms.Form):
    """Filters of the list of people; every one may be left out."""

    q = forms.CharField(
        label=_("Name of the person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("open", _("Not signed yet")), ("signed", _("Signed"))],
    )

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()


class CampaignsForm(forms.Form):
    """Filters of the list of campaigns."""

    q = forms.CharField(
        label=_("Office"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", _("All")), *((year, str(year)) for year in years)]

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()
