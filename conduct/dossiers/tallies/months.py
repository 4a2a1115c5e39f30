"""Dossiers as evidence for the score of an office, by the first promised day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from conduct.kernel.months import Month

# rules.status.judged_on in SQL; two branches, each on an index of its own.
_ON_TIME = """
SELECT agency_id, sum(judged)::bigint, sum(kept)::bigint FROM (
    SELECT agency_id, count(*) AS judged, count(*) AS kept FROM dossiers_dossier
    WHERE agency_id = ANY(%(agencies)s::bigint[]) AND finished_on BETWEEN %(first)s AND %(last)s
      AND finished_on <= promised_on
    GROUP BY agency_id
    UNION ALL
    SELECT agency_id, count(*), 0 FROM dossiers_dossier
    WHERE agency_id = ANY(%(agencies)s::bigint[]) AND promised_on BETWEEN %(first)s AND %(passed)s
      AND (finished_on IS NULL OR finished_on > promised_on)
    GROUP BY agency_id
) AS counted GROUP BY agency_id ORDER BY agency_id
"""


@dataclass(frozen=True, slots=True)
class OnTimeCount:
    """Of an agency's dossiers that were settled in time or whose first promised day passed, the former."""

    agency_id: int
    judged: int
    kept: int


def tally_on_time(agency_ids: Collection[int], month: Month, *, until: date) -> list[OnTimeCount]:
    """Per agency (without what is below it); an agency without any has no row.

    A dossier counts once, in one month: settled by its first promised day, in the month it was settled, as
    kept; otherwise in the month of that day, as not kept, from the day after it on (``until``, the day of
    counting, matters for a month that still runs), whenever it is settled at last. A new date set by a letter
    of apology changes nothing.
    """
    passed = min(month.last, until - timedelta(days=1))
    days = {"first": month.first, "last": month.last, "passed": passed}
    with connection.cursor() as cursor:
        cursor.execute(_ON_TIME, {"agencies": list(agency_ids), **days})
        return [OnTimeCount(*row) for row in cursor.fetchall()]
