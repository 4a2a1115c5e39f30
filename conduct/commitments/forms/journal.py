"""What the pages of the journal ask."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.kernel.fields import DayField
from conduct.kernel.names import fold

from ..models import JournalEntry
from ..permissions.journal import KeptModel
from ..rules.journal import DayProblem, day_problem, new_day_problem, remedy_day_problem
from ..services.journal import Words

KEPT, SLIPPED = "kept", "slipped"
# With more items than these, the ones written about last come first.
LONG_LIST, MOST_RECENT = 8, 5

_SAID = {
    DayProblem.IN_THE_FUTURE: gettext_lazy("This day has not come yet."),
    DayProblem.TOO_LONG_AGO: gettext_lazy("This day lies more than two months back."),
    DayProblem.BEFORE_THE_SLIP: gettext_lazy("A remedy cannot be due before the day it is about."),
    DayProblem.NOT_AHEAD: gettext_lazy("The new day must lie ahead."),
    DayProblem.TOO_FAR_AHEAD: gettext_lazy("Choose a day within a year."),
}


def _lines(rows: int, most: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": most, **attrs})


def _key(posting_id: int, item_id: int) -> str:
    return f"{posting_id}-{item_id}"


class EntryForm(forms.Form):
    """One look at oneself: the item, kept or slipped, two lines; of a slip the remedy and its day."""

    about = forms.ChoiceField(label=gettext_lazy("Which item"))
    was_kept = forms.ChoiceField(
        label=gettext_lazy("How it went"),
        choices=[(KEPT, gettext_lazy("Kept it")), (SLIPPED, gettext_lazy("Slipped"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=gettext_lazy("What happened"), max_length=600, widget=_lines(2, 600))
    remedy = forms.CharField(
        label=gettext_lazy("How to put it right"), max_length=600, required=False, widget=_lines(2, 600)
    )
    remedy_by = DayField(label=gettext_lazy("By which day"), required=False)
    on = DayField(label=gettext_lazy("Day"))

    def __init__(
        self,
        *args: Any,
        kept: Sequence[KeptModel],
        written: Sequence[JournalEntry],
        today: date,
        **kwargs: Any,
    ) -> None:
        """``written``: entries, the newest first, whose items are offered first."""
        super().__init__(*args, **kwargs)
        self._today = today
        self._known = {
            _key(one.posting.pk, item.pk): (one.posting, item) for one in kept for item in one.items
        }
        field = self.fields["about"]
        if isinstance(field, forms.ChoiceField):
            field.choices = self._choices(kept, written)

    def _choices(
        self, kept: Sequence[KeptModel], written: Sequence[JournalEntry]
    ) -> list[tuple[str, str | list[tuple[str, str]]]]:
        """The items by model; those written about last stand first where the list is long."""
        recent: list[tuple[str, str]] = []
        if len(self._known) > LONG_LIST:
            keys = dict.fromkeys(_key(entry.posting_id, entry.item_id) for entry in written)
            recent = [(key, self._known[key][1].text) for key in keys if key in self._known][:MOST_RECENT]
        done = {key for key, _text in recent}
        has_several = len({one.posting.pk for one in kept}) > 1
        groups: list[tuple[str, str | list[tuple[str, str]]]] = [("", _("Choose an item"))]
        if recent:
            groups.append((_("Written about lately"), recent))
        for one in kept:
            name = one.adoption.version.model.name
            head = f"{name} · {one.posting.title}" if has_several else name
            rows = [(_key(one.posting.pk, item.pk), item.text) for item in one.items]
            if rows := [row for row in rows if row[0] not in done]:
                groups.append((head, rows))
                done |= {key for key, _text in rows}
        return groups

    def clean(self) -> dict[str, Any]:
        """A slip needs its remedy and a day for it; every day must be possible."""
        super().clean()
        on, answer = self.cleaned_data.get("on"), self.cleaned_data.get("was_kept")
        if on is not None and (problem := day_problem(on, self._today)):
            self.add_error("on", str(_SAID[problem]))
        if answer == SLIPPED:
            self._check_remedy(on)
        return self.cleaned_data

    def _check_remedy(self, on: date | None) -> None:
        if not self.cleaned_data.get("remedy") and not self.has_error("remedy"):
            self.add_error("remedy", _("Say how it is to be put right."))
        remedy_by = self.cleaned_data.get("remedy_by")
        if remedy_by is None:
            if not self.has_error("remedy_by"):
                self.add_error("remedy_by", _("Say by which day it is to be put right."))
        elif on is not None and (problem := remedy_day_problem(remedy_by, on)):
            self.add_error("remedy_by", str(_SAID[problem]))

    def words(self) -> Words:
        """What a valid form says."""
        asked = self.cleaned_data
        posting, item = self._known[asked["about"]]
        was_kept = asked["was_kept"] == KEPT
        return Words(
            posting=posting, item=item, on=asked["on"], was_kept=was_kept, text=asked["text"],
            remedy="" if was_kept else asked["remedy"], remedy_by=None if was_kept else asked["remedy_by"],
        )  # fmt: skip

    @staticmethod
    def initial_of(entry: JournalEntry) -> dict[str, object]:
        """What the form shows of an entry that is to be changed."""
        return {
            "about": _key(entry.posting_id, entry.item_id),
            "was_kept": KEPT if entry.was_kept else SLIPPED,
            "text": entry.text,
            "remedy": entry.remedy,
            "remedy_by": entry.remedy_by,
            "on": entry.on,
        }


class FollowUpForm(forms.Form):
    """Whether a remedy was done; a "no" asks for a new day."""

    was_remedied = forms.ChoiceField(
        label=gettext_lazy("Has it been put right"),
        choices=[("yes", gettext_lazy("Put right")), ("no", gettext_lazy("Not put right yet"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=gettext_lazy("How it went"), max_length=300, widget=_lines(2, 300))
    new_day = DayField(label=gettext_lazy("New day"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_text(self) -> str:
        """One line, since the answers to a slip are kept line by line."""
        return " ".join(self.cleaned_data["text"].split())

    def clean(self) -> dict[str, Any]:
        """A remedy that was not done needs a new day."""
        super().clean()
        if self.cleaned_data.get("was_remedied") == "no" and not self.has_error("new_day"):
            new_day = self.cleaned_data.get("new_day")
            if new_day is None:
                self.add_error("new_day", _("Say by which day it is to be put right."))
            elif problem := new_day_problem(new_day, self._today):
                self.add_error("new_day", str(_SAID[problem]))
        return self.cleaned_data


class SubmitForm(forms.Form):
    """Which slips go with the monthly sheet."""

    slips = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": gettext_lazy("Choose at least one slip.")}
    )

    def __init__(self, *args: Any, slips: Sequence[JournalEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["slips"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(slip.pk, str(slip.on)) for slip in slips]


class SubmittedForm(forms.Form):
    """Filter of the slips that people have submitted."""

    q = forms.CharField(
        label=gettext_lazy("Name of the person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()
