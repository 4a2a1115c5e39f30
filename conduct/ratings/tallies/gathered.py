"""Several short lists in one statement."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

type Asked = tuple[QuerySet[Any, Any], Mapping[str, str | Combinable]]


def gather(lists: Mapping[str, Asked]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each list, with these fields, in no order.

    They come as JSON: a day is a text like ``2026-10-01``; a number with decimals must be cast to text.
    """
    first, *rest = [
        rows.order_by().values_list(Value(name), JSONObject(**fields))
        for name, (rows, fields) in lists.items()
    ]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in lists}
    for name, row in first.union(*rest, all=True):
        found[name].append(row)
    return found
