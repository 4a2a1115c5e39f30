"""The offices of a month: their trees and postings, each in one SQL statement.

A month has the tree of its last day; an agency that ended earlier in the month keeps its last place in it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from conduct.kernel.months import Month

from .models import Agency

# The last parent of each agency in the month; `valid_*` are whole days, so a half-open month is first..last.
_LINKS = """
    SELECT DISTINCT ON (agency_id) agency_id, parent_id FROM agencies_agencyparent
    WHERE valid_from <= %(last)s AND (valid_to IS NULL OR valid_to >= %(first)s)
    ORDER BY agency_id, valid_from DESC
"""

_SCOPES = f"""
WITH RECURSIVE links AS MATERIALIZED ({_LINKS}), scope AS (
    SELECT a.id AS office_id, a.id, NULL::bigint AS parent_id, FALSE AS is_office, ARRAY[a.id] AS path
    FROM agencies_agency a WHERE a.id = ANY(%(roots)s)
    UNION ALL
    SELECT s.office_id, a.id, l.parent_id, a.kind = ANY(%(kinds)s), s.path || a.id
    FROM scope s JOIN links l ON l.parent_id = s.id JOIN agencies_agency a ON a.id = l.agency_id
    WHERE NOT s.is_office AND NOT a.id = ANY(s.path)
      AND a.valid_from <= %(last)s AND (a.valid_to IS NULL OR a.valid_to >= %(first)s)
)
SELECT office_id, id, parent_id, is_office FROM scope ORDER BY office_id, cardinality(path), id
"""

_ABOVE = f"""
WITH RECURSIVE links AS MATERIALIZED ({_LINKS}), above AS (
    SELECT root AS root_id, root AS id, 0 AS steps FROM unnest(%(agencies)s::bigint[]) AS root
    UNION
    SELECT a.root_id, l.parent_id, a.steps + 1
    FROM above a JOIN links l ON l.agency_id = a.id WHERE a.steps < 20
)
SELECT above.root_id, above.id, above.steps > 0 AND agency.kind = ANY(%(kinds)s)
FROM above JOIN agencies_agency agency ON agency.id = above.id ORDER BY above.root_id, above.steps
"""

_POSTINGS = """
SELECT id, agency_id, serves_citizens, category, starts_on, ends_on FROM agencies_posting
WHERE agency_id = ANY(%(agencies)s) AND starts_on <= %(last)s AND (ends_on IS NULL OR ends_on >= %(first)s)
ORDER BY id
"""

_OFFICES = f"""
WITH RECURSIVE links AS MATERIALIZED ({_LINKS}), forest AS (
    SELECT a.id, a.code, a.kind, NULL::bigint AS above_id, ARRAY[a.id] AS path
    FROM agencies_agency a LEFT JOIN links l ON l.agency_id = a.id
    WHERE l.agency_id IS NULL
      AND a.valid_from <= %(last)s AND (a.valid_to IS NULL OR a.valid_to >= %(first)s)
    UNION ALL
    SELECT a.id, a.code, a.kind,
           CASE WHEN f.kind = ANY(%(kinds)s) OR f.above_id IS NULL THEN f.id ELSE f.above_id END,
           f.path || a.id
    FROM forest f JOIN links l ON l.parent_id = f.id JOIN agencies_agency a ON a.id = l.agency_id
    WHERE NOT a.id = ANY(f.path)
      AND a.valid_from <= %(last)s AND (a.valid_to IS NULL OR a.valid_to >= %(first)s)
)
SELECT f.id, f.code, f.above_id, cardinality(f.path), coalesce(p.state, 'open')
FROM forest f
LEFT JOIN agencies_period p ON p.office_id = f.id AND p.kind = 'month' AND p.month = %(first)s
WHERE (f.kind = ANY(%(kinds)s) OR f.above_id IS NULL)
  AND (%(roots)s::bigint[] IS NULL OR f.path && %(roots)s::bigint[])
ORDER BY cardinality(f.path) DESC, f.code
"""

_KINDS = [kind.value for kind in Agency.OFFICE_KINDS]


@dataclass(frozen=True, slots=True)
class Node:
    """An agency in an office's tree. `is_office`: it keeps its own months, what is below is not listed."""

    agency_id: int
    parent_id: int | None
    is_office: bool


@dataclass(frozen=True, slots=True)
class Posted:
    """A posting that held on some day of the month."""

    posting_id: int
    agency_id: int
    serves_citizens: bool
    category: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Office:
    """An office that keeps the month, the office above it, its depth, and the month's state there."""

    agency_id: int
    code: str
    above_id: int | None
    depth: int
    state: str


def tally_scopes(office_ids: Collection[int], month: Month) -> dict[int, list[Node]]:
    """Of each office: itself and all below down to, and including, the next offices; parents come first."""
    asked: dict[str, Any] = {
        "roots": list(office_ids),
        "kinds": _KINDS,
        "first": month.first,
        "last": month.last,
    }
    scopes: dict[int, list[Node]] = {office_id: [] for office_id in office_ids}
    with connection.cursor() as cursor:
        cursor.execute(_SCOPES, asked)
        for office_id, *node in cursor.fetchall():
            scopes[office_id].append(Node(*node))
    return scopes


def tally_all_above(agency_ids: Collection[int], month: Month) -> dict[int, list[tuple[int, bool]]]:
    """Of each agency: itself and those above it, nearest first; True where one above keeps its own months."""
    asked: dict[str, Any] = {
        "agencies": list(agency_ids),
        "kinds": _KINDS,
        "first": month.first,
        "last": month.last,
    }
    found: dict[int, list[tuple[int, bool]]] = {agency_id: [] for agency_id in agency_ids}
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, asked)
        for root_id, agency_id, is_office in cursor.fetchall():
            found[root_id].append((agency_id, is_office))
    return found


def tally_above(agency_id: int, month: Month) -> list[tuple[int, bool]]:
    """The agency and those above it, nearest first; True where one above keeps months of its own."""
    return tally_all_above([agency_id], month)[agency_id]


def tally_postings(agency_ids: Collection[int], month: Month) -> list[Posted]:
    """The postings of these agencies in the month."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTINGS, {"agencies": list(agency_ids), "first": month.first, "last": month.last})
        return [Posted(*row) for row in cursor.fetchall()]


def tally_offices(month: Month, roots: Collection[int] | None = None) -> list[Office]:
    """The offices of a month, deepest first: all of them, or those at and below `roots`."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OFFICES,
            {
                "roots": None if roots is None else list(roots),
                "kinds": _KINDS,
                "first": month.first,
                "last": month.last,
            },
        )
        return [Office(*row) for row in cursor.fetchall()]
