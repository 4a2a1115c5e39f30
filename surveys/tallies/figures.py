"""Citizens' answers for reports: by agency and month, by one declared dimension at a time. Counts only."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection

from conduct.kernel.months import Month
from conduct.kernel.statistics import ClusterSums, Share

from .counted import COUNTED

N_QUESTIONS = 6  # overall, then the five factors
EXTRA_PAYMENT = "extra_payment"


class Dimension(StrEnum):
    """By what answers may be told apart; never by two at once."""

    CHANNEL = "channel"
    TRUST = "trust"
    RESPONDENT = "respondent"
    GROUP = "group"
    DESK = "desk"


_VALUES = {
    Dimension.CHANNEL: "c.channel",
    Dimension.TRUST: "CASE WHEN c.is_verified THEN 'verified' ELSE 'open' END",
    Dimension.RESPONDENT: "c.respondent",
    Dimension.GROUP: "coalesce(s.procedure_group, '')",
    Dimension.DESK: "c.point_id::text",
}
WHOLE = ""

_MARKS = f"""
WITH {COUNTED}, desk_days AS (
    SELECT c.agency_id, c.month, d.name, d.value, a.place - 1 AS question, count(*) AS n,
           count(*) FILTER (WHERE mark >= 4) AS k,
           count(*) FILTER (WHERE mark = 1) AS m1, count(*) FILTER (WHERE mark = 2) AS m2,
           count(*) FILTER (WHERE mark = 3) AS m3, count(*) FILTER (WHERE mark = 4) AS m4,
           count(*) FILTER (WHERE mark = 5) AS m5
    FROM counted c LEFT JOIN surveys_stratum s ON s.id = c.stratum_id
    CROSS JOIN LATERAL (VALUES <dimensions>) AS d (name, value)
    CROSS JOIN LATERAL unnest(ARRAY[c.overall]::smallint[] || c.factors) WITH ORDINALITY AS a (mark, place)
    WHERE a.mark IS NOT NULL
    GROUP BY c.agency_id, c.month, d.name, d.value, a.place, c.point_id, c.cluster
)
SELECT agency_id, month, name, value, question, sum(n), sum(k), count(*), sum(n * n), sum(n * k), sum(k * k),
       sum(m1), sum(m2), sum(m3), sum(m4), sum(m5)
FROM desk_days GROUP BY agency_id, month, name, value, question
ORDER BY agency_id, month, name, value, question
"""

_MIX = f"""
WITH {COUNTED}
SELECT c.agency_id, c.month, c.channel, coalesce(s.procedure_group, ''), count(*),
       count(*) FILTER (WHERE c.overall >= 4)
FROM counted c LEFT JOIN surveys_stratum s ON s.id = c.stratum_id
GROUP BY c.agency_id, c.month, c.channel, coalesce(s.procedure_group, '')
"""

# A further question is known by its wording; the order is that of asking.make_sheet.
_FURTHER = f"""
WITH {COUNTED}, said AS (
    SELECT c.questionnaire_id, c.month, a.place, a.mark, count(*) AS n
    FROM counted c CROSS JOIN LATERAL unnest(c.others) WITH ORDINALITY AS a (mark, place)
    WHERE a.mark IS NOT NULL GROUP BY c.questionnaire_id, c.month, a.place, a.mark
    UNION ALL
    SELECT c.questionnaire_id, c.month, 0, c.trips, count(*) FROM counted c
    WHERE c.trips IS NOT NULL GROUP BY c.questionnaire_id, c.month, c.trips
), asked AS (
    SELECT q.id, a.row, CASE WHEN a.row ->> 'key' = 'trips' THEN 0 ELSE row_number() OVER (
        PARTITION BY q.id, (a.row ->> 'key' = 'trips') ORDER BY a.place
    ) END AS place
    FROM surveys_questionnaire q
    CROSS JOIN LATERAL jsonb_array_elements(q.questions) WITH ORDINALITY AS a (row, place)
    WHERE a.row ->> 'key' <> 'overall' AND coalesce(a.row ->> 'factor', '') = ''
)
SELECT k.row, s.month, s.mark, s.n
FROM said s JOIN asked k ON k.id = s.questionnaire_id AND k.place = s.place
WHERE k.row ->> 'key' <> '{EXTRA_PAYMENT}'
ORDER BY s.questionnaire_id, s.place, s.mark
"""

# An invitation that was used counts as answered also when its form was set aside.
_RATES = """
SELECT 'invitation', b.month, sum(b.n_sent)::bigint, sum((
    SELECT count(*) FROM surveys_spenttoken t WHERE t.batch_id = b.id
))::bigint
FROM surveys_invitationbatch b
WHERE b.agency_id = ANY(%(agencies)s) AND b.month >= %(from)s AND b.month <= %(month)s GROUP BY b.month
UNION ALL
SELECT 'round', date_trunc('month', o.ends_on)::date, sum(u.n_reached)::bigint, sum((
    SELECT count(*) FROM surveys_response r WHERE r.round_id = u.round_id AND r.agency_id = u.agency_id
))::bigint
FROM surveys_roundunit u JOIN surveys_round o ON o.id = u.round_id
WHERE u.agency_id = ANY(%(agencies)s) AND o.closed_at IS NOT NULL
  AND o.ends_on >= %(from)s AND o.ends_on <= %(last)s
GROUP BY date_trunc('month', o.ends_on)
UNION ALL
SELECT 'finished', date_trunc('month', d.finished_on)::date, count(*), 0 FROM dossiers_dossier d
WHERE d.agency_id = ANY(%(agencies)s) AND d.finished_on >= %(from)s AND d.finished_on <= %(last)s
GROUP BY date_trunc('month', d.finished_on)
UNION ALL
SELECT 'desk', r.month, 0, count(*) FROM surveys_response r
WHERE r.agency_id = ANY(%(agencies)s) AND r.month >= %(from)s AND r.month <= %(month)s
  AND r.channel IN ('qr', 'kiosk')
GROUP BY r.month
UNION ALL
SELECT x.reason, r.month, 0, count(*)
FROM surveys_setaside x JOIN surveys_response r ON r.key = x.response_id
WHERE r.agency_id = ANY(%(agencies)s) AND r.month >= %(from)s AND r.month <= %(month)s
  AND x.reinstated_at IS NULL
GROUP BY x.reason, r.month
"""

# Where the question stands among the further ones, for each questionnaire that has it (asking.make_sheet).
_HINTS = f"""
WITH {COUNTED}, standing AS (
    SELECT q.id, (
        SELECT count(*) FROM jsonb_array_elements(q.questions) WITH ORDINALITY AS b (row, place)
        WHERE b.place <= a.place AND b.row ->> 'key' NOT IN ('overall', 'trips')
          AND coalesce(b.row ->> 'factor', '') = ''
    ) AS place
    FROM surveys_questionnaire q
    CROSS JOIN LATERAL jsonb_array_elements(q.questions) WITH ORDINALITY AS a (row, place)
    WHERE a.row ->> 'key' = '{EXTRA_PAYMENT}'
)
SELECT c.agency_id, c.month, count(*), count(*) FILTER (WHERE c.others[p.place] = 1)
FROM counted c JOIN standing p ON p.id = c.questionnaire_id
WHERE c.others[p.place] IS NOT NULL GROUP BY c.agency_id, c.month ORDER BY c.agency_id, c.month
"""


@dataclass(frozen=True, slots=True)
class Marks:
    """Answers to one question (0 overall, 1–5 the factors): share of 4 and 5, and how often each mark.

    ``by`` is a Dimension, or WHOLE for all answers together.
    """

    agency_id: int
    month: date
    by: str
    value: str
    question: int
    share: Share
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """Overall answers of an agency over one channel about one procedure group."""

    agency_id: int
    month: date
    channel: str
    procedure_group: str
    judged: int
    kept: int


@dataclass(frozen=True, slots=True)
class Further:
    """So many gave an answer to a further question; ``question`` is its row of the questionnaire."""

    question: dict[str, Any]
    month: date
    mark: int
    n: int


@dataclass(frozen=True, slots=True)
class Rate:
    """How many were asked and answered: invitation, round, finished (dossiers), desk (QR code, kiosk), or a
    reason for which so many forms are set aside."""

    kind: str
    month: date
    n_asked: int
    n_answered: int


@dataclass(frozen=True, slots=True)
class Hint:
    """So many answered whether they were hinted at extra payment, so many said yes."""

    agency_id: int
    month: date
    asked: int
    hinted: int


def _span(agency_ids: Collection[int], first: Month, last: Month) -> dict[str, Any]:
    return {"agencies": list(agency_ids), "from": first.first, "month": last.first, "last": last.last}


def tally_marks(
    agency_ids: Collection[int], first: Month, last: Month, by: Iterable[Dimension] = ()
) -> list[Marks]:
    """Per agency (without what is below it), month and question: all, and each dimension by itself."""
    dimensions = ", ".join([f"('{WHOLE}', '')", *(f"('{one.value}', {_VALUES[one]})" for one in by)])
    with connection.cursor() as cursor:
        cursor.execute(_MARKS.replace("<dimensions>", dimensions), _span(agency_ids, first, last))
        return [
            Marks(agency, month, name, value, question, _share(sums), tuple(map(int, sums[6:])))
            for agency, month, name, value, question, *sums in cursor.fetchall()
        ]


def _share(sums: list[int]) -> Share:
    judged, kept, clusters, nn, nk, kk = map(int, sums[:6])
    return Share(kept, judged, ClusterSums(clusters, nn, nk, kk))


def tally_mix(agency_ids: Collection[int], first: Month, last: Month) -> list[Mix]:
    """Overall answers per agency, month, channel and procedure group."""
    with connection.cursor() as cursor:
        cursor.execute(_MIX, _span(agency_ids, first, last))
        return [Mix(*row) for row in cursor.fetchall()]


def tally_further(agency_ids: Collection[int], first: Month, last: Month) -> list[Further]:
    """Answers to the trips and the further questions, over all these agencies; not about extra payment."""
    with connection.cursor() as cursor:
        cursor.execute(_FURTHER, _span(agency_ids, first, last))
        return [Further(json.loads(row), month, mark, n) for row, month, mark, n in cursor.fetchall()]


def tally_rates(agency_ids: Collection[int], first: Month, last: Month) -> list[Rate]:
    """Invitations by month of their dossiers, closed rounds by last day, dossiers, desks, set aside."""
    with connection.cursor() as cursor:
        cursor.execute(_RATES, _span(agency_ids, first, last))
        return [Rate(*row) for row in cursor.fetchall()]


def tally_hints(agency_ids: Collection[int], first: Month, last: Month) -> list[Hint]:
    """Answers to the question about extra payment, per agency and month."""
    with connection.cursor() as cursor:
        cursor.execute(_HINTS, _span(agency_ids, first, last))
        return [Hint(*row) for row in cursor.fetchall()]
