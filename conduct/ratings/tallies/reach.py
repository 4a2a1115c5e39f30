"""Where somebody may have people to rate: below what they lead and below what a delegation gives them."""

from datetime import date

from django.db import connection

from conduct.agencies.permissions import LEADING

_REACH = """
WITH RECURSIVE below AS (
    SELECT agency_id AS id FROM agencies_rolegrant
    WHERE person_id = %(person)s AND role = ANY(%(roles)s)
      AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION
    SELECT agency_id FROM agencies_delegation
    WHERE delegate_id = %(person)s AND starts_on <= %(on)s AND ends_on >= %(on)s
    UNION
    SELECT p.agency_id FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id
    WHERE p.valid_from <= %(on)s AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
)
SELECT id FROM below
"""


def tally_rating_reach(person_id: int, on: date) -> list[int]:
    """The agencies whose people this person may have to review or confirm that day."""
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"person": person_id, "on": on, "roles": [role.value for role in LEADING]})
        return [row[0] for row in cursor.fetchall()]
