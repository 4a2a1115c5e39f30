"""What the pages of the list of kinds of work ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet
from conduct.kernel.fields import DayField

from ..models import WorkItem
from ..rules.task_rows import FACTORS
from ..services.work import WorkSaid
from .task_fields import AmountField

GROUPS = [(str(number), str(number)) for number in range(1, 6)]


class WorkFilter(forms.Form):
    """Which entries of the list are shown."""

    q = forms.CharField(label=_("Code or words"), max_length=100, required=False)
    group = forms.ChoiceField(label=_("Group"), required=False, choices=[("", _("All groups")), *GROUPS])
    ended = forms.BooleanField(label=_("With what has ended"), required=False)


class WorkForm(forms.Form):
    """An entry: what a piece of this work is, and how many standard units it is worth."""

    agency = forms.ModelChoiceField(label=_("Whose list"), queryset=Agency.objects.none())
    code = forms.CharField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Product or work"), max_length=300)
    unit = forms.CharField(
        label=_("Counted in"), max_length=60, help_text=_("Such as dossier, report, session.")
    )
    group = forms.ChoiceField(
        label=_("Group of complexity"), choices=GROUPS, help_text=_("At most five groups (Điều 13.1a).")
    )
    factor = AmountField(label=_("Standard units each"), limits=FACTORS, help_text=_("Such as 1 or 2,5."))
    legal_act = forms.CharField(label=_("Decision on the list"), max_length=250, required=False)
    valid_from = DayField(label=_("From"))

    def __init__(self, *args: Any, agencies: AgencyQuerySet | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        if agencies is None:
            del self.fields["agency"], self.fields["code"]
        elif isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies.order_by("search")

    @staticmethod
    def initial_of(item: WorkItem) -> dict[str, Any]:
        """The entry as the form shows it; the day from which a change holds is asked anew."""
        names = ("name", "unit", "group", "factor", "legal_act")
        return {name: getattr(item, name) for name in names}

    def said(self, code: str = "") -> WorkSaid:
        """The entry as it was said."""
        found = self.cleaned_data
        return WorkSaid(
            found.get("code", code), found["name"], found["unit"], int(found["group"]), found["factor"],
            found["legal_act"],
        )  # fmt: skip


class EndForm(forms.Form):
    """When an entry ends."""

    prefix = "end"
    last_day = DayField(label=_("Last day"))


class WorkFileForm(forms.Form):
    """A list of kinds of work, whose it is, from when it holds."""

    agency = forms.ModelChoiceField(label=_("Whose list"), queryset=Agency.objects.none())
    valid_from = DayField(label=_("From"))
    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"})
    )

    def __init__(self, *args: Any, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies.order_by("search")
