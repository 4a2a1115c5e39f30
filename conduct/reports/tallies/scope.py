"""Which agencies lie under an agency in each month, and whether the month is closed there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from conduct.kernel.months import Month

_SCOPE = """
WITH RECURSIVE months AS (
    SELECT m::date AS first, (m + interval '1 month - 1 day')::date AS last
    FROM unnest(%(months)s::date[]) AS m
), tree AS (
    SELECT first, last, %(agency)s::bigint AS id, NULL::bigint AS branch_id FROM months
    UNION
    SELECT t.first, t.last, p.agency_id, coalesce(t.branch_id, p.agency_id)
    FROM tree t JOIN agencies_agencyparent p ON p.parent_id = t.id
        AND p.valid_from <= t.last AND (p.valid_to IS NULL OR p.valid_to >= t.last)
    WHERE t.first = ANY(%(trees)s)
)
SELECT t.first, t.branch_id, array_agg(t.id), coalesce(max(s.state), 'open'), max(k.finished_at)
FROM tree t LEFT JOIN scores_rollupchunk k ON k.agency_id = %(office)s AND k.month = t.first
LEFT JOIN agencies_period s ON s.office_id = %(office)s AND s.kind = 'month' AND s.month = t.first
GROUP BY t.first, t.branch_id ORDER BY t.first, t.branch_id
"""


@dataclass(frozen=True, slots=True)
class Branch:
    """In a month: an agency directly below with all below it, or (``agency_id`` None) the agency itself."""

    month: Month
    agency_id: int | None
    ids: frozenset[int]
    state: str
    rolled_up_at: datetime | None
    """When the roll-up last finished the office's month."""


def tally_scope(
    agency_id: int, office_id: int, months: Collection[Month], alone: Collection[Month] = ()
) -> Sequence[Branch]:
    """The tree under an agency, month by month; ``office_id`` keeps its months.

    Of the months ``alone`` only the agency itself is given: whoever wants its stored figures needs no more.
    """
    firsts = [month.first for month in [*months, *alone]]
    trees = [month.first for month in months]
    with connection.cursor() as cursor:
        cursor.execute(_SCOPE, {"agency": agency_id, "office": office_id, "months": firsts, "trees": trees})
        return [
            Branch(Month.of(first), branch_id, frozenset(ids), state, rolled_up_at)
            for first, branch_id, ids, state, rolled_up_at in cursor.fetchall()
        ]
