"""What the pages of inspections ask."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet, Posting
from conduct.kernel.fields import DayField
from models_catalog.models import Adoption, Item

from ..models import Finding, Inspection


class InspectionForm(forms.Form):
    """A new visit."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    kind = forms.ChoiceField(
        label=_("Kind of inspection"), choices=Inspection.Kind.choices, widget=forms.RadioSelect
    )
    on = DayField(label=_("Day of the visit"))
    subject = forms.CharField(label=_("What is looked at"), max_length=200)

    def __init__(self, *args: Any, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = agencies


class InspectionsForm(forms.Form):
    """Filters of the list of visits."""

    q = forms.CharField(
        label=_("Agency or subject"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind of inspection"), required=False, choices=[("", _("All")), *Inspection.Kind.choices]
    )


class ExamineForm(forms.Form):
    """Whom and what: every chosen person is examined on every chosen item."""

    people = forms.TypedMultipleChoiceField(
        label=_("Who was examined"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    items = forms.TypedMultipleChoiceField(
        label=_("On what"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, adoption: Adoption, people: Sequence[Posting], items: Sequence[Item], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        bound = [one for one in people if adoption.speaks_to(one)]
        _offer(self, "people", [(one.pk, f"{one.person.full_name} · {one.title}") for one in bound])
        _offer(self, "items", [(item.pk, item.text) for item in items])


def _offer(form: forms.Form, name: str, choices: list[tuple[int, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class FindingForm(forms.Form):
    """What was found at a line."""

    text = forms.CharField(
        label=_("What was found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_breach = forms.BooleanField(label=_("It is a breach of a prohibition"), required=False)


class NoteForm(forms.Form):
    """A closing remark on a visit."""

    note = forms.CharField(
        label=_("Remark on the whole"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class FindingsForm(forms.Form):
    """Filters of the list of findings."""

    q = forms.CharField(
        label=_("Person or agency"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    state = forms.ChoiceField(
        label=_("State of the finding"), required=False, choices=[("", _("All")), *Finding.State.choices]
    )


class _Versioned(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class AnswerForm(_Versioned):
    """The person's side."""

    text = forms.CharField(label=_("Your answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))


class DecisionForm(_Versioned):
    """Confirmed or dropped, and why."""

    is_confirmed = forms.TypedChoiceField(
        label=_("Decision"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", _("Confirm the finding")), ("no", _("Drop it"))],
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class ActionForm(_Versioned):
    """What must be put right."""

    text = forms.CharField(
        label=_("What must be put right"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = DayField(label=_("Until"))


class ReportForm(forms.Form):
    """What was done."""

    note = forms.CharField(
        label=_("What was done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ActionsForm(forms.Form):
    """Filters of the list of corrective actions."""

    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[
            ("", _("All")), ("open", _("Open")), ("late", _("Overdue")), ("done", _("Reported as done")),
            ("checked", _("Checked")),
        ],
    )  # fmt: skip
