"""What inspections say of a month, for the roll-up: counts by posting and item, breaches, actions on time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

from conduct.kernel.arrays import id_array
from conduct.kernel.months import Month

# A line counts in the month of the visit; with a confirmed finding in that finding's month, which is
# a later one when the month of the visit was closed. A line whose finding waits is outside every count.
_EXAMINED = """
SELECT l.posting_id, l.adoption_id, l.item_id, count(*),
       count(*) FILTER (WHERE f.state IS DISTINCT FROM 'confirmed')
FROM oversight_inspectionline l
JOIN oversight_inspection i ON i.id = l.inspection_id AND i.done_at IS NOT NULL
LEFT JOIN oversight_finding f ON f.line_id = l.id
WHERE l.posting_id = ANY(%(postings)s::bigint[])
  AND CASE WHEN f.state = 'confirmed' THEN f.counts_in = %(first)s
           ELSE i.on BETWEEN %(first)s AND %(last)s AND coalesce(f.state, 'dropped') = 'dropped' END
GROUP BY l.posting_id, l.adoption_id, l.item_id ORDER BY 1, 2, 3
"""
_BREACHES = """
SELECT l.posting_id, l.adoption_id, l.item_id, count(*), bool_and(f.is_late)
FROM oversight_finding f
JOIN oversight_inspectionline l ON l.id = f.line_id
JOIN oversight_inspection i ON i.id = l.inspection_id AND i.done_at IS NOT NULL
WHERE f.state = 'confirmed' AND f.is_breach AND f.counts_in = %(first)s
  AND l.posting_id = ANY(%(postings)s::bigint[])
GROUP BY l.posting_id, l.adoption_id, l.item_id ORDER BY 1, 2, 3
"""
# Due in the month: on time when it was done by then. Not due yet (a month that runs): not counted.
_CORRECTED = """
SELECT p.agency_id, count(*),
       count(*) FILTER (WHERE (a.done_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= a.due_on)
FROM oversight_correctiveaction a
JOIN oversight_finding f ON f.id = a.finding_id
JOIN oversight_inspectionline l ON l.id = f.line_id
JOIN agencies_posting p ON p.id = l.posting_id
WHERE a.due_on BETWEEN %(first)s AND least(%(last)s, %(today)s::date) AND f.state = 'confirmed'
  AND p.agency_id = ANY(%(agencies)s)
GROUP BY p.agency_id ORDER BY p.agency_id
"""


@dataclass(frozen=True, slots=True)
class Examined:
    """How often a person was examined on an item, and how often it was kept."""

    posting_id: int
    adoption_id: int
    item_id: int
    judged: int
    kept: int


@dataclass(frozen=True, slots=True)
class ConfirmedBreach:
    """Confirmed breaches of a prohibition by a person; ``is_late``: their own month was closed, so that they
    count in this one."""

    posting_id: int
    adoption_id: int
    item_id: int
    n_breaches: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class Corrected:
    """Corrective actions that fell due at an agency, and those done in time."""

    agency_id: int
    judged: int
    kept: int


def tally_examined(posting_ids: Collection[int], month: Month) -> list[Examined]:
    """Lines examined in the month; those whose finding waits are outside the count."""
    with connection.cursor() as cursor:
        cursor.execute(
            _EXAMINED, {"postings": id_array(posting_ids), "first": month.first, "last": month.last}
        )
        return [Examined(*row) for row in cursor.fetchall()]


def tally_breaches(posting_ids: Collection[int], month: Month) -> list[ConfirmedBreach]:
    """Breaches that count in the month, by posting, model and item."""
    with connection.cursor() as cursor:
        cursor.execute(_BREACHES, {"postings": id_array(posting_ids), "first": month.first})
        return [ConfirmedBreach(*row) for row in cursor.fetchall()]


def tally_corrected(agency_ids: Collection[int], month: Month, *, today: date) -> list[Corrected]:
    """Corrective actions that fell due in the month, up to ``today``."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CORRECTED,
            {"agencies": list(agency_ids), "first": month.first, "last": month.last, "today": today},
        )
        return [Corrected(*row) for row in cursor.fetchall()]
