"""Which periods of which offices have results, and whether they have left for the national database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

AT_MOST = 2000

# Results in force by office and period; what is not covered by an export since is still owed.
_PERIODS = """
WITH results AS (
    SELECT s.office_id, s.kind::text AS kind, s.period, r.at
    FROM ratings_result r JOIN ratings_sheet s ON s.id = r.sheet_id
    WHERE r.replaced_by_id IS NULL AND s.office_id = ANY(%(offices)s)
    UNION ALL
    SELECT y.office_id, 'year', make_date(y.year, 1, 1), d.signed_at
    FROM ratings_yearrating y JOIN ratings_yeardecision d ON d.id = y.decision_id
    WHERE y.state = 'decided' AND y.replaced_by_id IS NULL AND y.office_id = ANY(%(offices)s)
), sent AS (
    SELECT office_id, kind, period, max(at) FILTER (WHERE target = 'national') AS national,
           max(at) FILTER (WHERE target = 'province') AS province
    FROM ratings_resultexport WHERE office_id = ANY(%(offices)s) GROUP BY office_id, kind, period
)
SELECT a.code, a.name, r.kind, r.period, count(*), max(r.at),
       min(r.at) FILTER (WHERE sent.national IS NULL OR r.at > sent.national), sent.national, sent.province
FROM results r
JOIN agencies_agency a ON a.id = r.office_id
LEFT JOIN sent ON (sent.office_id, sent.kind, sent.period) = (r.office_id, r.kind, r.period)
GROUP BY r.office_id, a.code, a.name, r.kind, r.period, sent.national, sent.province
ORDER BY r.period DESC, r.kind, a.name, r.office_id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class ResultPeriod:
    """A period with results. ``owed_since``: the first result that no export has taken along, None when all
    have left."""

    code: str
    office: str
    kind: str
    period: date
    n_results: int
    last_at: datetime
    owed_since: datetime | None
    national_at: datetime | None
    province_at: datetime | None


def tally_result_periods(office_ids: Collection[int]) -> list[ResultPeriod]:
    """The newest periods first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PERIODS, {"offices": list(office_ids), "limit": AT_MOST})
        return [ResultPeriod(*row) for row in cursor.fetchall()]
