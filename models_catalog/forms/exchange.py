"""Which versions are compared, and which file is taken in for whom."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet

from ..models import ModelVersion

MOST_BYTES = 1_000_000


class CompareForm(forms.Form):
    """The earlier and the later of two versions of a model, by number."""

    before = forms.TypedChoiceField(label=_("Earlier version"), coerce=int)
    after = forms.TypedChoiceField(label=_("Later version"), coerce=int)

    def __init__(self, *args: Any, versions: list[ModelVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.number, f"{row.number} ({row.get_state_display()})") for row in versions]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


class KeeperForm(forms.Form):
    """For whom a model is taken in; empty means the common library, for those who may add to it."""

    keeper = forms.ModelChoiceField(label=_("Kept by"), queryset=Agency.objects.none())

    def __init__(self, *args: Any, agencies: AgencyQuerySet, keeps_library: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["keeper"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies
            choice.required = not keeps_library
            choice.empty_label = str(_("The common library")) if keeps_library else None


class ImportForm(KeeperForm):
    """The file, of at most 1 MB and in UTF-8."""

    file = forms.FileField(
        label=_("YAML file"), widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"})
    )
    field_order = ("file", "keeper")

    def clean_file(self) -> str:
        """What the file says."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB; a model is some kilobytes."))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This is no text in UTF-8.")) from error
        return text


class StoreForm(KeeperForm):
    """The file once more, as it was looked at, and what the drafts looked like then."""

    text = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=MOST_BYTES)
    state = forms.CharField(widget=forms.HiddenInput, required=False, max_length=5000)
