"""The tree of agencies as it stood on a day. Every function is one SQL statement."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from .models import Agency, AgencyParent, on_day

_DOWN = """
WITH RECURSIVE below AS (
    SELECT unnest(%s::bigint[]) AS id
    UNION
    SELECT p.agency_id FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT id FROM below
"""

_UP = """
WITH RECURSIVE above AS (
    SELECT %s::bigint AS id, 0 AS steps
    UNION
    SELECT p.parent_id, a.steps + 1 FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT id FROM above ORDER BY steps
"""

_OFFICE = """
WITH RECURSIVE above AS (
    SELECT %s::bigint AS id, 0 AS steps
    UNION
    SELECT p.parent_id, a.steps + 1 FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %s AND (p.valid_to IS NULL OR p.valid_to >= %s)
)
SELECT office.* FROM agencies_agency office JOIN above ON above.id = office.id
WHERE office.kind = ANY(%s) ORDER BY above.steps LIMIT 1
"""


def subtree_ids(roots: Iterable[int], on: date) -> set[int]:
    """The ids of ``roots`` and of everything below them on that day."""
    ids = list(roots)
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, [ids, on, on])
        return {row[0] for row in cursor.fetchall()}


def lineage_ids(agency_id: int, on: date) -> list[int]:
    """The agency's own id, then the agency above, and so on to the root."""
    with connection.cursor() as cursor:
        cursor.execute(_UP, [agency_id, on, on])
        return [row[0] for row in cursor.fetchall()]


def office_of(agency: Agency, on: date) -> Agency:
    """The agency that keeps this agency's months: itself, or the nearest office above it.

    An agency without any office above keeps its own months.
    """
    if agency.is_office:
        return agency
    above = Agency.objects.raw(_OFFICE, [agency.pk, on, on, [kind.value for kind in Agency.OFFICE_KINDS]])
    return next(iter(above), agency)


@dataclass
class Node:
    """An agency in a drawn tree; ``n_hidden`` agencies below it are not drawn."""

    agency: Agency
    children: list["Node"] = field(default_factory=list)
    n_hidden: int = 0


def drawn_tree(agencies: Iterable[Agency], on: date, at_most: int = 400) -> list[Node]:
    """These agencies as they stood below each other that day, the tops first; one query.

    A level that would make more than ``at_most`` nodes is not drawn, only counted.
    """
    nodes = {agency.pk: Node(agency) for agency in agencies}
    links = AgencyParent.objects.filter(on_day(on), agency_id__in=nodes, parent_id__in=nodes)
    parents = dict(links.values_list("agency_id", "parent_id"))
    tops = [node for pk, node in nodes.items() if pk not in parents]
    for pk, node in nodes.items():
        if pk in parents:
            nodes[parents[pk]].children.append(node)
    level, n_drawn = tops, len(tops)
    while level:
        below = [child for node in level for child in node.children]
        if n_drawn + len(below) > at_most:
            for node in level:
                node.n_hidden, node.children = len(node.children), []
            break
        level, n_drawn = below, n_drawn + len(below)
    return tops
