"""What the pages of the year ask: own view, comment, proposal, decision, replacement."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.kernel.fields import DayField

from ..models import Level, YearRating

LONG = 4000


def revision_field() -> forms.IntegerField:
    """Which state was read."""
    return forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


def password_field() -> forms.CharField:
    """The password once more, for a signature."""
    return forms.CharField(
        label=_("Your password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def long_field(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    """A text of some paragraphs."""
    return forms.CharField(label=label, max_length=LONG, widget=forms.Textarea(attrs={"rows": rows}), **more)


def offer_levels(form: forms.Form, highest: str) -> None:
    """Offer no level above ``highest``; none at all when the year has no class."""
    level = form.fields["level"]
    if not highest:
        del form.fields["level"]
    elif isinstance(level, forms.ChoiceField):
        level.choices = Level.choices[Level.values.index(highest) :]


class ListForm(forms.Form):
    """Whom to list."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *YearRating.State.choices]
    )


class SelfForm(forms.Form):
    """The own view (Mẫu số 02, II) with the report for the meeting."""

    revision = revision_field()
    level = forms.ChoiceField(label=_("I rate my year as"), choices=Level.choices, widget=forms.RadioSelect)
    report = long_field(_("Report on the year"), 8)


class PartyForm(forms.Form):
    """The comment of the party committee, and its day."""

    revision = revision_field()
    opinion = long_field(_("Comment of the party committee"), 6)
    on = DayField(label=_("Day of the comment"))


class ProposeForm(forms.Form):
    """The proposal. ``highest`` is the most that may be proposed; empty when the year has no class."""

    revision = revision_field()
    level = forms.ChoiceField(label=_("Proposed level"), widget=forms.RadioSelect)
    reason = long_field(
        _("Reason"), 3, required=False, help_text=_("Needed for a level below that of the points.")
    )
    group = forms.CharField(
        label=_("Group of like duties"),
        max_length=80,
        required=False,
        help_text=_("The cap holds within each group too. Write the same name for all of a group."),
    )
    handling = long_field(_("Proposed handling"), 3, required=False)

    def __init__(self, *args: Any, highest: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_levels(self, highest)


class DecideForm(forms.Form):
    """Number and day of the decision, the list that was read, the password."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    number = forms.CharField(label=_("Number of the decision"), max_length=80)
    decided_on = DayField(label=_("Day of the decision"))
    password = password_field()


class ReplaceForm(forms.Form):
    """A new decision in place of the old one."""

    level = forms.ChoiceField(label=_("New level"), widget=forms.RadioSelect)
    reason = long_field(_("Why the old decision is replaced"))
    number = forms.CharField(label=_("Number of the decision"), max_length=80)
    decided_on = DayField(label=_("Day of the decision"))
    password = password_field()

    def __init__(self, *args: Any, highest: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_levels(self, highest)
