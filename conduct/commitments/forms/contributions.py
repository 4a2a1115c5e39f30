"""What the pages of voluntary savings ask."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet, Posting
from conduct.kernel.months import Month
from conduct.kernel.names import fold
from conduct.kernel.wording import month_text, number_text

from ..models import LedgerEntry
from .money import DongField


class SavingsPlanForm(forms.Form):
    """A plan: whose, for which year, for whom it is meant, how much a month for each staff category."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    purpose = forms.CharField(label=_("For whom it is meant"), max_length=400)
    decision_number = forms.CharField(label=_("Decision number"), max_length=80, required=False)

    def __init__(
        self, *args: Any, agencies: AgencyQuerySet | None = None, years: Iterable[int] = (), **kwargs: Any
    ) -> None:
        """Without ``agencies`` the plan is there already: its agency and year stay."""
        super().__init__(*args, **kwargs)
        agency, year = self.fields["agency"], self.fields["year"]
        if agencies is None:
            del self.fields["agency"], self.fields["year"]
        elif isinstance(agency, forms.ModelChoiceField) and isinstance(year, forms.TypedChoiceField):
            agency.queryset = agencies
            year.choices = [(one, str(one)) for one in years]
        for category, label in Posting.Category.choices:
            self.fields[f"rate_{category}"] = DongField(label=label, required=False)

    def rate_fields(self) -> list[forms.BoundField]:
        """The fields of the staff categories."""
        return [self[name] for name in self.fields if name.startswith("rate_")]

    def values(self) -> dict[str, Any]:
        """What a valid form says, with the categories for which an amount is proposed."""
        said = dict(self.cleaned_data)
        rates = {name: said.pop(name) for name in list(said) if name.startswith("rate_")}
        return {**said, "rates": {name.removeprefix("rate_"): one for name, one in rates.items() if one}}


class GiftsForm(forms.Form):
    """What each of these people gave for a month; nothing is filled in beforehand, empty means nothing."""

    batch = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Iterable[Posting], rates: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for posting in people:
            field = DongField(label=posting.person.full_name, required=False)
            field.widget.attrs |= {"class": "form-control n"}
            if rate := rates.get(posting.category):
                field.widget.attrs["placeholder"] = number_text(rate)
            self.fields[self.name_of(posting.person_id)] = field

    @staticmethod
    def name_of(person_id: int) -> str:
        """The field of a person."""
        return f"gift_{person_id}"

    def amounts(self) -> dict[int, int]:
        """What a valid form says, by person."""
        gifts = {name: amount for name, amount in self.cleaned_data.items() if name.startswith("gift_")}
        return {int(name.removeprefix("gift_")): amount for name, amount in gifts.items() if amount}


def _month_of(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise ValidationError(_("Choose a month."), code="invalid") from None


class SpendingForm(forms.Form):
    """What was spent, when and for what."""

    batch = forms.UUIDField(widget=forms.HiddenInput)
    month = forms.TypedChoiceField(label=_("Month"), coerce=_month_of)
    amount = DongField(label=_("Amount in đồng"))
    text = forms.CharField(label=_("What it was spent for"), max_length=300)

    def __init__(self, *args: Any, months: Iterable[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["month"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(str(month), month_text(month)) for month in months]


class ReverseForm(forms.Form):
    """Why a line is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class LedgerForm(forms.Form):
    """Filters of the ledger."""

    q = forms.CharField(
        label=_("Name of the person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    month = forms.TypedChoiceField(label=_("Month"), required=False, coerce=_month_of, empty_value=None)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *LedgerEntry.Kind.choices]
    )

    def __init__(self, *args: Any, months: Iterable[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["month"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", _("All")), *((str(month), month_text(month)) for month in months)]

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()
