"""What the pages of agencies and people ask."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.kernel.fields import DayField
from conduct.kernel.names import fold

from .models import Agency, AgencyQuerySet, Posting, Role, User
from .rules import Post


def _new_password(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SearchForm(forms.Form):
    """Words to look for, without regard to diacritics."""

    q = forms.CharField(
        label=_("Name or code"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def words(self) -> list[str]:
        """The folded words, none when the form is invalid."""
        return fold(self.cleaned_data["q"]).split() if self.is_valid() else []


class TreeForm(SearchForm):
    """The day on which the tree is shown, and words to look for."""

    on = DayField(label=_("On the day"), required=False, help_text="")


class PostForm(forms.Form):
    """A posting: where, as what, from when."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    title = forms.CharField(label=_("Title"), max_length=150)
    category = forms.ChoiceField(label=_("Category of staff"), choices=[("", "–"), *Posting.Category.choices])
    is_leader = forms.BooleanField(label=_("Leads the agency or is deputy"), required=False)
    serves_citizens = forms.BooleanField(
        label=_("Serves citizens directly"),
        required=False,
        help_text=_("Citizens' answers then belong to the expected sources of the score."),
    )
    starts_on = DayField(label=_("First day"))

    def __init__(self, *args: Any, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies

    def post(self) -> Post:
        """The posting that a valid form describes."""
        asked = self.cleaned_data
        return Post(
            title=asked["title"],
            category=asked["category"],
            is_leader=asked["is_leader"],
            serves_citizens=asked["serves_citizens"],
            starts_on=asked["starts_on"],
            is_main=not asked.get("is_second", False),
        )


class AddPostingForm(PostForm):
    """Another posting of a known person."""

    is_second = forms.BooleanField(
        label=_("Besides the main posting"),
        required=False,
        help_text=_("A person has one main posting at a time."),
    )


class AddPersonForm(PostForm):
    """A person with a posting; the login may come later or never."""

    full_name = forms.CharField(label=_("Full name"), max_length=120)
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        validators=User._meta.get_field("username").validators,
        help_text=_("Small letters, digits, dots and hyphens; also when there is no login yet."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = _new_password(_("First password"))
    field_order = ("full_name", "username", "password", "agency", "title", "category")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["password"].help_text = _("Leave it empty to enter the person without a login.")


class LoginForm(forms.Form):
    """The first password of someone who had no login."""

    password = _new_password(_("First password"))


class EndForm(forms.Form):
    """The last day of a posting or a role."""

    ends_on = DayField(label=_("Until the end of"))


class GrantForm(forms.Form):
    """A role in an agency and everything below it, between two days."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    role = forms.ChoiceField(label=_("Role"))
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(
        label=_("Until the end of"), required=False, help_text=_("Leave it empty when no end is known.")
    )

    def __init__(self, *args: Any, agencies: AgencyQuerySet, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice, role = self.fields["agency"], self.fields["role"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies
        if isinstance(role, forms.ChoiceField):
            offered = set(roles)
            role.choices = [("", "–"), *((one.value, one.label) for one in Role if one in offered)]
