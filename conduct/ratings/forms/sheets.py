"""What the pages of a sheet ask: the own points of Mẫu số 01, and why a sheet is returned."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.kernel.wording import number_text

from ..rules.scheme import Component, Criterion, Group, Scheme
from ..services.sheets import NOTE_MOST, WORDS_MOST, OwnView
from ..services.steps import REASON_MOST
from .sheets_guidance import guidance_of

COMPONENTS = {
    Component.QUANTITY: gettext_lazy("Quantity"),
    Component.QUALITY: gettext_lazy("Quality"),
    Component.TIMELINESS: gettext_lazy("On time"),
    Component.UNIT: gettext_lazy("Results of the unit"),
    Component.ORGANISING: gettext_lazy("Organising the work"),
    Component.UNITY: gettext_lazy("Keeping the unit united"),
}
MOST_CHOICES = 101


class LongText(forms.CharField):
    """A text area in which a line break counts as one letter, as it does in the browser."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class PointsSelect(forms.Select):
    """Points from the maximum down; the highest is marked, so that the note opens below it only."""

    def __init__(self, maximum: Decimal) -> None:
        super().__init__(attrs={"class": "points"})
        self._highest = written(maximum)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) == self._highest:
            option["attrs"]["data-highest"] = True
        elif str(value) == "":
            option["attrs"]["data-unsaid"] = True
        return option


def written(points: Decimal | None) -> str:
    """Points as the value of an option: "2.25"; "" when nothing is said."""
    return "" if points is None else f"{points:.2f}"


def _places(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))


def points_field(criterion: Criterion, step: Decimal) -> forms.Field:
    """A choice of the scheme's steps; a number where there would be too many."""
    n_steps = int(criterion.maximum / step)
    if n_steps >= MOST_CHOICES:
        widget = forms.NumberInput(attrs={"step": str(step), "class": "points"})
        return forms.DecimalField(
            label=criterion.text, required=False, min_value=0, max_value=criterion.maximum,
            decimal_places=2, widget=widget,
        )  # fmt: skip
    values = [criterion.maximum - step * n for n in range(n_steps + 1)]
    choices = [("", "–"), *((written(value), number_text(value, _places(value))) for value in values)]
    return forms.TypedChoiceField(
        label=criterion.text, required=False, choices=choices, coerce=Decimal, empty_value=None,
        widget=PointsSelect(criterion.maximum),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion as the page draws it; ``stored`` is what stands there now when it is something else."""

    number: int
    criterion: Criterion
    guidance: Sequence[str]
    points: forms.BoundField
    note: forms.BoundField
    stored: tuple[Decimal | None, str] | None


@dataclass(frozen=True, slots=True)
class Part:
    """A leading component (d, đ, e) as the page draws it."""

    field: forms.BoundField
    hint: str
    stored: int | None
    differs: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Strengths or shortcomings; ``stored`` is what stands there now when it is something else."""

    field: forms.BoundField
    stored: str | None


class OwnForm(forms.Form):
    """The own view of a period. Everything may be left out until the sheet is submitted."""

    revision = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    strengths = LongText(label=gettext_lazy("Strengths"), rows=4, max_length=WORDS_MOST)
    shortcomings = LongText(label=gettext_lazy("Limits and shortcomings"), rows=4, max_length=WORDS_MOST)

    def __init__(self, *args: Any, scheme: Scheme, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scheme, self._code = scheme, code
        for criterion in scheme.criteria:
            self.fields[f"points_{criterion.code}"] = points_field(criterion, scheme.step)
            self.fields[f"note_{criterion.code}"] = LongText(
                label=_("What was missing"), rows=2, max_length=NOTE_MOST
            )
        for component in self._leading():
            self.fields[f"leading_{component.value}"] = forms.TypedChoiceField(
                label=COMPONENTS[component], required=False, coerce=int, empty_value=None,
                choices=[("100", "100 %"), ("50", "50 %")], widget=forms.RadioSelect,
            )  # fmt: skip
        for name in ("revision", "seen"):
            self.fields[name].widget.attrs["form"] = "fill-form"

    def _leading(self) -> Sequence[Component]:
        return self._scheme.tasks.leading if self._scheme.tasks else ()

    def view(self) -> OwnView:
        """What a valid form says."""
        said, criteria = self.cleaned_data, self._scheme.criteria
        return OwnView(
            {one.code: said[f"points_{one.code}"] for one in criteria},
            {one.code: said[f"note_{one.code}"].strip() for one in criteria},
            {one.value: said[f"leading_{one.value}"] for one in self._leading()},
            said["strengths"].strip(),
            said["shortcomings"].strip(),
        )

    def groups(self, stored: OwnView | None) -> list[tuple[Group, list[Row]]]:
        """The criteria under their headings; with ``stored`` after a conflict, what differs is shown."""
        return [
            (group, [self._row(number, one, stored) for number, one in enumerate(group.criteria, 1)])
            for group in self._scheme.groups
        ]

    def _row(self, number: int, criterion: Criterion, stored: OwnView | None) -> Row:
        points, note = self[f"points_{criterion.code}"], self[f"note_{criterion.code}"]
        now = None
        if stored is not None:
            now = (stored.points.get(criterion.code), stored.notes.get(criterion.code, ""))
            if (written(now[0]), now[1]) == (points.value() or "", (note.value() or "").strip()):
                now = None
        return Row(number, criterion, guidance_of(self._code, criterion.code), points, note, now)

    def parts(self, stored: OwnView | None) -> list[Part]:
        """Components d, đ, e."""
        found = []
        for component in self._leading():
            bound = self[f"leading_{component.value}"]
            now = stored.leading.get(component.value) if stored else None
            differs = stored is not None and str(now or "") != str(bound.value() or "")
            hint = " ".join(guidance_of("leading", component.value))
            found.append(Part(bound, hint, now, differs))
        return found

    def words(self, stored: OwnView | None) -> list[Words]:
        """Strengths and shortcomings."""
        found = []
        for name in ("strengths", "shortcomings"):
            now = getattr(stored, name) if stored else None
            same = now == (self[name].value() or "").replace("\r\n", "\n").strip()
            found.append(Words(self[name], None if same else now))
        return found


def initial_of(view: OwnView, revision: int, seen: str) -> dict[str, Any]:
    """What a stored draft puts into the form."""
    values: dict[str, Any] = {"revision": revision, "seen": seen}
    values |= {f"points_{code}": written(points) for code, points in view.points.items()}
    values |= {f"note_{code}": note for code, note in view.notes.items()}
    values |= {f"leading_{name}": str(percent) for name, percent in view.leading.items()}
    return values | {"strengths": view.strengths, "shortcomings": view.shortcomings}


class RevisionForm(forms.Form):
    """An act on the sheet as it was read."""

    revision = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)


class ReturnForm(RevisionForm):
    """Why a sheet goes back."""

    reason = forms.CharField(
        label=gettext_lazy("What is to be changed"), max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
