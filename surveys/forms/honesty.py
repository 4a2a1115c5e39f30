"""Forms of the pages that watch over ratings."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency
from conduct.kernel.months import Month
from conduct.kernel.wording import month_text

from ..models import SetAside

MOST_AT_ONCE = 500


class WatchForm(forms.Form):
    """Which agency and which month to look at."""

    unit = forms.ChoiceField(label=_("Agency"))
    month = forms.ChoiceField(label=_("Month"))

    def __init__(self, *args: Any, agencies: Iterable[Agency], months: list[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, month = self.fields["unit"], self.fields["month"]
        if isinstance(unit, forms.ChoiceField) and isinstance(month, forms.ChoiceField):
            unit.choices = [(agency.code, agency.name) for agency in agencies]
            month.choices = [(str(one), month_text(one)) for one in months]


class AsideFilterForm(forms.Form):
    """Which of the forms set aside to list."""

    desk = forms.TypedChoiceField(label=_("Service point"), required=False, coerce=int, empty_value=None)
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", _("All")), *SetAside.Reason.choices]
    )

    def __init__(self, *args: Any, desks: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desk = self.fields["desk"]
        if isinstance(desk, forms.TypedChoiceField):
            desk.choices = [("", _("All")), *((pk, name) for pk, name in desks.items())]


class ReinstateForm(forms.Form):
    """Which forms count again, and why."""

    why = forms.CharField(
        label=_("Why they count"),
        max_length=300,
        help_text=_("Such as: a school class rated from the office's network on the 12th."),
    )

    def __init__(self, *args: Any, keys: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keys = keys or []
        self.keys: list[UUID] = []

    def clean(self) -> dict[str, Any]:
        """At least one form must be chosen; what is no key is no form."""
        cleaned = super().clean() or self.cleaned_data
        try:
            self.keys = [UUID(hex=key) for key in self._keys[:MOST_AT_ONCE]]
        except ValueError as error:
            raise ValidationError(_("One of these forms does not exist.")) from error
        if not self.keys:
            raise ValidationError(_("Choose at least one form."))
        return cleaned
