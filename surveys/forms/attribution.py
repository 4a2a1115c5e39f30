"""Forms about who sits at a desk, and about a code that hung at the wrong one."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Posting
from conduct.kernel.fields import DayField

from ..models import ServicePoint, ServicePointQuerySet


class DeskOfficerForm(forms.Form):
    """Who sits at a desk between two days."""

    posting = forms.ModelChoiceField(
        label=gettext_lazy("Officer at the desk"), queryset=Posting.objects.none()
    )
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, postings: QuerySet[Posting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posting = self.fields["posting"]
        if isinstance(posting, forms.ModelChoiceField):
            posting.queryset = postings
            posting.choices = [
                ("", str(_("Choose an officer"))),
                *((one.pk, f"{one.person.full_name} · {one.title}") for one in postings),
            ]


class EndForm(forms.Form):
    """The last day of an officer at a desk."""

    ends_on = DayField(label=gettext_lazy("Last day"))


class UndoForm(forms.Form):
    """Why a re-attribution was a mistake."""

    reason = forms.CharField(label=gettext_lazy("Why it was a mistake"), max_length=300)


class ReattributeForm(forms.Form):
    """To which desk the answers of which days belong."""

    to_point = forms.ModelChoiceField(
        label=gettext_lazy("The desk at which the code hung"), queryset=ServicePoint.objects.none()
    )
    from_day = DayField(label=gettext_lazy("From"))
    until_day = DayField(label=gettext_lazy("Until"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)
    is_swapped = forms.BooleanField(
        label=gettext_lazy("From now on exchange the two short addresses"), required=False
    )

    def __init__(self, *args: Any, points: ServicePointQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_point = self.fields["to_point"]
        if isinstance(to_point, forms.ModelChoiceField):
            to_point.queryset = points
            to_point.choices = [
                ("", str(_("Choose a desk"))),
                *((one.pk, f"{one.name} · {one.agency.name}") for one in points),
            ]
