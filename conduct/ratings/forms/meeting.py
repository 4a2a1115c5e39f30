"""What the page of a meeting asks."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conduct.agencies.models import User
from conduct.kernel.fields import DayField

from ..models import YearRating
from .year import LONG, password_field, revision_field

FIELDS = ("held_on", "place", "chair", "secretary", "n_called", "n_present", "minutes")


class MeetingForm(forms.Form):
    """Minutes, and the opinions about each person who is heard (``opinion_<rating>``)."""

    revision = revision_field()
    held_on = DayField(label=_("Held on"))
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=200, required=False)
    chair = forms.ModelChoiceField(User.objects.none(), label=_("In the chair"))
    secretary = forms.ModelChoiceField(User.objects.none(), label=_("Writes the minutes"))
    n_called = forms.IntegerField(label=_("People called"), min_value=1, max_value=5000)
    n_present = forms.IntegerField(label=_("People present"), min_value=0, max_value=5000)
    minutes = forms.CharField(
        label=_("Minutes"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 10})
    )

    def __init__(
        self, *args: Any, people: QuerySet[User], heard: Iterable[YearRating], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("chair", "secretary"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = people
        for row in heard:
            self.fields[f"opinion_{row.pk}"] = forms.CharField(
                label=row.person.full_name,
                max_length=LONG,
                required=False,
                initial=row.meeting_opinion,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields of the meeting itself."""
        return [self[name] for name in FIELDS]

    @property
    def opinion_fields(self) -> list[forms.BoundField]:
        """One field for each person heard."""
        return [self[name] for name in self.fields if name.startswith("opinion_")]

    def said(self) -> dict[str, Any]:
        """The fields of the meeting."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def opinions(self) -> dict[int, str]:
        """Opinions by rating."""
        start = "opinion_"
        return {
            int(name.removeprefix(start)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(start)
        }


class SignForm(forms.Form):
    """The minutes that were read, and the password once more."""

    revision = revision_field()
    password = password_field()
