"""What signing asks."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignForm(forms.Form):
    """The password once more, with the hash of the text that was read."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Your password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
