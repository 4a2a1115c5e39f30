"""Remarks of citizens and letters of apology that wait for a person: one SQL statement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

# Only what lies with the person's own office: those who lead the agencies above are told when it is late.
_WAITING = """
WITH held AS MATERIALIZED (
    SELECT agency_id, role FROM agencies_rolegrant
    WHERE person_id = %(person)s AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
), unnamed AS (
    SELECT c.id, c.agency_id, c.state, c.assignee_id, c.due_on FROM feedback_case c
    WHERE c.state IN ('new', 'assigned')
      AND (c.assignee_id = %(person)s OR c.agency_id = ANY(ARRAY(SELECT agency_id FROM held)))
      AND NOT EXISTS (
        SELECT FROM feedback_casesubject s JOIN agencies_posting p ON p.id = s.posting_id
        WHERE s.case_id = c.id AND p.person_id = %(person)s
    )
), letters AS (
    SELECT l.id, l.office_id, l.state, l.due_on, d.agency_id, p.person_id AS officer_id
    FROM feedback_apology l
    LEFT JOIN dossiers_dossier d ON d.id = l.dossier_id
    LEFT JOIN agencies_posting p ON p.id = d.posting_id
    WHERE l.state IN ('owed', 'ready') AND NOT EXISTS (
        SELECT FROM feedback_casesubject s JOIN agencies_posting n ON n.id = s.posting_id
        WHERE s.case_id = l.case_id AND n.person_id = %(person)s
    )
)
SELECT 'answer', count(*), min(due_on), min(id) FROM unnamed
WHERE state = 'assigned' AND assignee_id = %(person)s
UNION ALL
SELECT 'sort', count(*), min(due_on), min(id) FROM unnamed
WHERE state = 'new' AND agency_id IN (SELECT agency_id FROM held WHERE role = ANY(%(receiving)s))
UNION ALL
SELECT 'write', count(*), min(due_on), min(id) FROM letters
WHERE state = 'owed' AND (
    officer_id = %(person)s
    OR agency_id IN (SELECT agency_id FROM held WHERE role = ANY(%(preparing)s))
    OR office_id IN (SELECT agency_id FROM held WHERE role = ANY(%(preparing)s))
)
UNION ALL
SELECT 'letter', count(*), min(due_on), min(id) FROM letters
WHERE state = 'ready' AND office_id IN (SELECT agency_id FROM held WHERE role = 'head')
"""


@dataclass(frozen=True, slots=True)
class WaitingRemarks:
    """How many remarks to ``answer`` or to ``sort``, letters to ``write`` or to sign (``letter``) wait.

    With the first day due and the smallest key among them.
    """

    act: str
    n: int
    due_on: date
    first_id: int


def tally_waiting_remarks(
    person_id: int, on: date, *, receiving: Collection[str], preparing: Collection[str]
) -> list[WaitingRemarks]:
    """What waits for the person at the agencies in which a role is held; nothing has no row."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITING,
            {"person": person_id, "on": on, "receiving": list(receiving), "preparing": list(preparing)},
        )
        return [WaitingRemarks(*row) for row in cursor.fetchall() if row[1]]
