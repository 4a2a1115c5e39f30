"""Counts of cases: what was answered on time, and how the list stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from conduct.kernel.months import Month

# What was forwarded, merged or closed without an answer owed none. The day of closing is that of the newest
# answer: a reopened case was answered when it was answered again.
_ANSWERED = """
SELECT agency_id, count(*), count(*) FILTER (WHERE state = 'answered' AND closed_on <= due_on)
FROM feedback_case
WHERE agency_id = ANY(%(agencies)s) AND due_on >= %(first)s AND due_on < %(next)s
  AND (state = 'answered' OR (state IN ('new', 'sorted', 'assigned') AND due_on < %(today)s))
GROUP BY agency_id
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """An agency that had cases to answer in a month: how many were due, how many were answered by the day."""

    agency_id: int
    judged: int
    kept: int


def tally_answered(agency_ids: Iterable[int], month: Month, today: date) -> list[Answered]:
    """Cases due in the month, by the agency that has them.

    One that waits for an answer, also after it was reopened, counts from the day after its due day.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWERED,
            {
                "agencies": list(agency_ids),
                "first": month.first,
                "next": month.next().first,
                "today": today,
            },
        )
        return [Answered(*row) for row in cursor.fetchall()]
