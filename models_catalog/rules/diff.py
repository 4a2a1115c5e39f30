"""How two wordings differ, item by item: same, changed, moved, added, removed. Pure.

Items are matched by equal text first and by likeness after that, so that a corrected spelling is one changed
item and not one removed and one added.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from unicodedata import normalize

from .library import LibraryGroup, LibraryItem

ALIKE = 0.6
"""From this share of equal letters on (difflib's ratio, without the group's word) two texts are one item."""


class Change(StrEnum):
    """What became of an item."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Line:
    """An item where it stands: places of its group and its own, both from 1; ``weight`` is the emphasis."""

    group: int
    place: int
    number: int
    keyword: str
    polarity: str
    item: LibraryItem
    is_local: bool = False
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of a changed text that stayed, came (ADDED) or went (REMOVED)."""

    text: str
    change: Change


@dataclass(frozen=True, slots=True)
class ItemDiff:
    """An item of either side or of both; ``fields`` names what changed in it."""

    change: Change
    before: Line | None
    after: Line | None
    fields: tuple[str, ...] = ()
    has_moved: bool = False

    @property
    def line(self) -> Line:
        """The item as it stands now, or as it last stood."""
        found = self.after or self.before
        if found is None:
            raise ValueError("an item stands on one side at least")
        return found

    @property
    def spans(self) -> tuple[Span, ...]:
        """The text word by word, where it changed; one span otherwise."""
        if "text" not in self.fields or self.before is None or self.after is None:
            return (Span(self.line.item.text, Change.SAME),)
        return word_spans(self.before.item.text, self.after.item.text)

    @property
    def other_fields(self) -> tuple[str, ...]:
        """What changed beside the text."""
        return tuple(field for field in self.fields if field != "text")


@dataclass(frozen=True, slots=True)
class GroupDiff:
    """A group of either side or of both; its items in the order of now, gone ones where they stood."""

    before: Line | None
    after: Line | None
    items: tuple[ItemDiff, ...]

    @property
    def line(self) -> Line:
        """A line of the group as it stands now, or as it last stood."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a group stands on one side at least")
        return found

    @property
    def fields(self) -> tuple[str, ...]:
        """Which of number, keyword and polarity changed."""
        if self.before is None or self.after is None:
            return ()
        names = ("number", "keyword", "polarity")
        return tuple(name for name in names if getattr(self.before, name) != getattr(self.after, name))

    @property
    def change(self) -> Change:
        """What became of the group itself, whatever became of its items."""
        if self.before is None:
            return Change.ADDED
        if self.after is None:
            return Change.REMOVED
        return Change.CHANGED if self.fields else Change.SAME


@dataclass(frozen=True, slots=True)
class Diff:
    """Every item of both sides exactly once, by groups."""

    groups: tuple[GroupDiff, ...]

    @property
    def items(self) -> tuple[ItemDiff, ...]:
        """All items in the order shown."""
        return tuple(item for group in self.groups for item in group.items)

    @property
    def counts(self) -> dict[str, int]:
        """How many items became what, zeros too."""
        found = Counter(item.change for item in self.items)
        return {change.value: found[change] for change in Change}

    @property
    def is_same(self) -> bool:
        """Whether nothing differs, groups included."""
        return all(item.change is Change.SAME for item in self.items) and not any(
            group.fields for group in self.groups
        )

    @property
    def changes_texts(self) -> bool:
        """Whether somebody who signed would read another text: items came, went, or are worded otherwise."""
        coming = (Change.ADDED, Change.REMOVED)
        return any(item.change in coming or "text" in item.fields for item in self.items)

    def partners(self) -> Iterator[tuple[Line, Line]]:
        """Items found on both sides: as they stood, and as they stand now."""
        for item in self.items:
            if item.before is not None and item.after is not None:
                yield item.before, item.after


def lines_of(
    groups: Iterable[LibraryGroup],
    *,
    first: int = 1,
    is_local: bool = False,
    weights: Mapping[tuple[int, int], int] | None = None,
) -> list[Line]:
    """Groups as lines; ``first``: the place of the first group; ``weights`` by place of group and item."""
    return [
        Line(
            place_of_group,
            place,
            group.number,
            group.keyword,
            group.polarity,
            item,
            is_local,
            (weights or {}).get((place_of_group, place), 1),
        )
        for place_of_group, group in enumerate(groups, start=first)
        for place, item in enumerate(group.items, start=1)
    ]


def compare(before: Sequence[Line], after: Sequence[Line]) -> Diff:
    """The difference between two wordings, each given line by line in order."""
    pairs = _matched(before, after)
    twins = _group_twins(before, after, pairs)
    steady = _steady(before, after, pairs, twins)
    found = [_item_diff(before[old], after[new], has_moved=old not in steady) for old, new in pairs.items()]
    by_place = {(item.line.group, item.line.place): item for item in found}
    for line in after:
        by_place.setdefault((line.group, line.place), ItemDiff(Change.ADDED, None, line))
    gone = [ItemDiff(Change.REMOVED, line, None) for index, line in enumerate(before) if index not in pairs]
    return Diff(tuple(_grouped(before, after, by_place, gone, twins)))


def word_spans(before: str, after: str) -> tuple[Span, ...]:
    """The words of both texts in reading order: those that stayed, went and came."""
    old, new = before.split(), after.split()
    spans: list[Span] = []
    for tag, a_from, a_to, b_from, b_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            spans.append(Span(" ".join(old[a_from:a_to]), Change.SAME))
            continue
        if a_to > a_from:
            spans.append(Span(" ".join(old[a_from:a_to]), Change.REMOVED))
        if b_to > b_from:
            spans.append(Span(" ".join(new[b_from:b_to]), Change.ADDED))
    return tuple(spans)


def _matched(before: Sequence[Line], after: Sequence[Line]) -> dict[int, int]:
    """Which line of now is which earlier one, by index: equal texts in order, then the likest first."""
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for index, line in enumerate(before):
        waiting[_plain(line.item.text)].append(index)
    pairs: dict[int, int] = {}
    for new, line in enumerate(after):
        if waiting[_plain(line.item.text)]:
            pairs[waiting[_plain(line.item.text)].popleft()] = new
    taken = set(pairs.values())
    likest = sorted(
        (-likeness, abs(old - new), old, new)
        for old, was in enumerate(before)
        if old not in pairs
        for new, line in enumerate(after)
        if new not in taken and (likeness := _likeness(was, line)) >= ALIKE
    )
    for _likeness_of_pair, _distance, old, new in likest:
        if old not in pairs and new not in taken:
            pairs[old] = new
            taken.add(new)
    return pairs


def _plain(text: str) -> str:
    """A text without what nobody sees: composed letters, single spaces."""
    return " ".join(normalize("NFC", text).split())


def _likeness(was: Line, line: Line) -> float:
    """0–1: equal letters, or 1 where the English says the same."""
    gloss = was.item.text_en.strip()
    if gloss and gloss == line.item.text_en.strip():
        return 1.0
    matcher = SequenceMatcher(None, _own_words(was), _own_words(line), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _own_words(line: Line) -> str:
    """The text without the word that all items of its group begin with."""
    text = _plain(line.item.text).casefold()
    return text.removeprefix(_plain(line.keyword).casefold()).strip() or text


def _group_twins(before: Sequence[Line], after: Sequence[Line], pairs: Mapping[int, int]) -> dict[int, int]:
    """Which group of now is which earlier one: the one it shares most items with, else the same word."""
    shared = Counter((before[old].group, after[new].group) for old, new in pairs.items())
    words = {line.group: _plain(line.keyword).casefold() for line in before}
    for group, word in {line.group: _plain(line.keyword).casefold() for line in after}.items():
        for other, earlier in words.items():
            if earlier == word:
                shared.setdefault((other, group), 0)
    twins: dict[int, int] = {}
    for old, new in sorted(shared, key=lambda both: (-shared[both], abs(both[0] - both[1]), both)):
        if old not in twins and new not in twins.values():
            twins[old] = new
    return twins


def _steady(
    before: Sequence[Line], after: Sequence[Line], pairs: Mapping[int, int], twins: Mapping[int, int]
) -> set[int]:
    """Lines that kept their group and their order there: the longest rising run of each group."""
    runs: dict[int, list[int]] = defaultdict(list)
    for old in sorted(pairs):
        if twins.get(before[old].group) == after[pairs[old]].group:
            runs[before[old].group].append(old)
    return {old for run in runs.values() for old in _rising(run, pairs)}


def _rising(run: Sequence[int], pairs: Mapping[int, int]) -> list[int]:
    """The longest part of the run whose partners rise; quadratic, for groups of at most some dozens."""
    best: list[list[int]] = []
    for index, old in enumerate(run):
        longer = (best[i] for i in range(index) if pairs[run[i]] < pairs[old])
        best.append([*max(longer, key=len, default=[]), old])
    return max(best, key=len, default=[])


def _item_diff(before: Line, after: Line, *, has_moved: bool) -> ItemDiff:
    fields = tuple(_changed_fields(before, after))
    if fields:
        return ItemDiff(Change.CHANGED, before, after, fields, has_moved)
    return ItemDiff(Change.MOVED if has_moved else Change.SAME, before, after, (), has_moved)


def _changed_fields(before: Line, after: Line) -> Iterator[str]:
    was, item = before.item, after.item
    if was.text != item.text:
        yield "text"
    if was.text_en != item.text_en:
        yield "text_en"
    if set(was.sources) != set(item.sources):
        yield "sources"
    if (was.question, was.question_en) != (item.question, item.question_en):
        yield "question"
    if (was.answer, was.kept_answers) != (item.answer, item.kept_answers):
        yield "kept"
    if before.polarity != after.polarity:
        yield "polarity"
    if before.weight != after.weight:
        yield "weight"
    if before.is_local != after.is_local:
        yield "is_local"


def _grouped(
    before: Sequence[Line],
    after: Sequence[Line],
    by_place: Mapping[tuple[int, int], ItemDiff],
    gone: Sequence[ItemDiff],
    twins: Mapping[int, int],
) -> Iterator[GroupDiff]:
    """The groups of now in order, each with what went from its twin; then the groups that went as a whole."""
    heads = {line.group: line for line in reversed(before)}
    earlier = {new: old for old, new in twins.items()}
    lines_by_group: dict[int, list[Line]] = defaultdict(list)
    for line in after:
        lines_by_group[line.group].append(line)
    for group, lines in lines_by_group.items():
        items = [by_place[line.group, line.place] for line in lines]
        for lost in (item for item in gone if twins.get(item.line.group) == group):
            items.insert(_where(items, lost), lost)
        yield GroupDiff(heads.get(earlier.get(group, 0)), lines[0], tuple(items))
    for group in sorted({item.line.group for item in gone} - set(twins)):
        yield GroupDiff(heads[group], None, tuple(item for item in gone if item.line.group == group))


def _where(items: Sequence[ItemDiff], lost: ItemDiff) -> int:
    """Behind the last item that stood before the lost one in the same group."""
    behind = [
        index
        for index, item in enumerate(items, start=1)
        if item.before is not None
        and item.before.group == lost.line.group
        and item.before.place < lost.line.place
    ]
    return max(behind, default=0)
