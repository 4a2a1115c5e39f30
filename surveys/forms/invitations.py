"""Forms about invitations after a dossier."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Agency, AgencyQuerySet
from conduct.kernel.fields import DayField
from conduct.kernel.months import Month
from conduct.kernel.wording import month_text

from ..models import InvitationBatch, ServicePoint, ServicePointQuerySet

MONTHS_BACK = 6
USUAL = timedelta(days=30)  # how long links work, unless another day is chosen


class BatchForm(forms.Form):
    """Whose dossiers of which month are followed, which desk they speak of, and how long the links work."""

    agency = forms.ModelChoiceField(
        label=gettext_lazy("Agency that finished the dossiers"), queryset=Agency.objects.none()
    )
    point = forms.ModelChoiceField(
        label=gettext_lazy("Service point that the answers speak of"), queryset=ServicePoint.objects.none()
    )
    month = forms.TypedChoiceField(label=gettext_lazy("Finished in"), coerce=Month.parse)
    expires_on = DayField(label=gettext_lazy("Links work until"))

    def __init__(
        self, *args: Any, agencies: AgencyQuerySet, points: ServicePointQuerySet, today: date, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {})
        first = {"month": str(Month.of(today).previous()), "expires_on": today + USUAL}
        kwargs["initial"] = {**first, **kwargs["initial"]}
        super().__init__(*args, **kwargs)
        agency, point, month = self.fields["agency"], self.fields["point"], self.fields["month"]
        if isinstance(agency, forms.ModelChoiceField) and isinstance(point, forms.ModelChoiceField):
            agency.queryset, point.queryset = agencies.order_by("search"), points
            point.choices = [
                ("", "---------"),
                *((one.pk, f"{one.name} · {one.agency.name}") for one in points),
            ]
        if isinstance(month, forms.TypedChoiceField):
            newest = Month.of(today)
            months = [newest.plus(-back) for back in range(MONTHS_BACK + 1)]
            month.choices = [(str(one), month_text(one)) for one in months]


class BatchesForm(forms.Form):
    """Which batches to list."""

    q = forms.CharField(
        label=gettext_lazy("Agency or service point"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *InvitationBatch.State.choices],
    )
