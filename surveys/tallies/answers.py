"""Citizens' answers, counted. Only counts leave this module towards scores, never a response."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from conduct.kernel.arrays import id_array
from conduct.kernel.months import Month

from .counted import COUNTED, counted

# The marks that a questionnaire counts as kept for factor 3; 4 and 5 unless it says otherwise.
_KEPT = """
    SELECT q.id, coalesce(
        (SELECT array_agg(mark::smallint) FROM jsonb_array_elements(q.questions) AS question,
                jsonb_array_elements_text(question -> 'kept') AS mark
         WHERE question ->> 'factor' = '3'), '{4,5}'::smallint[]) AS factor_3
    FROM surveys_questionnaire q
"""

_HEARD = """
, heard AS MATERIALIZED (
    SELECT s.posting_id, r.agency_id, r.month, r.questionnaire_id, r.factors[3] AS officer,
           r.item_ids, r.item_answers
    FROM counted r JOIN surveys_stratum s ON s.id = r.stratum_id
    WHERE r.is_verified AND s.posting_id IS NOT NULL
)
SELECT h.posting_id, h.agency_id, h.month, 0 AS item_id,
       count(*), count(*) FILTER (WHERE h.officer = ANY(k.factor_3))
FROM heard h JOIN kept k ON k.id = h.questionnaire_id
WHERE h.officer IS NOT NULL GROUP BY h.posting_id, h.agency_id, h.month
UNION ALL
SELECT h.posting_id, h.agency_id, h.month, i.id,
       count(*), count(*) FILTER (WHERE a.mark = ANY(i.kept_answers))
FROM heard h CROSS JOIN LATERAL unnest(h.item_ids, h.item_answers) AS a (item_id, mark)
JOIN models_catalog_item i ON i.id = a.item_id
GROUP BY h.posting_id, h.agency_id, h.month, i.id
"""
_POSTING_ANSWERS = f"WITH kept AS MATERIALIZED ({_KEPT}), {COUNTED}{_HEARD}"

# For a few postings: their strata lead to their forms, whatever else the months hold.
_OF_POSTINGS = """r.stratum_id = ANY(ARRAY(
        SELECT y.id FROM surveys_stratum y
        WHERE y.posting_id = ANY(%(postings)s::bigint[]) AND y.month >= %(from)s AND y.month <= %(month)s
    ))"""
_ANSWERS_OF_POSTINGS = f"WITH kept AS MATERIALIZED ({_KEPT}), {counted(_OF_POSTINGS)}{_HEARD}"

_SATISFACTION = f"""
WITH {COUNTED}
SELECT agency_id, is_verified, sum(n), sum(k), count(*), sum(n * n), sum(n * k), sum(k * k)
FROM (
    SELECT agency_id, is_verified, point_id, cluster, count(*) AS n, count(*) FILTER (WHERE overall >= 4) AS k
    FROM counted GROUP BY agency_id, is_verified, point_id, cluster
) AS desk_days
GROUP BY agency_id, is_verified ORDER BY agency_id, is_verified
"""


@dataclass(frozen=True, slots=True)
class PostingAnswers:
    """Verified answers about a posting at an agency in a month; `item_id` 0 is the officer's own factor."""

    posting_id: int
    agency_id: int
    month: date
    item_id: int
    judged: int
    kept: int


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Overall answers at an agency's own points; the last four are sums over desk-days of 1, n², n·k, k²."""

    agency_id: int
    is_verified: bool
    judged: int
    kept: int
    clusters: int
    nn: int
    nk: int
    kk: int


def tally_posting_answers(agency_ids: Collection[int], month: Month) -> list[PostingAnswers]:
    """Verified answers about officers at these agencies in the month, in no order."""
    with connection.cursor() as cursor:
        cursor.execute(
            _POSTING_ANSWERS, {"from": month.first, "month": month.first, "agencies": list(agency_ids)}
        )
        return [PostingAnswers(*row) for row in cursor.fetchall()]


def tally_answers_before(
    agency_ids: Collection[int], posting_ids: Collection[int], month: Month, *, months_before: int
) -> list[PostingAnswers]:
    """What was answered about these postings at these agencies in so many months before the month."""
    asked: dict[str, Any] = {
        "from": month.plus(-months_before).first,
        "month": month.plus(-1).first,
        "agencies": list(agency_ids),
        "postings": id_array(posting_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS_OF_POSTINGS, asked)
        return [PostingAnswers(*row) for row in cursor.fetchall()]


def tally_satisfaction(agency_ids: Collection[int], month: Month) -> list[Satisfaction]:
    """How many answered and were satisfied (4 or 5) at these agencies, verified and open apart."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SATISFACTION, {"from": month.first, "month": month.first, "agencies": list(agency_ids)}
        )
        return [
            Satisfaction(agency, verified, *map(int, sums)) for agency, verified, *sums in cursor.fetchall()
        ]
