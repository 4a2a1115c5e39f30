"""What the wording of a model must say before it can be published: problems with their places. Pure.

The declared number of a group ("5 không") equals its items, and the name says the same numbers.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Protocol

from conduct.kernel.names import fold

MOST_ITEMS = 30
"""The highest number a group may declare; a number in a name above it is no number of items."""
KEY_LENGTH = 72
"""Where a key is cut, so that a serial number still fits behind it."""

_QUOTED = re.compile(r"[“\"«](.+?)[”\"»]")
_BETWEEN = re.compile(r"[,;·–—/]|\s-\s|\bvà\b|(?<=\D)\s(?=\d)")
_PART = re.compile(r"(\d{1,2})\s+(\D+)")
_WORDS_OF_A_KEYWORD = 3


class ProblemKind(StrEnum):
    """What is wrong."""

    NO_GROUP = "no_group"
    NO_BASIS = "no_basis"
    NO_SOURCE = "no_source"
    NAME_WITHOUT_GROUP = "name_without_group"
    GROUP_NOT_IN_NAME = "group_not_in_name"
    NAME_DIFFERS = "name_differs"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    OPPOSITE = "opposite"
    TWICE = "twice"
    NO_WITNESS = "no_witness"
    NO_QUESTION = "no_question"
    NO_ANSWER = "no_answer"
    MINOR_CHANGES_ITEMS = "minor_changes_items"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right; ``group`` and ``item`` are places from 0, None for the version as a whole."""

    kind: ProblemKind
    group: int | None = None
    item: int | None = None
    keyword: str = ""
    said: int = 0
    found: int = 0


class ItemWording(Protocol):
    """What the rules ask of an item."""

    @property
    def text(self) -> str: ...
    @property
    def sources(self) -> Sequence[str]: ...
    @property
    def question(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def kept_answers(self) -> Sequence[int]: ...


class GroupWording(Protocol):
    """What the rules ask of a group."""

    @property
    def number(self) -> int: ...
    @property
    def keyword(self) -> str: ...
    @property
    def polarity(self) -> str: ...
    @property
    def items(self) -> Sequence[ItemWording]: ...


def numbers_in_name(name: str) -> list[tuple[int, str]]:
    """The "5 không" and "4 biết" of a name, or of the words it puts in quotes; empty for a name without.

    A name counts only when all of it has that shape: "4 xin, 4 luôn và 5 không", not "Nghị quyết 15 về …".
    """
    for said in (name, *_QUOTED.findall(name)):
        parts = [part.strip() for part in _BETWEEN.split(said)]
        found = [_PART.fullmatch(part) for part in parts if part]
        shape = [(int(match[1]), match[2].strip()) for match in found if match is not None]
        if found and len(shape) == len(found) and all(_is_count(*part) for part in shape):
            return shape
    return []


def _is_count(number: int, keyword: str) -> bool:
    return 1 <= number <= MOST_ITEMS and len(keyword.split()) <= _WORDS_OF_A_KEYWORD


def says_the_opposite(polarity: str, keyword: str, text: str) -> bool:
    """Whether a prohibition's sentence lacks its word, so that, read alone, it asks for what is forbidden."""
    return polarity == "prohibition" and keyword.casefold() not in text.casefold()


def texts_given_twice(texts: Iterable[str]) -> dict[str, int]:
    """The texts that stand more than once, and how often."""
    return {text: times for text, times in Counter(texts).items() if times > 1}


def version_problems(
    *, name: str, legal_basis: str, source: str, groups: Sequence[GroupWording], n_before: int | None = None
) -> list[Problem]:
    """What keeps a draft from being published; ``n_before``: the items of the version that it corrects."""
    found = [] if legal_basis.strip() else [Problem(ProblemKind.NO_BASIS)]
    found += [] if source.strip() else [Problem(ProblemKind.NO_SOURCE)]
    n_items = sum(len(group.items) for group in groups)
    if n_before is not None and n_before != n_items:
        found.append(Problem(ProblemKind.MINOR_CHANGES_ITEMS, said=n_before, found=n_items))
    return [*found, *wording_problems(name, groups)]


def wording_problems(name: str, groups: Sequence[GroupWording]) -> list[Problem]:
    """Everything that keeps a wording from being published, in the order of the page."""
    if not groups:
        return [Problem(ProblemKind.NO_GROUP)]
    twice = texts_given_twice(_plain(item.text) for group in groups for item in group.items)
    found = list(_name_problems(name, groups))
    for place, group in enumerate(groups):
        found += _number_problem(place, group)
        for index, item in enumerate(group.items):
            found += [
                Problem(kind, place, index, keyword=group.keyword)
                for kind in _item_problems(group, item, is_twice=_plain(item.text) in twice)
            ]
    return found


def _plain(text: str) -> str:
    """Equal for texts that differ in capitals and spaces alone."""
    return " ".join(text.casefold().split())


def _number_problem(place: int, group: GroupWording) -> Iterator[Problem]:
    n_items = len(group.items)
    if group.number != n_items:
        kind = ProblemKind.TOO_FEW if n_items < group.number else ProblemKind.TOO_MANY
        yield Problem(kind, place, keyword=group.keyword, said=group.number, found=n_items)


def _name_problems(name: str, groups: Sequence[GroupWording]) -> Iterator[Problem]:
    said = {keyword.casefold(): (number, keyword) for number, keyword in numbers_in_name(name)}
    if not said:
        return
    places = {group.keyword.strip().casefold(): place for place, group in enumerate(groups)}
    for folded, (number, keyword) in said.items():
        if folded not in places:
            yield Problem(ProblemKind.NAME_WITHOUT_GROUP, keyword=keyword, said=number)
        elif (declared := groups[places[folded]].number) != number:
            yield Problem(
                ProblemKind.NAME_DIFFERS, places[folded], keyword=keyword, said=number, found=declared
            )
    for folded, place in places.items():
        if folded not in said:
            yield Problem(ProblemKind.GROUP_NOT_IN_NAME, place, keyword=groups[place].keyword)


def _item_problems(group: GroupWording, item: ItemWording, *, is_twice: bool) -> Iterator[ProblemKind]:
    if is_twice:
        yield ProblemKind.TWICE
    if says_the_opposite(group.polarity, group.keyword, item.text):
        yield ProblemKind.OPPOSITE
    if not item.sources:
        yield ProblemKind.NO_WITNESS
    if "citizen" in item.sources and not item.question:
        yield ProblemKind.NO_QUESTION
    elif item.question and not (item.answer and item.kept_answers):
        yield ProblemKind.NO_ANSWER


def model_key(owner: str, name: str, taken: Iterable[str] = ()) -> str:
    """The address of a model from owner and name, in letters without diacritics, and not among ``taken``."""
    words = re.findall(r"[a-z0-9]+", fold(f"{owner} {name}"))
    key = ""
    for word in words:
        longer = f"{key}-{word}".strip("-")
        if len(longer) > KEY_LENGTH:
            break
        key = longer
    key = key or "mo-hinh"
    known = set(taken)
    serials = (key if serial == 1 else f"{key}-{serial}" for serial in count(1))
    return next(candidate for candidate in serials if candidate not in known)
