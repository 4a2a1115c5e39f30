"""The items an office adds of its trade: groups with items, as many as needed, without JavaScript."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from ..rules.library import LibraryGroup
from ..rules.local import MOST_LOCAL_GROUPS, local_problems
from ..rules.wording import MOST_ITEMS, ProblemKind
from ..services.wording import sentence_of
from .adoptions import LocalGroupForm, LocalItemForm, local_values

_FIELDS = {
    ProblemKind.NO_WITNESS: "sources",
    ProblemKind.NO_QUESTION: "question",
    ProblemKind.NO_ANSWER: "kept",
}


@dataclass(frozen=True, slots=True)
class LocalGroupRows:
    """One added group: its own form and those of its items."""

    index: int
    head: LocalGroupForm
    items: list[LocalItemForm]

    @property
    def count_name(self) -> str:
        """The hidden field that says how many items there are."""
        return f"g{self.index}-items"

    @property
    def may_grow(self) -> bool:
        """Whether another item may be added."""
        return len(self.items) < MOST_ITEMS


class LocalForm:
    """All added groups; fields are named ``g0-keyword``, ``g0-i1-text``, with counts beside them."""

    def __init__(self, groups: list[LocalGroupRows]) -> None:
        self.groups = groups
        self._chosen: list[LibraryGroup] = []

    @property
    def may_grow(self) -> bool:
        """Whether another group may be added."""
        return len(self.groups) < MOST_LOCAL_GROUPS

    @classmethod
    def posted(cls, data: QueryDict) -> Self:
        """What was sent, to be checked."""
        return cls(
            [
                LocalGroupRows(
                    group,
                    LocalGroupForm(data, prefix=f"g{group}"),
                    [
                        LocalItemForm(data, prefix=f"g{group}-i{item}")
                        for item in range(_count(data, f"g{group}-items", MOST_ITEMS))
                    ],
                )
                for group in range(_count(data, "groups", MOST_LOCAL_GROUPS))
            ]
        )

    @classmethod
    def begun(cls, rows: Iterable[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]) -> Self:
        """Something to begin with, unchecked."""
        return cls(
            [
                LocalGroupRows(
                    group,
                    LocalGroupForm(initial=dict(head), prefix=f"g{group}"),
                    [
                        LocalItemForm(initial=dict(item), prefix=f"g{group}-i{index}")
                        for index, item in enumerate(items)
                    ],
                )
                for group, (head, items) in enumerate(rows)
            ]
        )

    @classmethod
    def of_groups(cls, groups: Iterable[LibraryGroup]) -> Self:
        """Groups that the office has already."""
        return cls.begun(
            ({"keyword": group.keyword, "polarity": group.polarity}, [local_values(i) for i in group.items])
            for group in groups
        )

    def unchecked(self, act: str = "") -> Self:
        """The same rows as they were sent, after adding or dropping one ("add-group", "drop-0-2")."""
        rows = [(raw_values(group.head), [raw_values(item) for item in group.items]) for group in self.groups]
        match act.split("-"):
            case ["add", "group"] if self.may_grow:
                rows.append(({}, [{}]))
            case ["add", place] if (group := _index(place, rows)) is not None and self.groups[group].may_grow:
                rows[group][1].append({})
            case ["drop", place] if (group := _index(place, rows)) is not None:
                del rows[group]
            case ["drop", place, row] if (group := _index(place, rows)) is not None:
                if (item := _index(row, rows[group][1])) is not None:
                    del rows[group][1][item]
        return type(self).begun(rows)

    def is_valid(self, base: Sequence[LibraryGroup]) -> bool:
        """Whether every filled row keeps the rules of the model's own items; rows left empty do not count."""
        filled = [group for group in self.groups if _is_filled(group)]
        ok = True
        for group in filled:
            items = [item for item in group.items if item.has_changed()]
            if not items:
                group.head.add_error(None, _("Add at least one item to this group."))
            ok &= all([group.head.is_valid(), *(item.is_valid() for item in items)])
        if not ok:
            return False
        self._chosen = [_chosen(group) for group in filled]
        for problem in local_problems(base, self._chosen):
            ok = False
            rows = filled[problem.group or 0]
            if problem.item is None:
                rows.head.add_error("keyword", sentence_of(problem))
            else:
                item = [item for item in rows.items if item.has_changed()][problem.item]
                item.add_error(_FIELDS.get(problem.kind, "text"), sentence_of(problem))
        return ok

    def chosen(self) -> list[LibraryGroup]:
        """The groups of a valid form."""
        return self._chosen

    def forms(self) -> Iterator[LocalGroupForm | LocalItemForm]:
        """Every form in it, for the list of errors and for hidden fields."""
        for group in self.groups:
            yield group.head
            yield from group.items


def _chosen(group: LocalGroupRows) -> LibraryGroup:
    items = tuple(item.item() for item in group.items if item.has_changed())
    asked = group.head.cleaned_data
    return LibraryGroup(len(items), " ".join(asked["keyword"].split()), asked["polarity"], items)


def _is_filled(group: LocalGroupRows) -> bool:
    return group.head.has_changed() or any(item.has_changed() for item in group.items)


def raw_values(form: forms.Form) -> dict[str, Any]:
    """The values of a form as they were sent."""
    return {name: form[name].value() for name in form.fields}


def _count(data: QueryDict, name: str, most: int) -> int:
    said = data.get(name, "")
    return min(int(said), most) if said.isascii() and said.isdigit() and len(said) <= 3 else 0


def _index(said: str, rows: Sequence[object]) -> int | None:
    """A place in a list, of what a button says."""
    number = int(said) if said.isascii() and said.isdigit() and len(said) <= 3 else len(rows)
    return number if number < len(rows) else None
