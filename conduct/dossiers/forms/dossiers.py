"""Which dossiers to list, which report to show, and the target."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conduct.agencies.models import Agency

from ..models import OnlineTarget
from ..rules.spans import Span
from ..rules.status import Status

STATES = {
    Status.EARLY.value: _("Early"),
    Status.ON_TIME.value: _("On time"),
    Status.LATE.value: pgettext_lazy("dossiers", "Late"),
    Status.IN_PROCESS.value: _("In process"),
    "overdue": _("Overdue"),
}
SORTS = ("-received_on", "received_on", "due_on", "-due_on", "code", "-code")


class FilterForm(forms.Form):
    """Which dossiers to list."""

    q = forms.CharField(
        label=_("Dossier code"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *STATES.items()])


def span_text(span: Span) -> str:
    """11/2026, quarter IV/2026, year 2026."""
    if span.n_months == 1:
        return _now("month %(month)s") % {"month": f"{span.start.month}/{span.year}"}
    if span.n_months == 3:
        roman = ("I", "II", "III", "IV")[span.quarter - 1]
        return _now("quarter %(quarter)s") % {"quarter": f"{roman}/{span.year}"}
    return _now("year %(year)s") % {"year": span.year}


class ReportForm(forms.Form):
    """An office, and a month, quarter or year."""

    office = forms.ChoiceField(label=_("Office"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)

    def __init__(
        self, *args: Any, offices: Iterable[Agency], span: Span, years: Iterable[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        spans = {
            _now("Years"): [Span.parse(str(year)) for year in years],
            _now("Quarters"): [Span.parse(f"{span.year}-Q{quarter}") for quarter in range(1, 5)],
            _now("Months"): [Span.parse(f"{span.year}-{month:02}") for month in range(1, 13)],
        }
        office, period = self.fields["office"], self.fields["period"]
        if isinstance(office, forms.ChoiceField) and isinstance(period, forms.ChoiceField):
            office.choices = [(one.code, one.name) for one in offices]
            period.choices = [
                (head, [(str(one), span_text(one)) for one in group]) for head, group in spans.items()
            ]


class TargetForm(forms.ModelForm[OnlineTarget]):
    """The range of the online share of a year."""

    class Meta:
        model = OnlineTarget
        fields = ("low", "high", "legal_basis")

    def clean(self) -> dict[str, Any]:
        """From is not above to; both lie within 0–100."""
        said = super().clean() or self.cleaned_data
        low, high = said.get("low"), said.get("high")
        if low is not None and high is not None and not 0 <= low <= high <= 100:
            self.add_error("high", _("Give a range between 0 and 100, the smaller number first."))
        return said
