"""Who holds a right to rate somewhere: who leads an agency or one above it, and who stands in for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from conduct.agencies.models import Agency
from conduct.agencies.permissions import LEADING

_RIGHTS = """
WITH RECURSIVE above AS (
    SELECT id AS start, id, day, 0 AS steps
    FROM unnest(%(ids)s::bigint[], %(days)s::date[]) AS asked (id, day)
    UNION
    SELECT a.start, p.parent_id, a.day, a.steps + 1
    FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id
    WHERE p.valid_from <= a.day AND (p.valid_to IS NULL OR p.valid_to >= a.day)
), held AS (
    SELECT agency_id, role, person_id, NULL::bigint AS absent_id FROM agencies_rolegrant
    WHERE role = ANY(%(roles)s) AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION ALL
    SELECT agency_id, '', delegate_id, absent_id FROM agencies_delegation
    WHERE starts_on <= %(on)s AND ends_on >= %(on)s
)
SELECT above.start, above.id, above.steps, agency.kind, NULL::bigint, NULL, NULL::bigint
FROM above JOIN agencies_agency agency ON agency.id = above.id
UNION ALL
SELECT NULL, held.agency_id, 0, held.role, held.person_id, person.full_name, held.absent_id
FROM held JOIN agencies_user person ON person.id = held.person_id
WHERE held.agency_id IN (SELECT id FROM above)
ORDER BY 1, 3, 2, 5
"""


@dataclass(frozen=True, slots=True)
class Right:
    """Who leads an agency; with ``absent_id``, who stands in for that person there."""

    agency_id: int
    role: str
    person_id: int
    name: str
    absent_id: int | None


@dataclass(slots=True)
class Rights:
    """Of each agency its own id and those above it, which of all are offices, and the rights held there."""

    lineages: dict[int, list[int]] = field(default_factory=dict)
    offices: set[int] = field(default_factory=set)
    rights: list[Right] = field(default_factory=list)


def tally_rights(days: Mapping[int, date], on: date) -> Rights:
    """The rights of a day over agencies as they stood on a day of their own; one statement."""
    roles = [role.value for role in LEADING]
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, {"ids": list(days), "days": list(days.values()), "on": on, "roles": roles})
        rows = cursor.fetchall()
    found = Rights()
    for start, agency_id, _steps, word, person_id, name, absent_id in rows:
        if start is None:
            found.rights.append(Right(agency_id, word, person_id, name, absent_id))
            continue
        found.lineages.setdefault(start, []).append(agency_id)
        if word in Agency.OFFICE_KINDS:
            found.offices.add(agency_id)
    return found
