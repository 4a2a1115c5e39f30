"""Where somebody may have people to rate: below what they lead and below what a delegation gives them.

All are for use in a filter: ``agency_id__in=RatingReach(person, day)``.
"""

from datetime import date

from django.db.models import BigIntegerField, Func, Value

from conduct.agencies.permissions import LEADING

_BELOW = """(WITH RECURSIVE asked (person_id, day, roles) AS (
    VALUES (%(expressions)s)
), below AS (
    SELECT g.agency_id AS id FROM agencies_rolegrant g JOIN asked ON g.person_id = asked.person_id
    WHERE g.role = ANY(asked.roles::text[])
      AND g.starts_on <= asked.day AND (g.ends_on IS NULL OR g.ends_on >= asked.day)
    UNION
    SELECT d.agency_id FROM agencies_delegation d JOIN asked ON d.delegate_id = asked.person_id
    WHERE d.starts_on <= asked.day AND d.ends_on >= asked.day
    UNION
    SELECT p.agency_id FROM agencies_agencyparent p JOIN below b ON p.parent_id = b.id CROSS JOIN asked
    WHERE p.valid_from <= asked.day AND (p.valid_to IS NULL OR p.valid_to >= asked.day)
)"""


class RatingReach(Func):
    """The agencies whose people this person may have to review or confirm that day."""

    template = _BELOW + " SELECT id FROM below)"
    output_field = BigIntegerField()

    def __init__(self, person_id: int, on: date) -> None:
        super().__init__(Value(person_id), Value(on), Value([role.value for role in LEADING]))


class PostingsInReach(RatingReach):
    """All postings there at any time, and the own ones."""

    template = (
        _BELOW
        + """ SELECT posting.id FROM agencies_posting posting JOIN below ON below.id = posting.agency_id
UNION
SELECT own.id FROM agencies_posting own JOIN asked ON own.person_id = asked.person_id)"""
    )


class AgenciesOver(Func):
    """The agency and all above it that day."""

    template = """(WITH RECURSIVE asked (id, day) AS (
    VALUES (%(expressions)s)
), above AS (
    SELECT asked.id::bigint FROM asked
    UNION
    SELECT p.parent_id FROM agencies_agencyparent p JOIN above a ON p.agency_id = a.id CROSS JOIN asked
    WHERE p.valid_from <= asked.day AND (p.valid_to IS NULL OR p.valid_to >= asked.day)
) SELECT id FROM above)"""
    output_field = BigIntegerField()

    def __init__(self, agency_id: int, on: date) -> None:
        super().__init__(Value(agency_id), Value(on))
