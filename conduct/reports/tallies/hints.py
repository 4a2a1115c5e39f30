"""Quarters that are closed, and which agencies belong to an office itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from conduct.agencies.models import Agency
from conduct.kernel.months import Month

_CLOSED = """
SELECT office_id, date_trunc('quarter', month)::date, max(closed_at)
FROM agencies_period
WHERE kind = 'month' AND state = 'closed' AND month >= %(since)s AND month <= %(until)s
GROUP BY office_id, date_trunc('quarter', month) HAVING count(*) = 3
ORDER BY 2, 1
"""

_OWN = """
WITH RECURSIVE own AS (
    SELECT unnest(%(offices)s::bigint[]) AS id, unnest(%(offices)s::bigint[]) AS office_id
    UNION
    SELECT p.agency_id, o.office_id
    FROM own o JOIN agencies_agencyparent p ON p.parent_id = o.id AND p.valid_from <= %(on)s
        AND (p.valid_to IS NULL OR p.valid_to >= %(on)s)
    JOIN agencies_agency a ON a.id = p.agency_id AND NOT a.kind = ANY(%(kinds)s)
)
SELECT id, office_id FROM own
"""

_OFFICE_KINDS = [kind.value for kind in Agency.OFFICE_KINDS]


@dataclass(frozen=True, slots=True)
class ClosedQuarter:
    """A quarter all of whose months an office has closed, and when the last of them was."""

    office_id: int
    first: date
    closed_at: datetime


def tally_closed_quarters(since: Month, until: Month) -> list[ClosedQuarter]:
    """The closed quarters of all offices between two months."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, {"since": since.first, "until": until.first})
        return [ClosedQuarter(*row) for row in cursor.fetchall()]


def tally_own_agencies(office_ids: Collection[int], on: date) -> dict[int, int]:
    """Each office and what lies below it down to the next offices → the office."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"offices": list(office_ids), "on": on, "kinds": _OFFICE_KINDS})
        return dict(cursor.fetchall())
