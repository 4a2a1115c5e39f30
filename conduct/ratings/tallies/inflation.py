"""What the signals are computed from, each in one SQL statement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from ..rules.inflation import Rated

# Sheets that were reviewed and have a total, with the most that their scheme allows.
_RATED = """
SELECT s.reviewer_id, s.review_total, s.self_total,
       m.common + coalesce((r.document #>> '{tasks,maximum}')::numeric, 0)
FROM ratings_sheet s
JOIN ratings_ratingscheme r ON r.id = s.scheme_id
CROSS JOIN LATERAL (
    SELECT sum((c ->> 'maximum')::numeric) AS common
    FROM jsonb_array_elements(r.document -> 'groups') g, jsonb_array_elements(g -> 'criteria') c
) m
WHERE s.office_id = %(office)s AND s.period = %(period)s AND s.kind = %(kind)s
  AND s.reviewer_id IS NOT NULL AND s.review_total IS NOT NULL
ORDER BY s.reviewer_id, s.id
"""

# Points for the criteria beside which citizens' answers are laid, of those who serve citizens.
_SERVING = """
SELECT s.reviewer_id, s.posting_id, sum(l.review_points), sum((c ->> 'maximum')::numeric)
FROM ratings_sheet s
JOIN ratings_ratingscheme r ON r.id = s.scheme_id
JOIN agencies_posting p ON p.id = s.posting_id AND p.serves_citizens
CROSS JOIN LATERAL jsonb_array_elements(r.document -> 'groups') g
CROSS JOIN LATERAL jsonb_array_elements(g -> 'criteria') c
JOIN ratings_sheetline l ON l.sheet_id = s.id AND l.criterion = c ->> 'code'
WHERE s.office_id = %(office)s AND s.period = %(period)s AND s.kind = %(kind)s
  AND s.reviewer_id IS NOT NULL AND l.review_points IS NOT NULL AND c -> 'evidence' ? 'citizens'
GROUP BY s.reviewer_id, s.posting_id
ORDER BY s.reviewer_id, s.posting_id
"""

_PERIODS = """
SELECT DISTINCT period, kind FROM ratings_sheet
WHERE office_id = ANY(%(offices)s) AND reviewer_id IS NOT NULL ORDER BY period DESC, kind LIMIT 24
"""


@dataclass(frozen=True, slots=True)
class Serving:
    """What one posting was given for serving citizens."""

    reviewer: int
    posting_id: int
    given: Decimal
    most: Decimal


def tally_rated(office_id: int, period: date, kind: str) -> list[Rated]:
    """The reviewed sheets of an office's period."""
    with connection.cursor() as cursor:
        cursor.execute(_RATED, {"office": office_id, "period": period, "kind": kind})
        return [Rated(*row) for row in cursor.fetchall()]


def tally_serving(office_id: int, period: date, kind: str) -> list[Serving]:
    """Points for serving citizens, by reviewer and posting."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVING, {"office": office_id, "period": period, "kind": kind})
        return [Serving(*row) for row in cursor.fetchall()]


def tally_periods(office_ids: Collection[int]) -> list[tuple[date, str]]:
    """The periods in which these offices have reviewed sheets, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PERIODS, {"offices": list(office_ids)})
        return [(period, kind) for period, kind in cursor.fetchall()]
