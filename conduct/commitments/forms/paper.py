"""What entering paper asks."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency
from conduct.documents.scans import MAX_BYTES
from conduct.kernel.fields import DayField
from conduct.kernel.names import fold

from ..coverage import AskedPosting


class UnsignedForm(forms.Form):
    """Filters of the list of those who have not signed."""

    q = forms.CharField(
        label=_("Name of the person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    agency = forms.TypedChoiceField(
        label=_("Part of the office"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", _("All")), *((agency.pk, agency.name) for agency in agencies)]

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()


class PaperForm(forms.Form):
    """Who signed the paper, on which day, and its scan."""

    signed_on = DayField(label=_("Day on which the paper was signed"))
    scan = forms.FileField(
        label=_("Scan of the signed paper"),
        allow_empty_file=True,  # the sentence about that comes from where the content is looked into
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.webp"}),
    )
    # The page draws the boxes itself, by department.
    people: "forms.ModelMultipleChoiceField[AskedPosting]" = forms.ModelMultipleChoiceField(
        queryset=None, required=False, widget=forms.MultipleHiddenInput
    )
    departments: "forms.ModelMultipleChoiceField[Agency]" = forms.ModelMultipleChoiceField(
        queryset=None, required=False, widget=forms.MultipleHiddenInput
    )

    def __init__(
        self, *args: Any, postings: "QuerySet[AskedPosting]", agencies: Collection[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._postings = postings
        choices = {"people": postings, "departments": Agency.objects.filter(pk__in=agencies)}
        for name, queryset in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelMultipleChoiceField):
                field.queryset = queryset
                field.error_messages["invalid_choice"] = field.error_messages["invalid_pk_value"] = _(
                    "Somebody chosen is no longer on this list."
                )

    def clean(self) -> dict[str, Any]:
        """Somebody must have signed."""
        sent: dict[str, Any] = super().clean() or {}
        if not (self.errors or sent.get("people") or sent.get("departments")):
            raise ValidationError(_("Tick those who signed the paper."))
        return sent

    def chosen(self) -> set[int]:
        """The postings of a valid form: those ticked, and everybody of a department who has not signed."""
        whole = self._postings.filter(agency__in=self.cleaned_data["departments"], has_signed=False)
        return {posting.pk for posting in self.cleaned_data["people"]} | set(
            whole.values_list("pk", flat=True)
        )

    def content(self) -> bytes:
        """The bytes of the file of a valid form; of one that is too big, one byte more than is taken."""
        content: bytes = self.cleaned_data["scan"].read(MAX_BYTES + 1)
        return content
