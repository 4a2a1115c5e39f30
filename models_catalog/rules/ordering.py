"""Moving a group or an item of a draft up or down. Pure; an order is (group, its items) in turn."""

from collections.abc import Sequence

type Order = list[tuple[int, list[int]]]


def _copied(order: Sequence[tuple[int, Sequence[int]]]) -> Order:
    return [(group, list(items)) for group, items in order]


def move_group(order: Sequence[tuple[int, Sequence[int]]], group: int, step: int) -> Order:
    """The order with one group ``step`` places on (-1: up); unchanged at the end of the road."""
    rows = _copied(order)
    at = next((place for place, (key, _items) in enumerate(rows) if key == group), None)
    if at is not None and 0 <= at + step < len(rows):
        rows.insert(at + step, rows.pop(at))
    return rows


def move_item(order: Sequence[tuple[int, Sequence[int]]], item: int, step: int) -> Order:
    """The order with one item a place up (-1) or down (1); past the end of its group into the next group."""
    rows = _copied(order)
    at = next((place for place, (_group, items) in enumerate(rows) if item in items), None)
    if at is None:
        return rows
    items = rows[at][1]
    index = items.index(item)
    if 0 <= index + step < len(items):
        items.insert(index + step, items.pop(index))
    elif 0 <= at + step < len(rows):
        items.remove(item)
        beside = rows[at + step][1]
        beside.insert(0 if step > 0 else len(beside), item)
    return rows
