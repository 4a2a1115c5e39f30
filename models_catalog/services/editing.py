"""Changing a draft: its facts, groups, items and their order. One audit row an act.

Whoever writes says on which revision of the draft the change is based; after somebody else's change nothing
is overwritten (DraftChanged).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record

from ..models import Item, ItemGroup, ModelVersion
from ..permissions.editing import check_can_edit_draft
from ..rules.wording import MOST_ITEMS
from .wording import refresh_search

MOST_GROUPS = 10
# Above every place in use, so that no row meets another one on its way to its new place.
_ASIDE = 10_000


class DraftChanged(Exception):
    """Somebody changed the draft in between; nothing was written."""


class Facts(TypedDict):
    """What is said about a version as a whole."""

    legal_basis: str
    source: str
    effective_from: date | None
    effective_year: int | None
    note: str
    is_minor: bool


class GroupValues(TypedDict):
    """The "5" and the word "không"."""

    number: int
    keyword: str
    polarity: str


class ItemValues(TypedDict):
    """One sentence, who can judge it, and what citizens are asked."""

    text: str
    text_en: str
    sources: list[str]
    question: str
    question_en: str
    answer: str
    kept_answers: list[int]


def lock_draft(version: ModelVersion, revision: int, by: User, now: datetime) -> ModelVersion:
    """The row of a draft, locked. Raises Refused without the right, DraftChanged for an older revision."""
    rows = ModelVersion.objects.select_for_update(of=("self",)).select_related("model__keeper")
    row = rows.get(pk=version.pk)
    check_can_edit_draft(by, row, timezone.localdate(now))
    if row.revision != revision:
        raise DraftChanged
    return row


def _written(row: ModelVersion, act: str, *, by: User, now: datetime, data: Mapping[str, Any]) -> None:
    """Count the change, make it findable and leave the trail."""
    row.revision += 1
    row.edited_at = now
    row.save()
    refresh_search(row.model)
    record(
        act=f"models_catalog.{act}",
        by=by,
        obj=row,
        agency=row.model.keeper,
        now=now,
        data={"revision": row.revision, **data},
    )


def _set(row: Any, values: Mapping[str, Any]) -> list[str]:
    """Give a row new values; the names of those that differ."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


@transaction.atomic
def change_facts(*, version: ModelVersion, facts: Facts, revision: int, by: User, now: datetime) -> bool:
    """Set basis, source, dates and note of a draft; returns whether anything changed.

    Only a later version can be a minor correction (ValidationError).
    """
    row = lock_draft(version, revision, by, now)
    if facts["is_minor"] and row.number == 1:
        raise ValidationError(
            {"is_minor": _("The first version corrects nothing; there is none before it.")}, code="minor"
        )
    changed = _set(row, facts)
    if changed:
        _written(row, "change_facts", by=by, now=now, data={"fields": changed})
    return bool(changed)


@transaction.atomic
def add_group(
    *, version: ModelVersion, values: GroupValues, revision: int, by: User, now: datetime
) -> ItemGroup:
    """A new group at the end. Raises ValidationError when there are too many."""
    row = lock_draft(version, revision, by, now)
    if row.groups.count() >= MOST_GROUPS:
        raise ValidationError(
            _("A version has at most %(n)s groups."), code="many", params={"n": MOST_GROUPS}
        )
    group = ItemGroup.objects.create(version=row, position=_next_place(row.groups.all()), **values)
    _written(row, "add_group", by=by, now=now, data={"group": group.pk, "said": str(group)})
    return group


def _next_place(rows: Any) -> int:
    last: int = rows.aggregate(last=Max("position"))["last"] or 0
    return last + 1


@transaction.atomic
def change_group(*, group: ItemGroup, values: GroupValues, revision: int, by: User, now: datetime) -> bool:
    """Set number, word and polarity of a group; returns whether anything changed."""
    row = lock_draft(_version_of(group), revision, by, now)
    changed = _set(group, values)
    if changed:
        group.save(update_fields=changed)
        _written(row, "change_group", by=by, now=now, data={"group": group.pk, "said": str(group)})
    return bool(changed)


@transaction.atomic
def delete_group(*, group: ItemGroup, revision: int, by: User, now: datetime) -> bool:
    """Take a group out of a draft, with its items; returns whether this call did it."""
    row = lock_draft(_version_of(group), revision, by, now)
    texts = list(group.items.order_by("position").values_list("text", flat=True))
    key, said = group.pk, str(group)
    group.items.all().delete()
    group.delete()
    _written(row, "delete_group", by=by, now=now, data={"group": key, "said": said, "items": texts})
    return True


def _version_of(group: ItemGroup) -> ModelVersion:
    """The draft of a group; local groups of an adoption belong to none and never change."""
    if group.version is None:
        raise ValidationError(_("What an office added to its adoption never changes."), code="local")
    return group.version


@transaction.atomic
def add_item(*, group: ItemGroup, values: ItemValues, revision: int, by: User, now: datetime) -> Item:
    """A new item at the end of a group. Raises ValidationError when there are too many."""
    row = lock_draft(_version_of(group), revision, by, now)
    if group.items.count() >= MOST_ITEMS:
        raise ValidationError(_("A group has at most %(n)s items."), code="many", params={"n": MOST_ITEMS})
    item = Item.objects.create(group=group, position=_next_place(group.items.all()), **values)
    _written(row, "add_item", by=by, now=now, data={"item": item.pk, "text": item.text})
    return item


@transaction.atomic
def change_item(*, item: Item, values: ItemValues, revision: int, by: User, now: datetime) -> bool:
    """Reword an item; returns whether anything changed."""
    row = lock_draft(_version_of(item.group), revision, by, now)
    changed = _set(item, values)
    if changed:
        item.save(update_fields=changed)
        data = {"item": item.pk, "text": item.text, "fields": changed}
        _written(row, "change_item", by=by, now=now, data=data)
    return bool(changed)


@transaction.atomic
def delete_item(*, item: Item, revision: int, by: User, now: datetime) -> bool:
    """Take an item out of a draft; returns whether this call did it."""
    row = lock_draft(_version_of(item.group), revision, by, now)
    key = item.pk
    item.delete()
    _written(row, "delete_item", by=by, now=now, data={"item": key, "text": item.text})
    return True


@transaction.atomic
def reorder_draft(
    *,
    version: ModelVersion,
    order: Sequence[tuple[int, Sequence[int]]],
    revision: int,
    by: User,
    now: datetime,
) -> bool:
    """Put groups and items into this order: (group, its items) in turn; returns whether anything moved.

    Raises ValidationError unless every group and item of the draft is named exactly once.
    """
    row = lock_draft(version, revision, by, now)
    groups = {group.pk: group for group in row.groups.order_by("position").prefetch_related("items")}
    items = {item.pk: item for group in groups.values() for item in group.items.all()}
    asked = [pk for _group, members in order for pk in members]
    if sorted(group for group, _members in order) != sorted(groups) or sorted(asked) != sorted(items):
        raise ValidationError(_("The order must name every group and every item once."), code="order")
    before = [(group.pk, [item.pk for item in group.items.all()]) for group in groups.values()]
    after = [(group, list(members)) for group, members in order]
    if before == after:
        return False
    row.groups.update(position=F("position") + _ASIDE)
    Item.objects.filter(group__version=row).update(position=F("position") + _ASIDE)
    for place, (group_pk, members) in enumerate(after, start=1):
        groups[group_pk].position = place
        for index, item_pk in enumerate(members, start=1):
            items[item_pk].group_id, items[item_pk].position = group_pk, index
    ItemGroup.objects.bulk_update(groups.values(), ["position"])
    Item.objects.bulk_update(items.values(), ["group", "position"])
    _written(row, "reorder_draft", by=by, now=now, data={"order": after})
    return True
