"""What the pages of reply templates ask."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency

from ..models import Case, ReplyTemplate
from .cases import LONGEST, choose


class TemplateForm(forms.Form):
    """A template of one office; ``template`` is the one that is changed."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    kind = forms.ChoiceField(label=_("Kind"), choices=Case.Kind.choices)
    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(label=_("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 10}))

    def __init__(
        self, *args: Any, agencies: Iterable[int], template: ReplyTemplate | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._template = template
        choose(self.fields["agency"], Agency.objects.filter(pk__in=agencies).order_by("name", "pk"))
        if template is not None:
            del self.fields["agency"]

    def clean_title(self) -> str:
        """One of a title in an office."""
        title: str = self.cleaned_data["title"]
        agency = self._template.agency if self._template else self.cleaned_data.get("agency")
        same = ReplyTemplate.objects.filter(agency=agency, title=title)
        if self._template:
            same = same.exclude(pk=self._template.pk)
        if agency and same.exists():
            raise forms.ValidationError(_("The office has a template of this title already."))
        return title
