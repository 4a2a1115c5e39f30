"""What the pages of delegations ask."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import RoleGrant, User
from conduct.agencies.services.delegations import REASON_MOST
from conduct.kernel.fields import DayField


class _Grants(forms.ModelChoiceField[RoleGrant]):
    def label_from_instance(self, obj: RoleGrant) -> str:
        return f"{obj.person.full_name} · {obj.get_role_display()}, {obj.agency.name}"


class _People(forms.ModelChoiceField[User]):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.full_name} ({obj.username})"


class DelegationForm(forms.Form):
    """Whose right, who acts, from when until when, why."""

    starts_on = DayField(label=_("from"))
    ends_on = DayField(label=_("until"))
    reason = forms.CharField(
        label=_("reason"), max_length=REASON_MOST, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, grants: QuerySet[RoleGrant], people: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["absent"] = _Grants(label=_("in the place of"), queryset=grants)
        self.fields["delegate"] = _People(label=_("who acts"), queryset=people)
        self.order_fields(("absent", "delegate"))
