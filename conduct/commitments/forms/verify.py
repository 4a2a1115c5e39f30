"""What a verifier types: the code on the paper, the name on the paper."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NameForm(forms.Form):
    """The name to compare with the one that was signed."""

    name = forms.CharField(
        label=_("Full name on the paper"),
        max_length=120,
        error_messages={
            "required": _("Type the full name as it stands on the paper."),
            "max_length": _("A name has at most 120 characters."),
        },
    )
