"""What the editor asks: a model, its versions, groups and items, and the acts that cannot be undone."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet
from conduct.kernel.fields import DayField

from ..models import ConductModel, Item, ItemGroup, ModelVersion, Source
from ..rules.wording import MOST_ITEMS
from ..services.drafts import ModelFacts
from ..services.editing import Facts, GroupValues, ItemValues

FIRST_YEAR, LAST_YEAR = 1945, 2100
# How the kept answers of a question are chosen: the kind of the answer and what counts as kept, at once.
KEPT: dict[str, tuple[str, list[int]]] = {
    "yes": (Item.Answer.YES_NO, [1]),
    "no": (Item.Answer.YES_NO, [0]),
    "at_least_4": (Item.Answer.SCALE5, [4, 5]),
}
_KEPT_LABELS: list[tuple[str, Promise]] = [
    ("", _("Citizens are not asked")),
    ("yes", _("Yes or no; “Yes” counts as kept")),
    ("no", _("Yes or no; “No” counts as kept")),
    ("at_least_4", _("Five steps; 4 and 5 count as kept")),
]


class YearField(forms.IntegerField):
    """A year, such as 2026; may be left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False, localize=False, **kwargs)


class ModelForm(forms.Form):
    """Name, owner, year, who is judged, where it comes from; for a new model also who keeps it."""

    name = forms.CharField(label=_("Name of the model"), max_length=250)
    owner = forms.CharField(label=_("Owner"), max_length=250)
    year = YearField(label=_("Year"))
    judged = forms.ChoiceField(
        label=_("Who is judged"), choices=ConductModel.Judged.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Where it comes from"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def facts(self) -> ModelFacts:
        """The values of a valid form."""
        asked = self.cleaned_data
        return ModelFacts(
            name=asked["name"],
            owner=asked["owner"],
            year=asked["year"],
            judged=asked["judged"],
            note=asked["note"],
        )


class NewModelForm(ModelForm):
    """With the office that keeps the model; empty means the common library, for those who may add to it."""

    keeper = forms.ModelChoiceField(label=_("Kept by"), queryset=Agency.objects.none())

    def __init__(self, *args: Any, agencies: AgencyQuerySet, keeps_library: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["keeper"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies
            choice.required = not keeps_library
            choice.empty_label = str(_("The common library")) if keeps_library else str(_("Choose an office"))


class CompleteForm(forms.Form):
    """For which office the draft is completed."""

    keeper = forms.ModelChoiceField(label=_("Office"), queryset=Agency.objects.none(), empty_label=None)

    def __init__(self, *args: Any, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["keeper"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies
            choice.choices = [(one.pk, one.name) for one in agencies]  # read once, drawn several times


class RevisionForm(forms.Form):
    """On which state of the draft a change is based."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class FactsForm(RevisionForm):
    """What is said about a version as a whole."""

    legal_basis = forms.CharField(label=_("Legal basis"), required=False, max_length=300)
    source = forms.CharField(
        label=_("Source of the wording"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    effective_from = DayField(label=_("In effect from"), required=False)
    effective_year = YearField(label=_("Year, where the day is not known"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_minor = forms.BooleanField(label=_("A minor correction (spelling, numbering)"), required=False)

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if number == 1:
            del self.fields["is_minor"]

    def facts(self) -> Facts:
        """The values of a valid form; a day says its year."""
        asked = self.cleaned_data
        day = asked["effective_from"]
        return Facts(
            legal_basis=asked["legal_basis"],
            source=asked["source"],
            effective_from=day,
            effective_year=day.year if day else asked["effective_year"],
            note=asked["note"],
            is_minor=asked.get("is_minor", False),
        )


def facts_of(version: ModelVersion) -> dict[str, Any]:
    """What the form of a version begins with."""
    return {
        "legal_basis": version.legal_basis,
        "source": version.source,
        "effective_from": version.effective_from,
        "effective_year": version.effective_year,
        "note": version.note,
        "is_minor": version.is_minor,
        "revision": version.revision,
    }


class GroupForm(RevisionForm):
    """The "5" and the word "không"."""

    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=MOST_ITEMS)
    keyword = forms.CharField(label=_("Word"), max_length=40)
    polarity = forms.ChoiceField(
        label=_("What it says"),
        choices=[
            (ItemGroup.Polarity.PROHIBITION, _("Must not be done")),
            (ItemGroup.Polarity.DUTY, _("Should be done")),
        ],
        widget=forms.RadioSelect,
    )

    def values(self) -> GroupValues:
        """The values of a valid form."""
        asked = self.cleaned_data
        return GroupValues(number=asked["number"], keyword=asked["keyword"], polarity=asked["polarity"])


class ItemForm(RevisionForm):
    """One sentence, who can judge it, and what citizens are asked."""

    text = forms.CharField(label=_("Text"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    text_en = forms.CharField(
        label=_("Meaning in English"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sources = forms.MultipleChoiceField(
        label=_("Who can judge it"),
        required=False,
        choices=Source.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    question = forms.CharField(label=_("Question"), required=False, max_length=300)
    question_en = forms.CharField(label=_("Question in English"), required=False, max_length=300)
    kept = forms.ChoiceField(
        label=_("Answer"), required=False, choices=_KEPT_LABELS, widget=forms.RadioSelect
    )

    def clean(self) -> dict[str, Any]:
        """A question asks, says what counts as kept, and is put only to citizens who can judge the item."""
        asked = super().clean() or {}
        question = asked.get("question", "")
        if question and not question.endswith("?"):
            self.add_error("question", _("A question ends with a question mark."))
        if question and not asked.get("kept") and "kept" not in self.errors:
            self.add_error("kept", _("Choose which answer counts as kept."))
        if question and Source.CITIZEN not in asked.get("sources", []) and "sources" not in self.errors:
            self.add_error("sources", _("Citizens are asked, so they must be among those who can judge it."))
        if asked.get("question_en") and not question:
            self.add_error("question", _("The question is needed in Vietnamese first."))
        return asked

    def values(self) -> ItemValues:
        """The values of a valid form; without a question there is no answer."""
        asked = self.cleaned_data
        answer, kept_answers = KEPT[asked["kept"]] if asked["question"] else ("", [])
        return ItemValues(
            text=" ".join(asked["text"].split()),
            text_en=" ".join(asked["text_en"].split()),
            sources=asked["sources"],
            question=asked["question"],
            question_en=asked["question_en"],
            answer=answer,
            kept_answers=list(kept_answers),
        )


def values_of(item: Item) -> dict[str, Any]:
    """What the form of an item begins with."""
    chosen = (item.answer, list(item.kept_answers))
    return {
        "text": item.text,
        "text_en": item.text_en,
        "sources": item.sources,
        "question": item.question,
        "question_en": item.question_en,
        "kept": next((name for name, kept in KEPT.items() if kept == chosen), ""),
    }


class RetireForm(forms.Form):
    """Why a version retires."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class _ModelField(forms.ModelChoiceField[ConductModel]):
    """Models are told apart by owner and name."""

    def label_from_instance(self, obj: ConductModel) -> str:
        return f"{obj.name} – {obj.owner}"


class MergeForm(forms.Form):
    """Into which model another one is folded, and why."""

    target = _ModelField(
        label=_("Into which model"), queryset=ConductModel.objects.none(), empty_label=_("Choose a model")
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, targets: QuerySet[ConductModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["target"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = targets
