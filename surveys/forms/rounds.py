"""Forms about survey rounds."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Agency, AgencyQuerySet
from conduct.kernel.fields import DayField

from ..models import Questionnaire, Response, Round
from ..rules.questions import clean_text

MOST = 100_000  # people in a frame, forms wanted


def _number(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST, **kwargs)


class RoundForm(forms.Form):
    """What is asked of whom, from when to when. The offices are chosen from those below the agency."""

    name = forms.CharField(label=gettext_lazy("Name of the round"), max_length=200)
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=300, required=False)
    questionnaire = forms.ModelChoiceField(
        label=gettext_lazy("Questionnaire"), queryset=Questionnaire.objects.none(), empty_label=None
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How people are asked"), choices=Round.Mode.choices, widget=forms.RadioSelect
    )
    frame = forms.ChoiceField(
        label=gettext_lazy("From whom the sample is drawn"),
        choices=Round.Frame.choices,
        widget=forms.RadioSelect,
    )
    frame_from = DayField(label=gettext_lazy("Frame: finished from"))
    frame_to = DayField(label=gettext_lazy("Frame: finished until"))
    starts_on = DayField(label=gettext_lazy("Asking from"))
    ends_on = DayField(label=gettext_lazy("Asking until"))
    target = _number(gettext_lazy("Forms wanted of each office"))
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Offices asked"),
        queryset=Agency.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, offices: AgencyQuerySet, questionnaires: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units, asked = self.fields["units"], self.fields["questionnaire"]
        if isinstance(units, forms.ModelMultipleChoiceField) and isinstance(asked, forms.ModelChoiceField):
            units.queryset, asked.queryset = offices, questionnaires
            units.choices = [(one.pk, one.name) for one in offices]
            asked.choices = [(one.pk, f"{one.name or one.code} ({one.number})") for one in questionnaires]

    def clean_name(self) -> str:
        """Without characters that would reorder what others read."""
        return forms.CharField().clean(clean_text(self.cleaned_data["name"])) or ""

    def clean(self) -> dict[str, Any]:
        """The days in their order; a target of at least one form."""
        said = self.cleaned_data
        for first, last in (("frame_from", "frame_to"), ("starts_on", "ends_on")):
            if first in said and last in said and said[last] < said[first]:
                self.add_error(last, ValidationError(_("This day lies before the first one."), code="order"))
        if said.get("target") == 0:
            self.add_error("target", ValidationError(_("At least one form."), code="target"))
        return said


class AgencyForm(forms.Form):
    """For which agency a round is set up."""

    agency = forms.ModelChoiceField(
        label=gettext_lazy("Agency"), queryset=Agency.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies
            choice.choices = [(one.pk, one.name) for one in agencies]  # read once, drawn several times


class RoundsForm(forms.Form):
    """Which rounds to list."""

    q = forms.CharField(
        label=gettext_lazy("Round or agency"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("open", gettext_lazy("Open")),
            ("closed", gettext_lazy("Round closed")),
        ],
    )


class DrawForm(forms.Form):
    """How many people to draw."""

    n_people = forms.IntegerField(label=gettext_lazy("People to draw in all"), min_value=1, max_value=10_000)


class FieldWorkForm(forms.Form):
    """How the field work of a unit stands. Frame and sample only where they are not drawn here."""

    target = forms.IntegerField(label=gettext_lazy("Forms wanted"), min_value=1, max_value=MOST)
    n_frame = _number(gettext_lazy("Households in the list"), required=False)
    n_drawn = _number(gettext_lazy("Households drawn"))
    n_reached = _number(gettext_lazy("People reached"))
    n_refused = _number(gettext_lazy("People who refused"))

    def __init__(self, *args: Any, is_drawn_here: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_drawn_here:
            del self.fields["n_frame"], self.fields["n_drawn"]


class EntryForm(forms.Form):
    """What a typed form says beside its answers."""

    given_on = DayField(label=gettext_lazy("Answered on"))
    respondent = forms.ChoiceField(
        label=gettext_lazy("Respondent"), choices=Response.Respondent.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"given_on": today, "respondent": "citizen"})
        super().__init__(*args, **kwargs)
