"""What the pages of absences, conclusions and classes of organisations ask."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, User
from conduct.kernel.fields import DayField

from ..models import Absence, Conclusion, Level
from .year import long_field


class AbsenceForm(forms.Form):
    """Who did not work, why, from when until when."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Person"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Absence.Kind.choices)
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day, as far as known"))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        if isinstance(person, forms.ModelChoiceField):
            person.queryset = people


class EndAbsenceForm(forms.Form):
    """The true last day."""

    ends_on = DayField(label=_("Last day"))


class ConclusionForm(forms.Form):
    """The act of a competent authority, where the fault happened, and whether it is about an act known."""

    kind = forms.ChoiceField(label=_("What was concluded"), choices=Conclusion.Kind.choices)
    number = forms.CharField(label=_("Number of the act"), max_length=80)
    decided_on = DayField(label=_("Day of the act"))
    by_authority = forms.CharField(label=_("Authority"), max_length=200)
    happened_on = DayField(label=_("When it happened"))
    where = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Where it happened"),
        help_text=_("A fault in the old office stays with the old office (Điều 11.3c)."),
    )
    same_as = forms.ModelChoiceField(
        Conclusion.objects.none(),
        label=_("Same act as"),
        required=False,
        empty_label=_("a new act"),
        help_text=_("Party and administrative discipline of one act count in one year only (Điều 11.3a)."),
    )
    summary = long_field(_("Content"), 4, required=False)

    def __init__(
        self, *args: Any, offices: QuerySet[Agency], known: QuerySet[Conclusion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("where", offices), ("same_as", known)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows

    def said(self) -> dict[str, Any]:
        """The fields of the act itself."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("where", "same_as")}


class WithdrawForm(forms.Form):
    """Why a record was wrong."""

    reason = forms.CharField(label=_("Why the record was wrong"), max_length=300)


class OrganisationForm(forms.Form):
    """A decision on the class of an organisation."""

    level = forms.ChoiceField(label=_("Level"), choices=Level.choices, widget=forms.RadioSelect)
    points = forms.DecimalField(
        label=_("Points"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False,
        localize=True,
    )  # fmt: skip
    is_outstanding = forms.BooleanField(
        label=_("Outstanding collective achievement: the cap is 25 % (Điều 20.5b)"), required=False
    )
    number = forms.CharField(label=_("Number of the decision"), max_length=80)
    decided_on = DayField(label=_("Day of the decision"))
    by_authority = forms.CharField(label=_("Authority"), max_length=200)
