"""What signing asks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_HASH = r"^[0-9a-f]{64}$"


def _password(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ReadForm(forms.Form):
    """The hash of the text that was read."""

    sha256 = forms.RegexField(_HASH, widget=forms.HiddenInput)


class SignForm(ReadForm):
    """The password once more, with the hash of the text that was read."""

    password = _password(_("Your password"))


class PasskeyForm(ReadForm):
    """What a passkey answered, as the browser hands it over, with the hash of the text that was read."""

    credential = forms.JSONField(widget=forms.HiddenInput)

    def clean_credential(self) -> dict[str, Any]:
        """Only an object can be an answer."""
        answer = self.cleaned_data["credential"]
        if not isinstance(answer, dict):
            raise ValidationError(_("The passkey was not recognised. Nothing has been signed."))
        return answer


class OnBehalfForm(ReadForm):
    """Why another records a pledge, that the person agreed, and the password of the one who records."""

    note = forms.CharField(
        label=_("Why the person cannot sign, and how the person agreed"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agreed = forms.BooleanField(label=_("The person knows the whole text and agrees to it"))
    password = _password(_("Your own password"))
