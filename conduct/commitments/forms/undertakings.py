"""What the pages of undertakings ask."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet
from conduct.kernel.fields import DayField
from conduct.kernel.names import fold

from ..models import Beneficiary, Support, Undertaking
from ..services.undertakings import Entry
from .money import DongField

ROWS_A_FORM = 10


def _choice(form: forms.Form, name: str, agencies: AgencyQuerySet) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = agencies


class UndertakingForm(forms.Form):
    """A new programme of an agency."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    name = forms.CharField(label=_("Name of the undertaking"), max_length=250)
    kind = forms.ChoiceField(
        label=_("Who is helped"), choices=Undertaking.Kind.choices, widget=forms.RadioSelect
    )
    decision_number = forms.CharField(label=_("Decision number"), max_length=80, required=False)
    starts_on = DayField(label=_("Begins on"))
    ends_on = DayField(label=_("Ends on"), required=False)

    def __init__(self, *args: Any, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self, "agency", agencies)


class UndertakingsForm(forms.Form):
    """Filters of the list of undertakings."""

    q = forms.CharField(
        label=_("Name or agency"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Who is helped"), required=False, choices=[("", _("All")), *Undertaking.Kind.choices]
    )

    def words(self) -> list[str]:
        """The words of a valid form."""
        return str(self.cleaned_data["q"]).split()


class BeneficiariesForm(forms.Form):
    """Filters of an undertaking's villages or households."""

    NO_UNIT = "no_unit"

    q = forms.CharField(
        label=_("Code, village or unit"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("All")), *Beneficiary.Outcome.choices, (NO_UNIT, _("No unit yet"))],
    )

    def words(self) -> list[str]:
        """The words of a valid form."""
        return fold(self.cleaned_data["q"]).split()


class SinceForm(forms.Form):
    """From when the units named in the rows help."""

    starts_on = DayField(label=_("The units help from"))


class EntryForm(forms.Form):
    """One row: a village, or a household by its code and village."""

    code = forms.CharField(label=_("Code"), max_length=40)
    village = forms.CharField(label=_("Village or neighbourhood"), max_length=160)
    name = forms.CharField(label=_("Name of the household"), max_length=160, required=False)
    need = forms.CharField(label=_("What is needed"), max_length=400, required=False)
    unit = forms.ModelChoiceField(label=_("Unit that helps"), queryset=Agency.objects.none(), required=False)

    def __init__(self, *args: Any, kind: str, units: list[tuple[object, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Undertaking.Kind.VILLAGE:  # a village needs no code of its own unless two bear one name
            self.fields["code"].required = False
            del self.fields["name"]
        self._units = units
        unit = self.fields["unit"]
        if isinstance(unit, forms.ModelChoiceField):
            unit.queryset = Agency.objects.filter(pk__in=[pk for pk, _name in units])
            unit.choices = [("", "–"), *units]

    def entry(self) -> Entry:
        """What a valid row says."""
        said = self.cleaned_data
        return Entry(
            code=said["code"] or said["village"][:40],
            village=said["village"],
            name=said.get("name", ""),
            need=said["need"],
            unit=said["unit"],
        )


def said_rows(entries: forms.BaseFormSet[EntryForm]) -> list[EntryForm]:
    """The rows that are not empty."""
    return [form for form in entries.forms if form.has_changed()]


class BaseEntries(forms.BaseFormSet[EntryForm]):
    """Ten rows of which at least one says something."""

    def clean(self) -> None:
        if not any(self.errors) and not said_rows(self):
            raise ValidationError(_("Fill at least one row."), code="empty")


Entries = forms.formset_factory(
    EntryForm, formset=BaseEntries, extra=ROWS_A_FORM, max_num=ROWS_A_FORM, absolute_max=ROWS_A_FORM
)


class SupportForm(forms.Form):
    """A unit that begins to help."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Agency.objects.none())
    task = forms.CharField(label=_("What the unit does"), max_length=400, required=False)
    starts_on = DayField(label=_("Begins on"))
    ends_on = DayField(label=_("Ends on"), required=False)

    def __init__(self, *args: Any, units: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choice(self, "unit", units)


class EndSupportForm(forms.Form):
    """Until when a unit helped."""

    ends_on = DayField(label=_("Helped until"))


class HelpForm(forms.Form):
    """What a unit did on a day."""

    support = forms.ModelChoiceField(label=_("Unit"), queryset=Support.objects.none())
    on = DayField(label=_("Day"))
    what = forms.CharField(label=_("What the unit did"), max_length=400)
    value = DongField(label=_("Value in đồng"), required=False)

    def __init__(self, *args: Any, supports: list[Support], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["support"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Support.objects.filter(pk__in=[support.pk for support in supports])
            field.choices = [("", "–"), *((support.pk, support.unit.name) for support in supports)]


class OutcomeForm(forms.Form):
    """What became of a beneficiary."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Beneficiary.Outcome.choices, widget=forms.RadioSelect
    )
    on = DayField(label=_("From the day"), required=False)
    note = forms.CharField(label=_("Note"), max_length=400, required=False)


class YearForm(forms.Form):
    """Which year of the undertaking; none: all of them together."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", _("All years")), *((year, str(year)) for year in years)]

    def chosen(self) -> int | None:
        """The year; without a choice or with an invalid one, all years."""
        return self.cleaned_data["year"] if self.is_valid() else None
