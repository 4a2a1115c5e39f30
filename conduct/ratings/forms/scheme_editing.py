"""The form of a draft scheme: its facts, groups of criteria, levels; and the example beside it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http.request import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet, Posting
from conduct.kernel.fields import DayField

from ..models import RatingScheme
from ..rules.scheme import COUNTED, HUNDRED, LEADING, Component, Evidence, SchemeError, parse_scheme
from ..services.scheme_editing import SchemeValues

SPARE_LEVELS, SPARE_CRITERIA, MOST_ROWS = 1, 1, 60
_CODE = re.compile(r"[\w.-]+")

EVIDENCE: dict[str, Promise] = {
    Evidence.CONDUCT: _("conduct: judged items, breaches, promises, journal"),
    Evidence.DISCIPLINE: _("discipline: confirmed findings"),
    Evidence.CITIZENS: _("citizens: their answers and cases"),
    Evidence.COLLEAGUES: _("colleagues: cooperation"),
}
COMPONENTS: dict[str, Promise] = {
    Component.QUANTITY: _("a: amount"),
    Component.QUALITY: _("b: quality"),
    Component.TIMELINESS: _("c: time"),
    Component.UNIT: _("d: result of the unit"),
    Component.ORGANISING: _("đ: organising the work"),
    Component.UNITY: _("e: unity"),
}
# Where the rules find a fault that no single field shows: the field that says it, and how.
_FAULTS: dict[str, tuple[str, Promise]] = {
    "groups": ("", _("A criterion's code occurs twice.")),
    "levels": ("", _("The levels fall from the best to one that begins at 0, each with a code of its own.")),
    "levels[0].lower": ("", _("The best level begins above what can be reached.")),
    "cap.outstanding_percent": (
        "cap_outstanding",
        _("With outstanding results the share is not below the ordinary one."),
    ),
}


_NUMERIC = {"inputmode": "decimal", "class": "n", "autocomplete": "off"}


class PointsField(forms.DecimalField):
    """A number with at most two decimals, written with a comma or a point."""

    def __init__(self, *, least: str = "0", most: str = "100", **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal(least),
            max_value=Decimal(most),
            decimal_places=2,
            widget=forms.TextInput(_NUMERIC),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        """Read it."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """Show it with a comma."""
        return value if value is None else str(value).replace(".", ",")


class RowForm(forms.Form):
    """A row that may be left empty; then it is dropped."""

    use_required_attribute = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written into it."""
        return not any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.fields)


class CodedForm(RowForm):
    """A row with a short code."""

    def clean_code(self) -> str:
        """Letters, digits, dots and hyphens."""
        code: str = self.cleaned_data["code"]
        if not _CODE.fullmatch(code):
            raise forms.ValidationError(_("Letters, digits, dots and hyphens only."))
        return code


class GroupForm(CodedForm):
    """The heading of some criteria."""

    code = forms.CharField(label=_("Code of the group"), max_length=20)
    text = forms.CharField(label=_("Heading"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))


class CriterionForm(CodedForm):
    """A criterion: code, words, most points, what is laid beside it."""

    code = forms.CharField(label=_("Code"), max_length=20)
    text = forms.CharField(label=_("Criterion"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    maximum = PointsField(label=_("Most points"))
    evidence = forms.MultipleChoiceField(
        label=_("Evidence beside it"),
        choices=list(EVIDENCE.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class LevelForm(CodedForm):
    """A level and where it begins."""

    code = forms.CharField(label=_("Code"), max_length=12)
    letter = forms.CharField(label=_("Letter"), max_length=3)
    name = forms.CharField(label=_("Level"), max_length=100)
    lower = PointsField(label=_("From points"))


class SchemeForm(forms.Form):
    """What a scheme says as a whole."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the scheme"), max_length=200)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)
    categories = forms.MultipleChoiceField(
        label=_("Staff categories"),
        choices=Posting.Category.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    leaders = forms.ChoiceField(
        label=_("Posts"), choices=RatingScheme.Leaders.choices, widget=forms.RadioSelect
    )
    excluded_kinds = forms.MultipleChoiceField(
        label=_("Agencies it does not apply to"),
        choices=Agency.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = DayField(label=_("In force from"))
    valid_to = DayField(label=_("In force until"), required=False)
    step = PointsField(label=_("Points are given in steps of"), least="0.01", most="10")
    rounding = forms.TypedChoiceField(
        label=_("Rounding before comparing"),
        choices=[
            ("", _("not rounded")),
            ("0", _("whole points")),
            ("1", _("one decimal")),
            ("2", _("two decimals")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    tasks_maximum = PointsField(label=_("Most points for task results"), required=False)
    leading = forms.MultipleChoiceField(
        label=_("Components of leaders"),
        choices=[(name, COMPONENTS[name]) for name in LEADING],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    deduction = PointsField(label=_("What one return or one delay takes, in percent"), required=False)
    cap_percent = PointsField(label=_("Most at the best level, in percent of the next"), required=False)
    cap_outstanding = PointsField(label=_("The same with outstanding results, in percent"), required=False)

    def clean(self) -> dict[str, Any]:
        """What belongs together is given together."""
        asked = super().clean() or {}
        first, last = asked.get("valid_from"), asked.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The end is not before the beginning."))
        if asked.get("tasks_maximum") is not None and asked.get("deduction") is None:
            self.add_error("deduction", _("Say what one return takes; 0 when nothing."))
        if asked.get("tasks_maximum") is None and asked.get("leading"):
            self.add_error("leading", _("Without points for task results there are no components."))
        if (asked.get("cap_percent") is None) != (asked.get("cap_outstanding") is None):
            self.add_error("cap_outstanding", _("Give both shares of the cap, or none."))
        return asked


class SchemeEditor:
    """All forms of a draft together: ``facts``, ``groups`` with their criteria, ``levels``."""

    def __init__(self, scheme: RatingScheme, data: QueryDict | None = None) -> None:
        self.scheme = scheme
        self.data = data
        document = scheme.document
        self.facts = SchemeForm(data, initial=_facts_of(scheme))
        self.levels = self._rows("levels", LevelForm, document["levels"], SPARE_LEVELS)
        self.groups = [
            (group, self._rows(f"{group.prefix}-criteria", CriterionForm, criteria, SPARE_CRITERIA))
            for group, criteria in self._groups(document["groups"])
        ]

    def _groups(self, stored: list[dict[str, Any]]) -> list[tuple[GroupForm, list[dict[str, Any]]]]:
        forms_ = self._rows("groups", GroupForm, stored, 1)
        return [
            (form, stored[place]["criteria"] if place < len(stored) else [])
            for place, form in enumerate(forms_)
        ]

    def _rows[F: RowForm](
        self, prefix: str, kind: type[F], stored: list[dict[str, Any]], spare: int
    ) -> list[F]:
        """As many rows as were sent, or those stored and spare ones."""
        n_rows = len(stored) + spare if self.data is None else _sent(self.data, prefix)
        return [
            kind(
                self.data,
                prefix=f"{prefix}-{place}",
                initial=stored[place] if self.data is None and place < len(stored) else None,
            )
            for place in range(n_rows)
        ]

    @property
    def _written(self) -> list[RowForm]:
        """All rows that are not empty."""
        rows: list[RowForm] = [*self.levels]
        for group, criteria in self.groups:
            rows += [group, *criteria]
        return [row for row in rows if not row.is_blank]

    @property
    def wrong(self) -> list[forms.Form]:
        """The forms with errors, for the list at the top; only after ``is_valid``."""
        if self.data is None:
            return []
        return [form for form in (self.facts, *self._written) if form.errors]

    def is_valid(self) -> bool:
        """Whether every field and the whole can be used."""
        valid = [form.is_valid() for form in (self.facts, *self._written)]
        for group, criteria in self.groups:
            if group.is_blank and not all(row.is_blank for row in criteria):
                self.facts.add_error(None, _("A group with criteria has a code and a heading."))
        if not all(valid) or self.facts.errors:
            return False
        try:
            parse_scheme(self.document)
        except SchemeError as error:
            self._show(error)
        return not self.wrong

    def _show(self, error: SchemeError) -> None:
        for row in self._written:
            if isinstance(row, CriterionForm) and error.place == f"criterion {row.cleaned_data['code']}":
                row.add_error("maximum", _("This is not a multiple of the step."))
                return
        field, says = _FAULTS.get(error.place, ("", _("Each group has a criterion, and there are levels.")))
        self.facts.add_error(field or None, str(says))

    @cached_property
    def document(self) -> dict[str, Any]:
        """The figures as ``parse_scheme`` reads them; of valid forms."""
        asked = self.facts.cleaned_data
        levels = [row.cleaned_data for row in self.levels if not row.is_blank]
        return {
            "step": _plain(asked["step"]),
            "groups": [
                {
                    "code": group.cleaned_data["code"],
                    "text": group.cleaned_data["text"],
                    "criteria": [_criterion(row) for row in criteria if not row.is_blank],
                }
                for group, criteria in self.groups
                if not group.is_blank
            ],
            "tasks": _tasks(asked),
            "levels": [level | {"lower": _plain(level["lower"])} for level in levels],
            "cap": _cap(asked, levels),
            "rounding": asked["rounding"],
        }

    def values(self) -> SchemeValues:
        """What the service stores; of valid forms."""
        asked = self.facts.cleaned_data
        names = ("name", "legal_basis", "categories", "leaders", "excluded_kinds", "valid_from", "valid_to")
        return SchemeValues(**{name: asked[name] for name in names}, document=self.document)


def _sent(data: Mapping[str, Any], prefix: str) -> int:
    """How many rows a page sent: up to the highest index, at most MOST_ROWS."""
    pattern = re.compile(rf"{re.escape(prefix)}-(\d{{1,3}})-", re.ASCII)
    places = [int(found[1]) for name in data if (found := pattern.match(name))]
    return min(MOST_ROWS, max(places, default=-1) + 1)


def _plain(value: Decimal) -> str:
    """A number as schemes write it: no exponent, no zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _criterion(row: CriterionForm) -> dict[str, Any]:
    asked = row.cleaned_data
    return {**asked, "maximum": _plain(asked["maximum"])}


def _tasks(asked: Mapping[str, Any]) -> dict[str, Any] | None:
    if asked["tasks_maximum"] is None:
        return None
    return {
        "maximum": _plain(asked["tasks_maximum"]),
        "components": [*(name.value for name in COUNTED), *asked["leading"]],
        "deduction": _plain(asked["deduction"] / HUNDRED),
    }


def _cap(asked: Mapping[str, Any], levels: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Of the best level against the next."""
    if asked["cap_percent"] is None or len(levels) < 2:
        return None
    return {
        "level": levels[0]["code"],
        "of": levels[1]["code"],
        "percent": _plain(asked["cap_percent"]),
        "outstanding_percent": _plain(asked["cap_outstanding"]),
    }


def _facts_of(scheme: RatingScheme) -> dict[str, Any]:
    document = scheme.document
    tasks, cap = document.get("tasks") or {}, document.get("cap") or {}
    named = (
        "revision",
        "name",
        "legal_basis",
        "categories",
        "leaders",
        "excluded_kinds",
        "valid_from",
        "valid_to",
    )
    rounding = document.get("rounding")
    return {name: getattr(scheme, name) for name in named} | {
        "step": document["step"],
        "rounding": "" if rounding is None else str(rounding),
        "tasks_maximum": tasks.get("maximum"),
        "leading": [name for name in tasks.get("components", ()) if name in LEADING],
        "deduction": _plain(Decimal(tasks["deduction"]) * HUNDRED) if tasks else None,
        "cap_percent": cap.get("percent"),
        "cap_outstanding": cap.get("outstanding_percent"),
    }


class CopyForm(forms.Form):
    """For whom the copy is: an office, or the whole country for those who keep its schemes."""

    keeper = forms.ModelChoiceField(label=_("Kept for"), queryset=Agency.objects.none(), required=False)

    def __init__(self, *args: Any, offices: AgencyQuerySet, is_national: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["keeper"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = offices
            choice.required = not is_national
            choice.empty_label = str(_("the whole country")) if is_national else str(_("Choose an office"))


class RevisionForm(forms.Form):
    """On which state of the draft an act is based."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class RetireForm(forms.Form):
    """When a scheme ends, and why."""

    last_day = DayField(label=_("Last day in force"))
    reason = forms.CharField(
        label=_("Reason"), min_length=10, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExampleForm(forms.Form):
    """A month to try the figures on."""

    common = PointsField(label=_("Common points lost"), initial=0)
    done = PointsField(label=_("Done, in percent of what was assigned"), most="1000", initial=100)
    returns = forms.IntegerField(label=_("Returns"), min_value=0, max_value=99, initial=1)
    delays = forms.IntegerField(label=_("Delays"), min_value=0, max_value=99, initial=0)
