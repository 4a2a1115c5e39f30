"""What the pages of review and confirmation ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Agency
from conduct.kernel.names import fold

from ..models import Sheet, SheetLine
from ..rules.scheme import Component, Criterion, Group, Scheme
from ..services.reading import leading_of, points_of
from ..services.reviewing import OPINION_MOST, REASON_MOST, Review
from .sheets import COMPONENTS, LongText, points_field, written

MOST_LETTERS = 24


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion as the page draws it: own points, last period's, and the reviewer's fields.

    ``stored`` is what stands there now when that is something else than what was typed (after a conflict).
    """

    criterion: Criterion
    own: SheetLine
    last: Decimal | None
    points: forms.BoundField | None
    reason: forms.BoundField | None
    stored: tuple[Decimal | None, str] | None

    @property
    def given(self) -> Decimal | None:
        """The reviewer's points as they stand in the form, or as they are stored on a page to read."""
        if self.points is None:
            return self.own.review_points
        value = self.points.value()
        return Decimal(str(value)) if _is_number(value) else None

    @property
    def differs(self) -> bool:
        """Whether the reviewer's points are others than the own ones."""
        return self.given is not None and self.given != self.own.self_points

    @property
    def needs_reason(self) -> bool:
        """Whether the points are below the maximum."""
        return self.given is not None and self.given < self.criterion.maximum


def _is_number(value: Any) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except ArithmeticError:
        return False


@dataclass(frozen=True, slots=True)
class GroupRows:
    """A heading with its criteria and the sums of either side; None while a line is open."""

    group: Group
    rows: list[Row]

    @property
    def own(self) -> Decimal | None:
        """The sum of the own points."""
        return _sum([row.own.self_points for row in self.rows])

    @property
    def given(self) -> Decimal | None:
        """The sum of the reviewer's."""
        return _sum([row.given for row in self.rows])


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    there = [value for value in values if value is not None]
    return sum(there, Decimal(0)) if len(there) == len(values) else None


class ReviewForm(forms.Form):
    """Points, reasons, leading components and opinion. A draft may be half-filled."""

    revision = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    opinion = LongText(label=gettext_lazy("Opinion of the reviewer"), rows=4, max_length=OPINION_MOST)
    rest_as_self = forms.BooleanField(
        label=gettext_lazy("Lines without points: as the person scored"), required=False
    )

    def __init__(self, *args: Any, scheme: Scheme, lines: Mapping[str, SheetLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scheme, self._lines = scheme, lines
        self.fields["revision"].widget.attrs["form"] = "review-form"
        for criterion in scheme.criteria:
            points = points_field(criterion, scheme.step)
            label = _("My points, criterion %(code)s") % {"code": criterion.code}
            points.widget.attrs["aria-label"] = label
            self.fields[f"points_{criterion.code}"] = points
            reason = LongText(label=_("Why below the maximum"), rows=2, max_length=REASON_MOST)
            self.fields[f"reason_{criterion.code}"] = reason
        for component in self._leading():
            self.fields[f"leading_{component.value}"] = forms.TypedChoiceField(
                label=COMPONENTS[component], required=False, coerce=int, empty_value=None,
                choices=[("100", "100 %"), ("50", "50 %")], widget=forms.RadioSelect,
            )  # fmt: skip

    def _leading(self) -> Sequence[Component]:
        return self._scheme.tasks.leading if self._scheme.tasks else ()

    def review(self) -> Review:
        """What a valid form says; the rest as the person scored, where that was ticked."""
        said = self.cleaned_data
        points = {one.code: said[f"points_{one.code}"] for one in self._scheme.criteria}
        if said["rest_as_self"]:
            for code, given in points.items():
                own = self._lines[code].self_points if code in self._lines else None
                points[code] = own if given is None else given
        return Review(
            points,
            {one.code: said[f"reason_{one.code}"].strip() for one in self._scheme.criteria},
            {one.value: said[f"leading_{one.value}"] for one in self._leading()},
            said["opinion"].strip(),
        )

    def groups(self, last: Mapping[str, Decimal], *, show_stored: bool = False) -> list[GroupRows]:
        """The criteria under their headings."""
        return [
            GroupRows(group, [self._row(one, last, show_stored=show_stored) for one in group.criteria])
            for group in self._scheme.groups
        ]

    def _row(self, criterion: Criterion, last: Mapping[str, Decimal], *, show_stored: bool) -> Row:
        points, reason = self[f"points_{criterion.code}"], self[f"reason_{criterion.code}"]
        own = self._lines.get(criterion.code, SheetLine(criterion=criterion.code))
        now = (own.review_points, own.review_reason)
        same = (written(now[0]), now[1]) == (points.value() or "", (reason.value() or "").strip())
        stored = now if show_stored and not same else None
        return Row(criterion, own, last.get(criterion.code), points, reason, stored)

    def parts(self) -> list[forms.BoundField]:
        """Components d, đ, e."""
        return [self[f"leading_{component.value}"] for component in self._leading()]


def initial_of(sheet: Sheet, lines: Mapping[str, SheetLine]) -> dict[str, Any]:
    """What is stored of a review, as the form shows it."""
    values: dict[str, Any] = {"revision": sheet.revision, "opinion": sheet.opinion}
    points = points_of(lines.values(), "review")
    values |= {f"points_{code}": written(given) for code, given in points.items()}
    values |= {f"reason_{code}": line.review_reason for code, line in lines.items()}
    leading = leading_of(sheet, "review")
    return values | {f"leading_{name}": str(percent) for name, percent in leading.items()}


def rows_to_read(
    scheme: Scheme, lines: Mapping[str, SheetLine], last: Mapping[str, Decimal]
) -> list[GroupRows]:
    """The reviewed lines as a page shows them that only reads."""

    def row(one: Criterion) -> Row:
        line = lines.get(one.code, SheetLine(criterion=one.code))
        return Row(one, line, last.get(one.code), None, None, None)

    return [GroupRows(group, [row(one) for one in group.criteria]) for group in scheme.groups]


def chosen_in(data: QueryDict) -> dict[int, int]:
    """The sheets ticked for confirmation with the revision that the list showed ("12:5"): id → revision.

    Whatever is not of this form is left out; which of them may be confirmed is asked of the queue.
    """
    chosen: dict[int, int] = {}
    for word in data.getlist("sheets"):
        pk, _colon, revision = word.partition(":")
        if pk.isdecimal() and revision.isdecimal() and len(word) < MOST_LETTERS:
            chosen[int(pk)] = int(revision)
    return chosen


class InboxForm(forms.Form):
    """Which of the people to show."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=80)
    step = forms.ChoiceField(
        label=gettext_lazy("Step"),
        required=False,
        choices=[
            ("", gettext_lazy("What waits for me")),
            ("review", gettext_lazy("To be reviewed")),
            ("approve", gettext_lazy("To confirm")),
            ("elsewhere", gettext_lazy("Waits for somebody else")),
            ("missing", gettext_lazy("Not handed in")),
            ("done", gettext_lazy("Confirmed")),
            ("all", gettext_lazy("All")),
        ],
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(agency.pk), agency.name) for agency in agencies]
        self.fields["agency"] = forms.ChoiceField(
            label=_("Part of the office"), required=False, choices=[("", _("All")), *choices]
        )

    def words(self) -> list[str]:
        """The folded words of the search."""
        return fold(self.cleaned_data["q"]).split()
