"""Adopting in five steps. Nothing is stored before the last one: what was entered travels in the pages."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conduct.agencies.models import Agency, AgencyQuerySet

from ..comparing import adoption_lines, groups_of, planned_lines
from ..models import Adoption, Item, ModelVersion
from ..permissions.adoptions import replaceable_adoptions
from ..rules.diff import Diff, Line, compare
from ..services.adoptions import Wishes, carried_over, keeps_signatures
from .adoptions import NOTHING_REPLACED, EmphasisForm, OfficeForm, TermsForm
from .local import LocalForm, raw_values

STEPS: dict[str, Promise] = {
    "office": _("Office"),
    "items": _("What is asked"),
    "local": _("Items of the trade"),
    "terms": _("Staff and dates"),
    "summary": _("Check"),
}
_NAMES = list(STEPS)


class AdoptionWizard:
    """The forms of all steps, and where the reader stands.

    ``step`` is the page to show. A step is checked when it is left forwards, all of them before storing.
    """

    def __init__(
        self,
        *,
        data: QueryDict | None,
        query: QueryDict,
        version: ModelVersion,
        items: Sequence[Item],
        agencies: AgencyQuerySet,
        on: date,
    ) -> None:
        self.version, self.items, self.on = version, items, on
        self._data, self._agencies = data, agencies
        self.agency = self._chosen_agency(query if data is None else data)
        self._offered = self._replaceable()
        self.office = self._office(data, {"agency": self.agency, "replaces": query.get("replaces", "")})
        self.step, self.is_invalid, self.begun_with = _NAMES[0], False, ""
        self._set_rest(None, Wishes())

    def _chosen_agency(self, asked: QueryDict) -> Agency | None:
        said = asked.get("agency", "")
        if said.isascii() and said.isdigit() and len(said) < 19:
            return self._agencies.filter(pk=int(said)).first()
        return self._agencies.first() if self._data is None else None

    def _replaceable(self) -> list[Adoption]:
        """What may give way; nothing where the first step was passed without being asked (a second click)."""
        was_not_asked = (
            self._data is not None and self._data.get("begun_with") and "replaces" not in self._data
        )
        if self.agency is None or was_not_asked:
            return []
        return list(replaceable_adoptions(self.agency, self.version, self.on))

    def _office(self, data: QueryDict | None, initial: Mapping[str, Any]) -> OfficeForm:
        offered = [str(adoption.pk) for adoption in self._offered]
        begin = dict(initial)
        if begin.get("replaces") not in offered:
            begin["replaces"] = offered[0] if offered else NOTHING_REPLACED
        return OfficeForm(data, agencies=self._agencies, offered=self._offered, initial=begin)

    def _set_rest(self, data: QueryDict | None, begin: Wishes) -> None:
        """The forms of the later steps: as sent, or beginning with what the replaced adoption says."""
        weights = {f"emphasis_{item.pk}": begin.emphasis.get(item.pk, 1) for item in self.items}
        terms = {
            "audience": begin.audience,
            "categories": list(begin.categories),
            "valid_from": f"{self.first_day:%d/%m/%Y}",
        }
        self.emphasis = EmphasisForm(data, items=self.items, initial=weights)
        self.local = LocalForm.of_groups(begin.local_groups) if data is None else LocalForm.posted(data)
        self.terms = TermsForm(data, version=self.version, initial=terms)

    @property
    def first_day(self) -> date:
        """Today, or the first day on which the replaced adoption can give way."""
        old = self.replaced
        return self.on if old is None else max(self.on, old.valid_from + timedelta(days=1))

    @property
    def replaced(self) -> Adoption | None:
        """The adoption that gives way, once the first step is valid."""
        return self.office.replaced if self.office.is_valid() else None

    def advance(self) -> bool:
        """Take what was sent; returns whether everything is there and valid and shall be stored."""
        if self._data is None:
            return False
        step = self._data.get("step", "")
        self.step = step if step in STEPS else _NAMES[0]
        if not self.office.is_valid():
            self._back_to_office()
            return False
        old = self.replaced
        # For what the later steps were filled in; for another office or adoption they begin anew.
        self.begun_with = f"{self.agency.pk if self.agency else ''}-{old.pk if old else NOTHING_REPLACED}"
        if self._data.get("begun_with") != self.begun_with:
            self._set_rest(None, carried_over(old, self.items) if old else Wishes())
            self.step = _NAMES[1]
            return False
        self._set_rest(self._data, Wishes())
        return self._moved(self._data.get("act", ""))

    def _back_to_office(self) -> None:
        """Not wrong when only the question for the old adoption is open: this office was not asked it yet."""
        self.step, self.is_invalid = _NAMES[0], set(self.office.errors) != {"replaces"}
        if not self.is_invalid:
            self.office = self._office(None, {"agency": self.agency})

    def _moved(self, act: str) -> bool:
        """Follow a button: rows added and dropped, back, on, store."""
        place = _NAMES.index(self.step)
        if self.step == "local" and act.startswith(("add-", "drop-")):
            self.local = self.local.unchecked(act)
        elif act == "back":
            self._show(_NAMES[max(place - 1, 0)])
        elif self.step == "summary":
            return self._all_valid() and act == "store"
        elif self._is_valid(self.step):
            self._show(_NAMES[place + 1])
        else:
            self.is_invalid = True
        return False

    def _all_valid(self) -> bool:
        """Whether nothing is wrong anywhere; else the first step with something wrong is shown."""
        wrong = next((name for name in _NAMES if not self._is_valid(name)), None)
        if wrong is not None:
            self.step, self.is_invalid = wrong, True
        return wrong is None

    def _show(self, step: str) -> None:
        """Show a step with what was sent for it, not checked yet; the last one only when all are valid."""
        self.step = step
        match step:
            case "office":
                self.office = self._office(None, raw_values(self.office))
            case "items":
                self.emphasis = EmphasisForm(items=self.items, initial=raw_values(self.emphasis))
            case "local":
                self.local = self.local.unchecked()
            case "terms":
                self.terms = TermsForm(version=self.version, initial=raw_values(self.terms))
            case _:
                self._all_valid()

    def _is_valid(self, step: str) -> bool:
        match step:
            case "office":
                return self.office.is_valid()
            case "items":
                return self.emphasis.is_valid()
            case "local":
                return self.local.is_valid(groups_of(self.items))
            case "terms":
                return self.terms.is_valid()
        return True

    def add_error(self, error: ValidationError) -> None:
        """What storing refused, shown with the terms where it concerns one of them."""
        self.is_invalid = True
        self.terms.add_error(None, error)
        if set(self.terms.errors) & set(self.terms.fields):
            self.step = "terms"

    def wishes(self) -> Wishes:
        """What the office makes of the version, of valid forms."""
        asked = self.terms.cleaned_data
        return Wishes(
            self.emphasis.emphasis(),
            tuple(self.local.chosen()),
            asked.get("audience", Adoption.Audience.ALL),
            tuple(asked.get("categories", ())),
        )

    @cached_property
    def base_diff(self) -> Diff:
        """What the office makes of the version."""
        return compare(planned_lines(self.items), self._planned())

    @cached_property
    def old_diff(self) -> Diff | None:
        """What becomes of what the office keeps today."""
        return compare(adoption_lines(self.replaced), self._planned()) if self.replaced else None

    @cached_property
    def keeps_signatures(self) -> bool:
        """Whether nobody needs to sign again."""
        return self.replaced is not None and keeps_signatures(self.replaced, self.version, self.wishes())

    def _planned(self) -> list[Line]:
        wishes = self.wishes()
        return planned_lines(self.items, wishes.emphasis, wishes.local_groups)

    def hidden(self) -> Iterator[forms.BoundField]:
        """The fields of the steps that are not shown."""
        shown: dict[str, list[forms.Form]] = {
            "office": [self.office],
            "items": [self.emphasis],
            "local": list(self.local.forms()),
            "terms": [self.terms],
        }
        for step, members in shown.items():
            if step != self.step:
                for form in members:
                    yield from (form[name] for name in form.fields)

    def trail(self) -> list[tuple[str, Promise, str]]:
        """The steps with how they stand: done, current, ahead."""
        place = _NAMES.index(self.step)
        return [
            (name, label, "done" if index < place else "current" if index == place else "ahead")
            for index, (name, label) in enumerate(STEPS.items())
        ]
