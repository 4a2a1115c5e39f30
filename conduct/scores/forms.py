"""Forms of scores."""

from django import forms
from django.utils.translation import gettext_lazy as _

REASON_LEAST, REASON_MOST = 10, 1000


class ReopenForm(forms.Form):
    """Why a closed month is opened again."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=REASON_LEAST,
        max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
