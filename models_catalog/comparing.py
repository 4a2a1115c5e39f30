"""What differs between two versions, two adoptions, or a version and what an office made of it.

For the catalogue's pages and for apps above, which show it where something is signed again.
"""

from collections.abc import Iterable, Mapping

from .models import Adoption, Emphasis, Item, ItemGroup, ModelVersion
from .rules.diff import Diff, Line, compare, lines_of
from .rules.library import LibraryGroup, LibraryItem


def compare_versions(before: ModelVersion, after: ModelVersion) -> Diff:
    """What became of each item from one version to another, also of another model."""
    return compare(version_lines(before), version_lines(after))


def compare_adoptions(before: Adoption, after: Adoption) -> Diff:
    """What became of each item that staff keep: those of the models, local ones, emphasis."""
    return compare(adoption_lines(before), adoption_lines(after))


def compare_to_base(adoption: Adoption) -> Diff:
    """What an office made of the version it adopted: emphasis and local items."""
    return compare(version_lines(adoption.version), adoption_lines(adoption))


def version_lines(version: ModelVersion) -> list[Line]:
    """The items of a version; one query."""
    return planned_lines(Item.objects.of_version(version))


def adoption_lines(adoption: Adoption) -> list[Line]:
    """The items kept under an adoption with their emphasis, local ones last; two queries."""
    items = list(Item.objects.kept_under(adoption))
    base = [item for item in items if item.group.adoption_id is None]
    local = groups_of(item for item in items if item.group.adoption_id is not None)
    weights = dict(Emphasis.objects.filter(adoption=adoption).values_list("item", "weight"))
    return planned_lines(base, weights, local)


def planned_lines(
    items: Iterable[Item], weights: Mapping[int, int] | None = None, local: Iterable[LibraryGroup] = ()
) -> list[Line]:
    """Items of a version with an emphasis by id, local groups behind them: as an adoption would hold them."""
    base = list(items)
    groups = groups_of(base)
    lines = lines_of(groups, weights=_by_place(base, weights or {}))
    return [*lines, *lines_of(local, first=len(groups) + 1, is_local=True)]


def local_groups_of(adoption: Adoption) -> list[LibraryGroup]:
    """What an office added of its own; one query."""
    items = Item.objects.filter(group__adoption=adoption).select_related("group")
    return groups_of(items.order_by("group__position", "position"))


def worded_group(group: ItemGroup, items: Iterable[Item]) -> LibraryGroup:
    """A group with its items in the form of a file."""
    return LibraryGroup(group.number, group.keyword, group.polarity, tuple(map(_worded_item, items)))


def _worded_item(item: Item) -> LibraryItem:
    return LibraryItem(
        item.text,
        item.text_en,
        tuple(item.sources),
        item.question,
        item.question_en,
        item.answer,
        tuple(item.kept_answers),
    )


def groups_of(items: Iterable[Item]) -> list[LibraryGroup]:
    """Items in order, with their groups, as groups in order."""
    rows: dict[int, tuple[ItemGroup, list[Item]]] = {}
    for item in items:
        rows.setdefault(item.group_id, (item.group, []))[1].append(item)
    return [worded_group(group, members) for group, members in rows.values()]


def _by_place(items: Iterable[Item], weights: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """Weights by the place of group and item, as ``lines_of`` counts them."""
    places: dict[int, int] = {}
    found: dict[tuple[int, int], int] = {}
    counted: dict[int, int] = {}
    for item in items:
        group = places.setdefault(item.group_id, len(places) + 1)
        counted[group] = counted.get(group, 0) + 1
        found[group, counted[group]] = weights.get(item.pk, 1)
    return found
