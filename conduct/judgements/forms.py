"""What the pages of judgements ask."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Agency
from conduct.kernel.names import fold

from .models import Step
from .rules import REASON_MOST, REPLY_MOST, Problem, Verdict, completed, problem_of, tidied
from .services import JudgedItem, field_of, sentence_of

_ITEM_FIELD = re.compile(r"(?:value|reason)_")


class LongText(forms.CharField):
    """A text area in which a line break counts as one letter, as it does in the browser."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Row:
    """One item as the page draws it.

    ``last`` is the verdict of last month, ``stored``, after a conflict, that of the sheet as it stands now;
    ``is_rest``: without a choice it means 4.
    """

    item: JudgedItem
    value: forms.BoundField
    reason: forms.BoundField
    chosen: str
    last: Verdict | None
    stored: Verdict | None
    is_rest: bool

    @property
    def differs(self) -> bool:
        """Whether what stands there now is not what is chosen here."""
        if self.stored is None:
            return False
        chosen = self.chosen or ("4" if self.is_rest else "")
        reason = "" if chosen == "4" else (self.reason.value() or "").strip()
        return (str(self.stored.value), self.stored.reason) != (chosen, reason)

    @property
    def steps(self) -> list[tuple[str, str, bool]]:
        """Value, word and whether it is chosen, from 0 to 4."""
        return [(str(step.value), str(step.label), str(step.value) == self.chosen) for step in Step]


class JudgeForm(forms.Form):
    """Every item of a model from 0 to 4, with a reason below 4. Nothing is chosen beforehand."""

    revision = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    rest_kept = forms.BooleanField(label=gettext_lazy("All the rest: always kept"), required=False)

    def __init__(self, *args: Any, items: Sequence[JudgedItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._items = items
        for item in items:
            self.fields[f"value_{item.pk}"] = forms.TypedChoiceField(
                label=item.text, choices=[(str(step.value), step.label) for step in Step], coerce=int,
                required=False, empty_value=None, widget=forms.RadioSelect,
            )  # fmt: skip
            self.fields[f"reason_{item.pk}"] = LongText(
                label=_("Reason for “%(item)s”") % {"item": item.text},
                required=False,
                max_length=REASON_MOST,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Fill the rest when asked to, then say of each item what is missing."""
        cleaned = super().clean() or self.cleaned_data
        if any(_ITEM_FIELD.match(name) and name not in self.fields for name in self.data):
            self.add_error(None, sentence_of(Problem.STRANGE_ITEM))
        given: dict[int, Verdict] = {}
        unfit = set()
        for item in self._items:
            value, reason = f"value_{item.pk}", f"reason_{item.pk}"
            if value in self.errors or reason in self.errors:
                unfit.add(item.pk)
            elif cleaned[value] is not None:
                given[item.pk] = tidied(Verdict(cleaned[value], cleaned[reason]))
        expected = [item.pk for item in self._items if item.pk not in unfit]
        if cleaned.get("rest_kept"):
            given = completed(given, expected)
        for pk in expected:
            problem = problem_of(given[pk]) if pk in given else Problem.UNANSWERED
            if problem:
                self.add_error(field_of(pk, problem), sentence_of(problem))
        cleaned["verdicts"] = given
        return cleaned

    def rows(self, *, last: Mapping[int, Verdict], stored: Mapping[int, Verdict]) -> list[Row]:
        """The items in order, ready to be drawn."""
        rows = []
        rest = bool(self["rest_kept"].value())
        for item in self._items:
            value, reason = self[f"value_{item.pk}"], self[f"reason_{item.pk}"]
            chosen = "" if value.value() is None else str(value.value())
            rows.append(Row(item, value, reason, chosen, last.get(item.pk), stored.get(item.pk), rest))
        return rows


def initial_of(verdicts: Mapping[int, Verdict], revision: int) -> dict[str, Any]:
    """What a stored sheet puts into the form."""
    values: dict[str, Any] = {"revision": revision}
    for item, verdict in verdicts.items():
        values |= {f"value_{item}": verdict.value, f"reason_{item}": verdict.reason}
    return values


class ReplyForm(forms.Form):
    """The reply of the person judged."""

    text = LongText(
        label=gettext_lazy("My reply"), max_length=REPLY_MOST, widget=forms.Textarea(attrs={"rows": 4})
    )


class TeamForm(forms.Form):
    """Filters of the team's list; every one may be left out."""

    q = forms.CharField(
        label=gettext_lazy("Name of the person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("open", gettext_lazy("Not judged yet")),
            ("judged", gettext_lazy("Judged")),
            ("replied", gettext_lazy("With a reply")),
        ],
    )
    agency = forms.TypedChoiceField(
        label=gettext_lazy("Part of the office"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", _("All")), *((agency.pk, agency.name) for agency in agencies)]

    def words(self) -> list[str]:
        """The folded words of a valid form."""
        return fold(self.cleaned_data["q"]).split()
