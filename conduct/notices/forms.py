"""What the inbox asks."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ShowForm(forms.Form):
    """Which lines to show."""

    show = forms.ChoiceField(
        label=_("Lines"), required=False, choices=[("", _("All")), ("unread", _("Not read yet"))]
    )


class MailForm(forms.Form):
    """Whether to get the daily mail."""

    wants_mail = forms.BooleanField(label=_("E-mail about unread lines"), required=False)
