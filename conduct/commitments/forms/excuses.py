"""What excusing and declining ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..coverage import AskedPosting

REASON = 500


class ReasonForm(forms.Form):
    """Why somebody does not sign."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))


class ExcuseForm(ReasonForm):
    """Whom to excuse, and why."""

    posting = forms.TypedMultipleChoiceField(
        label=_("Whom"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )
    field_order = ("posting", "reason")

    def __init__(self, *args: Any, people: list[AskedPosting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["posting"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [
                (one.pk, f"{one.person.full_name} · {one.title}, {one.agency.name}") for one in people
            ]
