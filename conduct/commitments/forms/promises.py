"""What the pages of promises ask."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Posting
from conduct.kernel.codes import CODE_SIGNS
from conduct.kernel.fields import DayField
from conduct.kernel.months import Month
from conduct.kernel.names import fold
from conduct.kernel.wording import month_text

from ..models import Promise
from ..rules.promises import (
    CODE_LENGTH,
    MOST_DAYS,
    MOST_HOURS,
    Due,
    DueKind,
    due_at,
    due_by_day,
    due_problem,
    due_within,
    read_code,
)
from ..services.promises import due_error

_TICKET_SALT = "commitments.promise"
TICKET_SECONDS = 1800
_NO_NAME = {"autocomplete": "off"}


@dataclass(frozen=True, slots=True)
class Ticket:
    """What was shown before saving: the due moment, and the code that the citizen will be told."""

    due_at: datetime
    code: str

    @classmethod
    def for_due(cls, due: Due) -> "Ticket":
        """A ticket with a fresh code."""
        return cls(due.at, "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH)))

    @classmethod
    def read(cls, text: str) -> "Ticket | None":
        """None when it is not ours, or was shown more than half an hour ago."""
        try:
            at, code = signing.loads(text, salt=_TICKET_SALT, max_age=TICKET_SECONDS)
        except signing.BadSignature:
            return None
        return cls(datetime.fromisoformat(at), code)

    def __str__(self) -> str:
        return signing.dumps([self.due_at.isoformat(), self.code], salt=_TICKET_SALT)


class PromiseForm(forms.Form):
    """What is promised to whom, and by when. ``due`` holds the moment of a valid form."""

    posting = forms.TypedChoiceField(label=_("Made as"), coerce=int)
    what = forms.CharField(
        label=_("What is promised"),
        max_length=400,
        help_text=_("The team reads this line: no name, no telephone number."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    dossier_code = forms.CharField(
        label=_("Dossier code"), required=False, max_length=60, widget=forms.TextInput(attrs=_NO_NAME)
    )
    name = forms.CharField(
        label=_("Name of the citizen"), required=False, max_length=120, widget=forms.TextInput(attrs=_NO_NAME)
    )
    contact = forms.CharField(
        label=_("Telephone or other contact"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs=_NO_NAME),
    )
    due_kind = forms.ChoiceField(
        label=_("Promised by"),
        choices=[
            (DueKind.HOURS.value, _("Working hours")),
            (DueKind.DAYS.value, _("End of a day")),
            (DueKind.MOMENT.value, _("Day and time")),
        ],
        widget=forms.RadioSelect,
    )
    hours = forms.IntegerField(
        label=_("Within how many working hours"), required=False, min_value=1, max_value=MOST_HOURS
    )
    days = forms.IntegerField(
        label=_("By the end of which working day from today"),
        help_text=_("0 is today, 1 the next working day."),
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
    )
    day = DayField(label=_("Day"), required=False)
    time = forms.TimeField(
        label=_("Time of day"),
        help_text=_("Hours and minutes, such as 14:30."),
        required=False,
        input_formats=["%H:%M", "%Hh%M", "%Hh", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs=_NO_NAME),
    )

    def __init__(self, *args: Any, postings: Sequence[Posting], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._postings, self._now = {posting.pk: posting for posting in postings}, timezone.localtime(now)
        field = self.fields["posting"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(pk, f"{one.title}, {one.agency.name}") for pk, one in self._postings.items()]
        if len(self._postings) == 1:
            field.widget, field.initial = forms.HiddenInput(), postings[0].pk
        self.due: Due | None = None

    def clean(self) -> None:
        """Somebody must be there to whom it is promised; the due moment must lie ahead."""
        said = self.cleaned_data
        if not (said.get("dossier_code") or said.get("name") or said.get("contact")):
            self.add_error("dossier_code", _("Give the dossier code, or the citizen's name or contact."))
        if not (kind := said.get("due_kind")) or self._misses_a_part(kind):
            return
        due = self._due(kind)
        if problem := due_problem(due.at, self._now):
            self.add_error("day" if kind == DueKind.MOMENT else kind, due_error(problem))
        self.due = due

    def _misses_a_part(self, kind: str) -> bool:
        parts = ["day", "time"] if kind == DueKind.MOMENT else [kind]
        for part in parts:
            if part not in self.errors and self.cleaned_data.get(part) is None:
                self.add_error(part, _("This field is required."))
        return any(part in self.errors for part in parts)

    def _due(self, kind: str) -> Due:
        said = self.cleaned_data
        if kind == DueKind.HOURS:
            return due_within(said["hours"], self._now)
        if kind == DueKind.DAYS:
            return due_by_day(said["days"], self._now)
        wanted = datetime.combine(said["day"], said["time"], tzinfo=self._now.tzinfo)
        # One that has passed is not moved into the future.
        return due_at(wanted) if due_problem(wanted, self._now) is None else Due(wanted)

    def chosen(self) -> Posting:
        """The posting of a valid form."""
        return self._postings[self.cleaned_data["posting"]]


class BreakForm(forms.Form):
    """What the citizen was told."""

    apology = forms.CharField(
        label=_("Apology to the citizen"), max_length=600, widget=forms.Textarea(attrs={"rows": 4})
    )


class CodeForm(forms.Form):
    """The code that the citizen was told."""

    code = forms.CharField(
        label=_("The citizen's code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "n"}),
    )

    def clean_code(self) -> str:
        """The code as it was meant; anything else is refused by the act itself."""
        return read_code(self.cleaned_data["code"])


class ReasonForm(forms.Form):
    """Why a second person is asked, or does not agree."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CorrectForm(BreakForm, ReasonForm):
    """Why a promise that stands as kept was not, and what the citizen was told."""

    field_order = ("reason", "apology")


class PromisesForm(forms.Form):
    """Filters of the list of promises; every one may be left out."""

    q = forms.CharField(
        label=_("Promise or dossier code"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("overdue", _("Overdue")),
            ("today", _("Due today")),
            ("later", _("Due later")),
            ("ended", _("Has ended")),
            ("asked", _("Withdrawal to confirm")),
            *((value, label) for value, label in Promise.Outcome.choices if value != "open"),
        ],
    )

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()


class TeamPromisesForm(PromisesForm):
    """The same, of one month (of the due day) or of all."""

    month = forms.TypedChoiceField(label=_("Month due"), required=False, coerce=Month.parse, empty_value=None)

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = _("Promise, dossier code or person")
        field = self.fields["month"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [
                ("", _("All")),
                *((str(Month.of(day)), month_text(day)) for day in months),
            ]
