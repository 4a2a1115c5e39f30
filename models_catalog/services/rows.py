"""Writing groups with their items, of a draft or of what an office adds to its adoption."""

from collections.abc import Iterable

from ..models import Adoption, Item, ItemGroup, ModelVersion
from ..rules.library import LibraryGroup, LibraryItem


def rewrite_groups(version: ModelVersion, groups: Iterable[LibraryGroup]) -> None:
    """Give a draft these groups in the place of those it has."""
    Item.objects.filter(group__version=version).delete()
    version.groups.all().delete()
    _write(groups, version=version)


def write_local_groups(adoption: Adoption, groups: Iterable[LibraryGroup]) -> None:
    """What an office adds; from then on it never changes."""
    _write(groups, adoption=adoption)


def _write(groups: Iterable[LibraryGroup], **of: ModelVersion | Adoption) -> None:
    for place, group in enumerate(groups, start=1):
        row = ItemGroup.objects.create(
            position=place, number=group.number, keyword=group.keyword, polarity=group.polarity, **of
        )
        Item.objects.bulk_create(
            _item(row, position, item) for position, item in enumerate(group.items, start=1)
        )


def _item(group: ItemGroup, position: int, item: LibraryItem) -> Item:
    return Item(
        group=group,
        position=position,
        text=item.text,
        text_en=item.text_en,
        sources=list(item.sources),
        question=item.question,
        question_en=item.question_en,
        answer=item.answer,
        kept_answers=list(item.kept_answers),
    )
