"""A questionnaire as rows (``Questionnaire.questions``): their order, changing them, what changed. Pure.

Seven questions stand on every form at fixed places: the overall one, the five factors, the trips. Their words
can be changed, nothing else; the further questions follow in an order of their own.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .questions import ALLOWED, Kind

type Row = dict[str, Any]

# Further questions with a meaning that statistics and inspectors know (domain.md 2.1); the others only ask.
KNOWN: Mapping[str, Kind] = {
    "extra_payment": Kind.YES_NO,
    "appointment_kept": Kind.YES_NO,
    "apologised": Kind.YES_NO,
    "why_not": Kind.CHOICE,
    "information": Kind.CHOICE,
}
_KEY_LENGTH = 30
_NOT_IN_A_KEY = re.compile(r"[^a-z0-9]+")


def place_of(row: Mapping[str, Any]) -> int:
    """0 for the overall question, 1–5 for a factor, 6 for the trips, 7 for every further question."""
    if row["key"] == "overall":
        return 0
    if row.get("factor"):
        return int(row["factor"])
    return 6 if row["key"] == "trips" else 7


def is_standing(row: Mapping[str, Any]) -> bool:
    """Whether the question stands on every form."""
    return place_of(row) < 7


def in_form_order(rows: Sequence[Row]) -> list[Row]:
    """The questions as the citizen meets them."""
    return sorted(rows, key=place_of)


def possible_answers(row: Mapping[str, Any]) -> list[int]:
    """The marks that can be given, in the order of the form."""
    if row["kind"] == Kind.CHOICE:
        return [option["value"] for option in row.get("options", ())]
    return list(ALLOWED[Kind(row["kind"])].values())


def find_row(rows: Sequence[Row], key: str) -> Row | None:
    """The question of that key."""
    return next((row for row in rows if row["key"] == key), None)


def moved(rows: Sequence[Row], key: str, step: int) -> list[Row]:
    """A further question one place up (-1) or down (1); at the end, or of a standing one, nothing changes."""
    ordered = in_form_order(rows)
    first = sum(is_standing(row) for row in ordered)
    place = next((index for index, row in enumerate(ordered) if row["key"] == key), -1)
    if first <= place and first <= place + step < len(ordered):
        ordered[place], ordered[place + step] = ordered[place + step], ordered[place]
    return ordered


def without(rows: Sequence[Row], key: str) -> list[Row]:
    """All but this further question; a standing one stays."""
    return [row for row in in_form_order(rows) if row["key"] != key or is_standing(row)]


def with_row(rows: Sequence[Row], new: Row) -> list[Row]:
    """With this question in the place of the one of its key, else at the end."""
    if find_row(rows, new["key"]) is None:
        return in_form_order([*rows, new])
    return in_form_order([new if row["key"] == new["key"] else row for row in rows])


def new_key(folded: str, taken: Collection[str]) -> str:
    """A key from the words of a question, already without diacritics, that no other question has."""
    start = _NOT_IN_A_KEY.sub("_", folded.lower()).strip("_")[:_KEY_LENGTH].strip("_")
    start = start if start[:1].isalpha() else f"q_{start}".rstrip("_")
    forbidden = {*taken, *KNOWN, "overall", "trips"}
    names = (start if number == 1 else f"{start}_{number}" for number in range(1, len(forbidden) + 2))
    return next(name for name in names if name not in forbidden)


def without_lost_conditions(rows: Sequence[Row]) -> list[Row]:
    """A draft as it can be shown: conditions that name no question of it are left out."""
    keys = {row["key"] for row in rows}
    return [
        {name: value for name, value in row.items() if name != "shown_if"}
        if row.get("shown_if") and row["shown_if"]["key"] not in keys
        else row
        for row in in_form_order(rows)
    ]


class Change(StrEnum):
    """What became of a question from one version to the next."""

    SAME = "same"
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Compared:
    """A question before (None: new) and after; one that is gone stands there as it was."""

    change: Change
    before: Row | None
    row: Row


def compare(before: Sequence[Row], after: Sequence[Row]) -> list[Compared]:
    """Every question of two versions: the newer one's in its order, then those that are gone."""
    old, new = in_form_order(before), in_form_order(after)
    known = {row["key"]: row for row in old}
    kept = {row["key"] for row in new} & known.keys()
    was_after = _followers([row["key"] for row in old if row["key"] in kept])
    is_after = _followers([row["key"] for row in new if row["key"] in kept])
    found = [
        Compared(_change(known.get(row["key"]), row, was_after, is_after), known.get(row["key"]), row)
        for row in new
    ]
    return found + [Compared(Change.REMOVED, row, row) for row in old if row["key"] not in kept]


def _followers(keys: Sequence[str]) -> dict[str, str]:
    return dict(zip(keys, ["", *keys], strict=False))


def _change(
    before: Row | None, after: Row, was_after: Mapping[str, str], is_after: Mapping[str, str]
) -> Change:
    if before is None:
        return Change.ADDED
    if before != after:
        return Change.CHANGED
    return Change.SAME if was_after[after["key"]] == is_after[after["key"]] else Change.MOVED
