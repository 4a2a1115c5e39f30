"""Whose year an office classes: those who serve in it, and the heads of the offices directly below."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from conduct.agencies.models import Agency, Role

_PEOPLE = """
WITH RECURSIVE own AS (
    SELECT %(office)s::bigint AS id
    UNION
    SELECT p.agency_id FROM agencies_agencyparent p JOIN own o ON p.parent_id = o.id
    JOIN agencies_agency a ON a.id = p.agency_id
    WHERE NOT a.kind = ANY(%(kinds)s)
      AND p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
), below AS (
    SELECT a.id FROM agencies_agencyparent p JOIN own o ON p.parent_id = o.id
    JOIN agencies_agency a ON a.id = p.agency_id
    WHERE a.kind = ANY(%(kinds)s)
      AND p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
), heads AS (
    SELECT g.person_id, g.agency_id FROM agencies_rolegrant g
    WHERE g.role = %(head)s AND g.starts_on <= %(on)s AND (g.ends_on IS NULL OR g.ends_on >= %(on)s)
), serving AS (
    SELECT id, person_id, agency_id FROM agencies_posting
    WHERE is_main AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
)
SELECT s.id, s.person_id, %(office)s::bigint,
       EXISTS (SELECT FROM heads h WHERE h.person_id = s.person_id AND h.agency_id = %(office)s)
FROM serving s JOIN own ON own.id = s.agency_id
UNION ALL
SELECT s.id, s.person_id, s.agency_id, TRUE
FROM serving s JOIN below ON below.id = s.agency_id
JOIN heads h ON h.person_id = s.person_id AND h.agency_id = s.agency_id
"""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody whose year is looked at; ``office_id`` is the office of the posting."""

    posting_id: int
    person_id: int
    office_id: int
    is_head: bool


def tally_members(office: Agency, on: date) -> list[Member]:
    """Main postings in the office and its units that day, then the heads of the offices below; one query."""
    values: dict[str, Any] = {
        "office": office.pk, "on": on, "head": Role.HEAD.value,
        "kinds": [kind.value for kind in Agency.OFFICE_KINDS],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, values)
        return [Member(*row) for row in cursor.fetchall()]
