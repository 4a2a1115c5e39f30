"""Forms of months and of draft schemes."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.kernel.months import Month

from .models import Scheme
from .rules.evidence import BESIDE, Component, Source
from .rules.scheme import SchemeError, parse_scheme


class ReopenForm(forms.Form):
    """Why a closed month is opened again."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), min_length=10, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


SOURCE_COLUMNS = ("weight", "k", "p", "minimum", "pool_months")
COMPONENT_COLUMNS = ("weight", "minimum")
_WHOLE = {"minimum", "pool_months", "officer_emphasis", "min_working_days", "inside", "public"}
SINGLE = {
    "person.coverage_floor": gettext_lazy("Coverage a person needs, as a fraction of 1"),
    "person.officer_emphasis": gettext_lazy("Emphasis of the officer's own line (1–3)"),
    "person.breach_cap": gettext_lazy("Ceiling after a confirmed breach"),
    "person.min_working_days": gettext_lazy("Working days a score needs"),
    "office.coverage_floor": gettext_lazy("Coverage an office needs, as a fraction of 1"),
    "office.breaches_per_100": gettext_lazy("Breaches per 100 postings that leave 0 points"),
    "minimum.inside": gettext_lazy("Fewest answers shown inside an office"),
    "minimum.public": gettext_lazy("Fewest answers shown in public"),
}


class DraftForm(forms.Form):
    """A copy of a scheme for one's own agency."""

    name = forms.CharField(label=gettext_lazy("Name of the draft"), max_length=200)

    def __init__(self, data: Any, *, bases: Any, keepers: Any) -> None:
        super().__init__(data)
        self.fields["base"] = forms.ModelChoiceField(bases, label=_("Copy of"), empty_label=None)
        self.fields["keeper"] = forms.ModelChoiceField(keepers, label=_("Kept by"), empty_label=None)


class TrialForm(forms.Form):
    """Over which agency and months a draft is tried out."""

    def __init__(self, data: Any, *, roots: Any, months: Iterable[Month]) -> None:
        super().__init__(data)
        choices = [(str(month), f"{month.month:02}/{month.year}") for month in months]
        self.fields["root"] = forms.ModelChoiceField(roots, label=_("Office"), empty_label=None)
        for name, label in (("first", _("From month")), ("last", _("To month"))):
            self.fields[name] = forms.TypedChoiceField(label=label, choices=choices, coerce=Month.parse)


class SchemeForm(forms.Form):
    """Every constant of a draft, by its path in the document; bands keep their words."""

    name = forms.CharField(label=gettext_lazy("Name of the draft"), max_length=200)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any, *, draft: Scheme) -> None:
        super().__init__(data, initial={"name": draft.name, "revision": draft.revision})
        self._document: dict[str, Any] = draft.document
        self.document: dict[str, Any] = {}
        for path in (*self._source_paths(), *SINGLE, *self._band_paths(), *self._component_paths()):
            self.fields[path] = self._field(path)

    @staticmethod
    def _source_paths() -> list[str]:
        known = (source for source in Source if source not in BESIDE)
        return [f"person.sources.{source}.{column}" for source in known for column in SOURCE_COLUMNS]

    @staticmethod
    def _component_paths() -> list[str]:
        return [f"office.components.{part}.{column}" for part in Component for column in COMPONENT_COLUMNS]

    def _band_paths(self) -> list[str]:
        return [f"bands.{place}.lower" for place in range(len(self._document["bands"]))]

    def _field(self, path: str) -> forms.Field:
        label, initial = SINGLE.get(path, path), _at(self._document, path)
        if path.rpartition(".")[2] in _WHOLE:
            return forms.IntegerField(label=label, initial=initial, min_value=0, max_value=10_000)
        return forms.DecimalField(
            label=label, initial=Decimal(initial), min_value=0, max_value=1000, max_digits=10, localize=True
        )

    @property
    def sources(self) -> list[tuple[Source, list[forms.BoundField]]]:
        """A row for each source."""
        known = [source for source in Source if source not in BESIDE]
        return [
            (source, [self[f"person.sources.{source}.{column}"] for column in SOURCE_COLUMNS])
            for source in known
        ]

    @property
    def components(self) -> list[tuple[Component, list[forms.BoundField]]]:
        """A row for each component of an office."""
        return [
            (part, [self[f"office.components.{part}.{column}"] for column in COMPONENT_COLUMNS])
            for part in Component
        ]

    @property
    def bands(self) -> list[tuple[Mapping[str, Any], forms.BoundField]]:
        """Each band with the field of its lower end."""
        return [(band, self[f"bands.{place}.lower"]) for place, band in enumerate(self._document["bands"])]

    @property
    def single(self) -> list[forms.BoundField]:
        """The constants that stand alone."""
        return [self[path] for path in SINGLE]

    def clean(self) -> dict[str, Any]:
        """Put the fields into a copy of the document and ask the rules whether it holds together."""
        found = super().clean() or {}
        if self.errors:
            return found
        document = deepcopy(self._document)
        for path in self.fields:
            if path not in {"name", "revision"}:
                _put(document, path, found[path])
        try:
            parse_scheme(document)
        except SchemeError as error:
            raise forms.ValidationError(
                _("These rules do not hold together: %(where)s.") % {"where": error}
            ) from error
        self.document = document
        return found


def _at(document: Any, path: str) -> Any:
    for step in path.split("."):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _put(document: dict[str, Any], path: str, value: Decimal | int) -> None:
    way, _dot, last = path.rpartition(".")
    whole = int(value)
    _at(document, way)[last] = whole if value == whole else str(value)
