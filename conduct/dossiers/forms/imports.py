"""What bringing in a list asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet

from ..rules.columns import REQUIRED, Field
from ..services.tables import MAX_BYTES, SAID, FileProblem

LABELS = {
    Field.CODE: _("Dossier code"),
    Field.RECEIVED_ON: _("Day of receipt"),
    Field.PROMISED_ON: _("Promised day"),
    Field.FINISHED_ON: _("Result on"),
    Field.PROCEDURE: _("Procedure"),
    Field.GROUP: _("Field of work"),
    Field.CHANNEL: _("Handed in"),
    Field.APPLICANT: _("Citizen or business"),
    Field.NAME: _("Name of the applicant"),
    Field.EMAIL: _("E-mail of the applicant"),
    Field.PHONE: _("Telephone of the applicant"),
    Field.OFFICER: _("Officer in charge"),
}


class UploadForm(forms.Form):
    """A file, and whose list it is."""

    agency = forms.ModelChoiceField(label=_("Whose dossiers"), queryset=Agency.objects.none())
    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"})
    )

    def __init__(self, *args: Any, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies.order_by("search")

    def clean_file(self) -> Any:
        """Too big is said before anything is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(SAID[FileProblem.TOO_BIG], code="too_big")
        return file


class ColumnsForm(forms.Form):
    """For each thing that a list can say, the column in which it stands."""

    def __init__(self, *args: Any, headings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (str(place), heading[:60] or _("Column %(n)s without a heading") % {"n": place + 1})
            for place, heading in enumerate(headings)
        ]
        for name, label in LABELS.items():
            missing = _("(choose)") if name in REQUIRED else _("(not in the file)")
            self.fields[name.value] = forms.TypedChoiceField(
                label=label, choices=[("", missing), *named], coerce=int, required=name in REQUIRED,
                empty_value=None,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One column does not say two things."""
        said = super().clean() or self.cleaned_data
        seen: dict[int, str] = {}
        for name, place in list(said.items()):
            if place is None:
                continue
            if place in seen:
                self.add_error(name, _("This column is chosen twice."))
            seen[place] = name
        return said

    def columns(self) -> dict[str, int]:
        """Field → place of its column."""
        return {name: place for name, place in self.cleaned_data.items() if place is not None}
