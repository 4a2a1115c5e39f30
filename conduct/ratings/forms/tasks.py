"""What the pages of tasks ask."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Agency, Posting
from conduct.kernel.fields import DayField

from ..models import SheetTask, WorkItem
from ..services.tasks import TaskSaid
from .task_fields import AmountField, amount_text, factor_field, times_field

_Kind = SheetTask.Kind


class TaskForm(forms.Form):
    """A task as whoever leads assigns it."""

    work = forms.ChoiceField(label=gettext_lazy("Kind of work"), required=False)
    name = forms.CharField(label=gettext_lazy("Task"), max_length=300, required=False)
    product = forms.CharField(label=gettext_lazy("Product"), max_length=300, required=False)
    assigned = AmountField(label=gettext_lazy("Amount assigned"))
    unit = forms.CharField(label=gettext_lazy("Counted in"), max_length=60, required=False)
    factor = factor_field()
    due_on = DayField(label=gettext_lazy("Time limit"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of task"), widget=forms.RadioSelect, initial=_Kind.PLANNED,
        choices=[(one.value, one.label) for one in (_Kind.PLANNED, _Kind.UNPLANNED)],
    )  # fmt: skip

    def __init__(self, *args: Any, work: Sequence[WorkItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._work = {str(item.pk): item for item in work}
        choice = self.fields["work"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [
                ("", _("(not in the list)")),
                *((pk, _shown(one)) for pk, one in self._work.items()),
            ]

    def clean(self) -> dict[str, Any]:
        """A name, typed or of the kind of work; the factor of the list, typed, or 1."""
        said = super().clean() or self.cleaned_data
        item = self._work.get(said.get("work") or "")
        said["item"] = item
        if item is not None:
            said["name"] = said.get("name") or item.name
            said["unit"] = said.get("unit") or item.unit
            if said.get("factor") not in (None, item.factor):
                self.add_error(
                    "factor",
                    _("The list says %(factor)s. Leave this empty, or choose no kind of work.")
                    % {"factor": amount_text(item.factor)},
                )
            said["factor"] = item.factor
        elif not said.get("name"):
            self.add_error("name", _("Name the task, or choose a kind of work."))
        return said

    def said(self) -> TaskSaid:
        """The task as it was said."""
        found = self.cleaned_data
        return TaskSaid(
            name=found["name"], assigned=found["assigned"], factor=found["factor"] or Decimal(1),
            product=found["product"], unit=found["unit"], work=found["item"],
            kind=found.get("kind") or _Kind.PLANNED, due_on=found["due_on"],
            returns=found.get("returns") or 0, delays=found.get("delays") or 0,
        )  # fmt: skip


def _shown(item: WorkItem) -> str:
    return _("Group %(group)s · %(name)s · %(factor)s units") % {
        "group": item.group, "name": item.name, "factor": amount_text(item.factor),
    }  # fmt: skip


class ChangeForm(TaskForm):
    """A task that is there, with how often it was returned or late."""

    returns = times_field(gettext_lazy("Times below quality"))
    delays = times_field(gettext_lazy("Times late"))

    @classmethod
    def initial_of(cls, task: SheetTask) -> dict[str, Any]:
        """The task as the form shows it."""
        names = ("name", "product", "assigned", "unit", "factor", "due_on", "kind", "returns", "delays")
        return {**{name: getattr(task, name) for name in names}, "work": str(task.work_id or "")}


class ReportForm(forms.Form):
    """The own report: of every task how much is done, and the cause of what went wrong."""

    def __init__(self, *args: Any, tasks: Sequence[SheetTask], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tasks = [task for task in tasks if task.handed_back_at is None]
        for task in self._tasks:
            self.fields[f"done_{task.pk}"] = AmountField(
                label=_("Done of “%(task)s”") % {"task": task.name}, initial=task.done
            )
            if task.returns or task.delays:
                self.fields[f"cause_{task.pk}"] = forms.CharField(
                    label=_("Objective cause, if there was one"), max_length=1000, required=False,
                    initial=task.cause, widget=forms.Textarea(attrs={"rows": 2}),
                )  # fmt: skip

    def done(self) -> Mapping[int, Decimal]:
        """Pieces done, by task."""
        return {task.pk: self.cleaned_data[f"done_{task.pk}"] for task in self._tasks}

    def causes(self) -> Mapping[int, str]:
        """Stated causes, by task."""
        return {
            task.pk: self.cleaned_data[f"cause_{task.pk}"]
            for task in self._tasks
            if f"cause_{task.pk}" in self.fields
        }


class ReasonForm(forms.Form):
    """Why a task is handed back or taken off."""

    prefix = "why"
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class CauseForm(forms.Form):
    """How many returns and delays had an objective cause."""

    prefix = "cause"
    excused_returns = times_field(gettext_lazy("Returns with an objective cause"))
    excused_delays = times_field(gettext_lazy("Delays with an objective cause"))


class TakeOverForm(forms.Form):
    """Who takes a handed-back task over, and how much of it."""

    prefix = "over"
    colleague = forms.ChoiceField(label=gettext_lazy("Colleague"))
    assigned = AmountField(label=gettext_lazy("Amount taken over"))

    def __init__(self, *args: Any, people: Sequence[Posting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(posting.pk): posting for posting in people}
        choice = self.fields["colleague"]
        if isinstance(choice, forms.ChoiceField):
            named = [(pk, f"{one.person.full_name} · {one.agency.name}") for pk, one in self._people.items()]
            choice.choices = [("", _("(choose a colleague)")), *named]

    def posting(self) -> Posting:
        """The colleague chosen."""
        return self._people[self.cleaned_data["colleague"]]


class PeopleForm(forms.Form):
    """Some people of a unit."""

    def __init__(self, *args: Any, people: Sequence[Posting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(posting.pk): posting for posting in people}
        self.fields["people"] = forms.MultipleChoiceField(
            label=_("People chosen"),
            choices=[(pk, one.person.full_name) for pk, one in self._people.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one person.")},
        )  # fmt: skip

    def postings(self) -> list[Posting]:
        """The people chosen."""
        return [self._people[pk] for pk in self.cleaned_data["people"]]


class TasksFileForm(forms.Form):
    """A file of tasks, the unit or office with all below it, and the period."""

    office = forms.ModelChoiceField(label=gettext_lazy("Whose tasks"), queryset=Agency.objects.none())
    month = forms.ChoiceField(label=gettext_lazy("Period"))
    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"})
    )

    def __init__(self, *args: Any, offices: Any, months: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office, month = self.fields["office"], self.fields["month"]
        if isinstance(office, forms.ModelChoiceField) and isinstance(month, forms.ChoiceField):
            office.queryset = offices
            month.choices = list(months)
