"""What the pages of campaigns ask."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from conduct.agencies.branches import Branch
from conduct.kernel.fields import DayField
from conduct.kernel.names import fold
from models_catalog.models import Adoption


class Targets:
    """What a campaign can be opened for: each adoption, and all of a model in the offices below an agency."""

    def __init__(self, adoptions: Iterable[Adoption], branch: Branch, names: dict[int, str]) -> None:
        self._names = names
        self._one = {str(adoption.pk): adoption for adoption in adoptions}
        self._many: dict[str, list[Adoption]] = defaultdict(list)
        for adoption in self._one.values():
            for above in branch.lineage(adoption.agency_id)[1:]:
                if above in branch.below:
                    self._many[f"{adoption.version.model_id}@{above}"].append(adoption)

    def __bool__(self) -> bool:
        return bool(self._one)

    def adoptions(self, target: str) -> list[Adoption]:
        """The adoptions of a target."""
        return [self._one[target]] if target in self._one else self._many[target]

    def choices(self) -> list[tuple[Any, Any]]:
        """For the form: single offices first; "all below" where there are at least two."""
        one = [(key, f"{of.version.model.name} · {of.agency.name}") for key, of in self._one.items()]
        many = [(key, self._label(key, several)) for key, several in self._many.items() if len(several) > 1]
        if not many:
            return one
        return [(_("All offices below that keep the model"), many), (_("One office"), one)]

    def _label(self, key: str, several: list[Adoption]) -> str:
        said = ngettext(
            "%(model)s · %(n)s office below %(agency)s", "%(model)s · %(n)s offices below %(agency)s",
            len(several),
        )  # fmt: skip
        above = self._names[int(key.partition("@")[2])]
        return said % {"model": several[0].version.model.name, "n": len(several), "agency": above}


class CampaignForm(forms.Form):
    """Which model, in one office or in every office below an agency; which year, from when until when.

    A target is the key of an adoption, or ``<model>@<agency>`` for the offices below an agency.
    """

    target = forms.ChoiceField(label=_("Model and offices"))
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    opens_on = DayField(label=_("Signing begins"))
    due_on = DayField(label=_("Sign by"))

    def __init__(self, *args: Any, targets: Targets, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._targets = targets
        years = [(year, str(year)) for year in (today.year, today.year + 1)]
        for name, values in (("target", targets.choices()), ("year", years)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = values

    def chosen(self) -> list[Adoption]:
        """The adoptions of a valid form."""
        return self._targets.adoptions(self.cleaned_data["target"])

    @property
    def is_for_many(self) -> bool:
        """Whether a valid form speaks of the offices below an agency."""
        return "@" in self.cleaned_data["target"]


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
        choices=[
            ("", _("All")),
            ("open", _("Not signed yet")),
            ("signed", _("Signed")),
            ("excused", _("Excused")),
            ("declined", _("Declined")),
        ],
    )

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()

    @property
    def wanted(self) -> str:
        """The state asked for; empty when none or the form is invalid."""
        return self.cleaned_data["state"] if self.is_valid() else ""


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
