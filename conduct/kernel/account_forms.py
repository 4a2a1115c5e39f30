"""allauth's forms where it left a field without a label that can be translated (settings.MFA_FORMS)."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey; left empty, allauth finds a name."""

    name = forms.CharField(label=_("Name of the key"), required=False, max_length=100)


class EditKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Rename a passkey."""

    name = forms.CharField(label=_("Name of the key"), max_length=100)
