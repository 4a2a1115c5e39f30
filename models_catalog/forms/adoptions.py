"""What adopting asks step by step: office, emphasis, items of the trade, staff and dates; the end of one."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet, Posting
from conduct.kernel.fields import DayField

from ..models import Adoption, ConductModel, Item, ModelVersion
from ..rules.library import LibraryItem
from .editing import GroupForm, ItemForm, values_of

WEIGHTS = ((1, "× 1"), (2, "× 2"), (3, "× 3"))
NOTHING_REPLACED = "none"


class OfficeForm(forms.Form):
    """For which office, and which of its adoptions gives way."""

    agency = forms.ModelChoiceField(label=_("Office"), queryset=Agency.objects.none())
    replaces = forms.ChoiceField(
        label=_("Takes the place of"), required=False, widget=forms.RadioSelect, choices=()
    )

    def __init__(
        self, *args: Any, agencies: AgencyQuerySet, offered: Sequence[Adoption], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["agency"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies
        self.offered = {str(adoption.pk): adoption for adoption in offered}
        named = [(key, _named(adoption)) for key, adoption in self.offered.items()]
        radios = self.fields["replaces"]
        if named and isinstance(radios, forms.ChoiceField):
            radios.choices = [*named, (NOTHING_REPLACED, _("None: both are kept side by side"))]
            radios.required = True
        else:
            del self.fields["replaces"]

    @property
    def replaced(self) -> Adoption | None:
        """The adoption chosen in a valid form."""
        return self.offered.get(self.cleaned_data.get("replaces", ""))


def _named(adoption: Adoption) -> str:
    """“5 không, 4 biết, version 1, from 01/07/2025 (15/QĐ-UBND)”."""
    version = adoption.version
    said = gettext("%(model)s, version %(number)s, from %(day)s") % {
        "model": version.model.name,
        "number": version.number,
        "day": date_format(adoption.valid_from, "d/m/Y"),
    }
    return f"{said} ({adoption.decision_number})" if adoption.decision_number else said


class EmphasisForm(forms.Form):
    """A weight of 1–3 for every item of the version; there is no way to leave one out."""

    def __init__(self, *args: Any, items: Iterable[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = {f"emphasis_{item.pk}": item for item in items}
        for name, item in self._items.items():
            self.fields[name] = forms.TypedChoiceField(
                label=item.text, choices=WEIGHTS, coerce=int, initial=1, widget=forms.RadioSelect
            )

    def rows(self) -> list[tuple[Item, forms.BoundField]]:
        """Each item with its field, in the order of the model."""
        return [(item, self[name]) for name, item in self._items.items()]

    def emphasis(self) -> dict[int, int]:
        """The chosen weights of a valid form, by item."""
        return {item.pk: self.cleaned_data[name] for name, item in self._items.items()}


class LocalGroupForm(GroupForm):
    """The word of an added group and what it says; its number is the count of its items."""

    revision = None  # type: ignore[assignment]
    number = None  # type: ignore[assignment]
    use_required_attribute = False


class LocalItemForm(ItemForm):
    """An added item, asked like one of the model."""

    revision = None  # type: ignore[assignment]
    use_required_attribute = False

    def item(self) -> LibraryItem:
        """The item of a valid form."""
        said = self.values()
        return LibraryItem(
            said["text"],
            said["text_en"],
            tuple(said["sources"]),
            said["question"],
            said["question_en"],
            said["answer"],
            tuple(said["kept_answers"]),
        )


def local_values(item: LibraryItem) -> dict[str, Any]:
    """What the form of an added item begins with."""
    return values_of(
        Item(
            text=item.text,
            text_en=item.text_en,
            sources=list(item.sources),
            question=item.question,
            question_en=item.question_en,
            answer=item.answer,
            kept_answers=list(item.kept_answers),
        )
    )


class TermsForm(forms.Form):
    """For which staff, from when, by which decision."""

    audience = forms.ChoiceField(
        label=_("For which staff"), choices=Adoption.Audience.choices, widget=forms.RadioSelect
    )
    categories = forms.MultipleChoiceField(
        label=_("Staff categories"),
        required=False,
        choices=Posting.Category.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = DayField(label=_("In force from"))
    decision_number = forms.CharField(label=_("Decision number"), required=False, max_length=80)

    def __init__(self, *args: Any, version: ModelVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if version.model.judged == ConductModel.Judged.UNIT:
            del self.fields["audience"], self.fields["categories"]

    def clean(self) -> dict[str, Any]:
        """Categories are named exactly where the adoption is for some of them."""
        asked = super().clean() or {}
        if asked.get("audience") == Adoption.Audience.CATEGORIES:
            if not asked.get("categories") and "categories" not in self.errors:
                self.add_error("categories", _("Choose for which staff categories."))
        else:
            asked["categories"] = []
        return asked

    @property
    def audience_in_words(self) -> str:
        """For which staff, of a valid form."""
        asked = self.cleaned_data
        return audience_in_words(asked.get("audience", Adoption.Audience.ALL), asked.get("categories", ()))


def audience_in_words(audience: str, categories: Collection[str]) -> str:
    """For which staff an adoption is: all, those who serve citizens, or the categories by name."""
    if audience == Adoption.Audience.CATEGORIES:
        return ", ".join(str(label) for name, label in Posting.Category.choices if name in categories)
    return str(Adoption.Audience(audience).label)


class EndAdoptionForm(forms.Form):
    """The last day of an adoption, and why it ends."""

    ends_on = DayField(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
