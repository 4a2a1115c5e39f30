"""Parts of the tree with their links, for lists that need many lineages at once; one statement each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from .models import Agency

_BRANCH = """
WITH RECURSIVE roots AS (
    SELECT unnest(%(roots)s::bigint[]) AS id
    UNION
    SELECT agency_id FROM agencies_rolegrant
    WHERE person_id = %(person)s::bigint AND role = ANY(%(roles)s::text[])
      AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
), below AS (
    SELECT id FROM roots
    UNION
    SELECT p.agency_id FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id
    WHERE p.valid_from <= %(tree)s AND (p.valid_to IS NULL OR p.valid_to >= %(tree)s)
), above AS (
    SELECT id FROM roots
    UNION
    SELECT p.parent_id FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %(tree)s AND (p.valid_to IS NULL OR p.valid_to >= %(tree)s)
), known AS (
    SELECT id FROM below UNION SELECT id FROM above
)
SELECT known.id, p.parent_id, known.id IN (SELECT id FROM below), known.id IN (SELECT id FROM roots)
FROM known LEFT JOIN agencies_agencyparent p ON p.agency_id = known.id
    AND p.valid_from <= %(tree)s AND (p.valid_to IS NULL OR p.valid_to >= %(tree)s)
"""

# Everything below an agency, whether it belongs to it without another office between, and what lies above it.
_SURROUNDINGS = """
WITH RECURSIVE below AS (
    SELECT %(agency)s::bigint AS id, true AS is_own
    UNION
    SELECT p.agency_id, b.is_own AND NOT a.kind = ANY(%(kinds)s)
    FROM below b JOIN agencies_agencyparent p ON p.parent_id = b.id
    JOIN agencies_agency a ON a.id = p.agency_id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
), above AS (
    SELECT %(agency)s::bigint AS id, 0 AS steps
    UNION
    SELECT p.parent_id, a.steps + 1 FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
)
SELECT id, is_own, NULL::integer AS steps FROM below
UNION ALL SELECT id, NULL, steps FROM above ORDER BY steps
"""

# The own office with all below it, what a role reaches, and the lineage of each own posting.
_GROUND = """
WITH RECURSIVE mine AS (
    SELECT id AS posting_id, agency_id AS id, 0 AS steps FROM agencies_posting
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION
    SELECT m.posting_id, p.parent_id, m.steps + 1
    FROM mine m JOIN agencies_agencyparent p ON p.agency_id = m.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
), own AS (
    SELECT DISTINCT ON (m.posting_id) m.id FROM mine m JOIN agencies_agency a ON a.id = m.id
    ORDER BY m.posting_id, (a.kind = ANY(%(kinds)s)) DESC, m.steps
), below AS (
    SELECT id FROM own
    UNION
    SELECT agency_id FROM agencies_rolegrant
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION
    SELECT p.agency_id FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
)
SELECT NULL, id, NULL FROM below
UNION ALL SELECT posting_id, id, NULL FROM mine
UNION ALL SELECT NULL, NULL, role FROM agencies_rolegrant
WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
"""


@dataclass(frozen=True, slots=True)
class Branch:
    """The agencies at and below ``roots`` (``below``), with the link upward of each and of those above."""

    roots: frozenset[int]
    below: frozenset[int]
    parents: dict[int, int] = field(default_factory=dict)

    def lineage(self, agency_id: int) -> list[int]:
        """The agency's own id, then the agency above, and so on to the root of the tree."""
        found = [agency_id]
        while (parent := self.parents.get(found[-1])) is not None and parent not in found:
            found.append(parent)
        return found


def branch_of(roots: Iterable[int], on: date) -> Branch:
    """What lies at and below these agencies on a day."""
    return _branch(list(roots), None, [], on, on)


def branch_led_by(person_id: int, roles: Iterable[str], on: date, tree_of: date) -> Branch:
    """What these roles of a person reach: roles of the day ``on`` in the tree of the day ``tree_of``."""
    return _branch([], person_id, list(roles), on, tree_of)


def _branch(roots: list[int], person_id: int | None, roles: list[str], on: date, tree_of: date) -> Branch:
    with connection.cursor() as cursor:
        cursor.execute(
            _BRANCH, {"roots": roots, "person": person_id, "roles": roles, "on": on, "tree": tree_of}
        )
        rows = cursor.fetchall()
    return Branch(
        roots=frozenset(pk for pk, _, _, is_root in rows if is_root),
        below=frozenset(pk for pk, _, is_below, _ in rows if is_below),
        parents={pk: parent for pk, parent, _, _ in rows if parent is not None},
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around an agency: ``own`` is of ``below`` without other offices and what is below them.

    ``above``: its own id, then the agency above, and so on to the root.
    """

    own: frozenset[int]
    below: frozenset[int]
    above: tuple[int, ...]


def surroundings_of(agency_id: int, on: date) -> Surroundings:
    """What lies below and above an agency on a day."""
    kinds = [kind.value for kind in Agency.OFFICE_KINDS]
    with connection.cursor() as cursor:
        cursor.execute(_SURROUNDINGS, {"agency": agency_id, "on": on, "kinds": kinds})
        rows = cursor.fetchall()
    return Surroundings(
        own=frozenset(pk for pk, is_own, _ in rows if is_own),
        below=frozenset(pk for pk, _, steps in rows if steps is None),
        above=tuple(pk for pk, _, steps in rows if steps is not None),
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """What a person may see, the roles held anywhere, and for each own posting its agency and all above."""

    seen: frozenset[int]
    roles: frozenset[str]
    lines: dict[int, frozenset[int]]

    @property
    def bound(self) -> frozenset[int]:
        """What the person sees, and every agency whose acts bind one of the own postings."""
        return self.seen.union(*self.lines.values())


def ground_of(person_id: int, on: date) -> Ground:
    """Where a person stands that day."""
    kinds = [kind.value for kind in Agency.OFFICE_KINDS]
    with connection.cursor() as cursor:
        cursor.execute(_GROUND, {"person": person_id, "on": on, "kinds": kinds})
        rows = cursor.fetchall()
    lines: dict[int, set[int]] = {}
    for posting_id, agency_id, _ in rows:
        if posting_id is not None:
            lines.setdefault(posting_id, set()).add(agency_id)
    return Ground(
        seen=frozenset(pk for posting_id, pk, role in rows if posting_id is None and role is None),
        roles=frozenset(role for _, _, role in rows if role is not None),
        lines={posting_id: frozenset(ids) for posting_id, ids in lines.items()},
    )
