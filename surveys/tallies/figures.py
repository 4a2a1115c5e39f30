"""Citizens' answers for reports: by agency and month, by one declared dimension at a time. Counts only."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from conduct.kernel.months import Month
from conduct.kernel.statistics import ClusterSums, Share

from .counted import COUNTED
from .monthly import FORMS, FURTHER, MIX, WHOLE, Asked, Figure, tally_monthly

EXTRA_PAYMENT = "extra_payment"

# A further question is known by its wording.
_FURTHER = f"""{FURTHER}, asking AS (
    SELECT q.id, a.row, CASE WHEN a.row ->> 'key' = 'trips' THEN 0 ELSE row_number() OVER (
        PARTITION BY q.id, (a.row ->> 'key' = 'trips') ORDER BY a.place
    ) END AS place
    FROM surveys_questionnaire q
    CROSS JOIN LATERAL jsonb_array_elements(q.questions) WITH ORDINALITY AS a (row, place)
    WHERE a.row ->> 'key' <> 'overall' AND coalesce(a.row ->> 'factor', '') = ''
)
SELECT k.row, h.month, h.mark, sum(h.n)::bigint
FROM heard h JOIN asking k ON k.id = h.questionnaire_id AND k.place = h.place
WHERE k.row ->> 'key' <> '{EXTRA_PAYMENT}'
GROUP BY h.questionnaire_id, h.place, k.row, h.month, h.mark
ORDER BY h.questionnaire_id, h.place, h.mark
"""

# An invitation that was used counts as answered also when its form was set aside.
_RATES = f"""{FORMS}
SELECT 'invitation', b.month, sum(b.n_sent)::bigint, sum((
    SELECT count(*) FROM surveys_spenttoken t WHERE t.batch_id = b.id
))::bigint
FROM surveys_invitationbatch b JOIN asked a USING (agency_id, month) GROUP BY b.month
UNION ALL
SELECT 'round', a.month, sum(u.n_reached)::bigint, sum((
    SELECT count(*) FROM surveys_response r WHERE r.round_id = u.round_id AND r.agency_id = u.agency_id
))::bigint
FROM surveys_roundunit u JOIN surveys_round o ON o.id = u.round_id
JOIN asked a ON a.agency_id = u.agency_id AND a.month = date_trunc('month', o.ends_on)::date
WHERE o.closed_at IS NOT NULL GROUP BY a.month
UNION ALL
SELECT 'finished', month, sum(d.n)::bigint, 0 FROM (
    SELECT agency_id, date_trunc('month', finished_on)::date AS month, count(*) AS n FROM dossiers_dossier
    WHERE agency_id = ANY(%(ids)s::bigint[]) AND finished_on >= %(from)s AND finished_on <= %(last)s
    GROUP BY agency_id, date_trunc('month', finished_on)::date
) AS d JOIN asked a USING (agency_id, month) GROUP BY month
UNION ALL
SELECT CASE kind WHEN 'desk' THEN 'desk' ELSE value END, month, 0, sum(n)::bigint FROM forms
GROUP BY kind, value, month
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

    ``by`` is a Dimension, or WHOLE for all answers together; ``place`` is what the caller asked for.
    """

    place: int
    month: Month
    by: str
    value: str
    question: int
    share: Share
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """Overall answers at a place over one channel about one procedure group."""

    place: int
    stratum: str
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


def tally_marks(asked: Asked, by: Collection[str] = (), overall: Collection[str] = ()) -> list[Marks]:
    """Per place, month and question: all answers, and each dimension by itself (or ``overall`` alone)."""
    return [
        Marks(one.place, one.month, one.by, one.value, one.question, _share(one), one.marks)
        for one in tally_monthly(asked, [WHOLE, *by], overall)
    ]


def tally_overall(asked: Asked, by: Collection[str] = ()) -> list[Marks]:
    """The same of the overall question alone."""
    return [
        Marks(one.place, one.month, one.by, one.value, one.question, _share(one), one.marks)
        for one in tally_monthly(asked, (), [WHOLE, *by])
    ]


def _share(one: Figure) -> Share:
    *_low, satisfied, delighted = one.marks
    return Share(satisfied + delighted, sum(one.marks), ClusterSums(*one.sums))


def tally_mix(asked: Asked) -> list[Mix]:
    """Overall answers per place, month, channel and procedure group."""
    return [
        Mix(one.place, one.value, sum(one.marks), sum(one.marks[3:]))
        for one in tally_monthly(asked, (), [MIX])
    ]


def tally_further(asked: Asked) -> list[Further]:
    """Answers to the trips and the further questions, over all that is asked; not about extra payment."""
    with connection.cursor() as cursor:
        cursor.execute(_FURTHER, asked.parameters)
        return [Further(json.loads(row), month, mark, n) for row, month, mark, n in cursor.fetchall()]


def tally_rates(asked: Asked) -> list[Rate]:
    """Invitations by month of their dossiers, closed rounds by last day, dossiers, desks, set aside."""
    last = max(asked.places).last if asked.places else None
    with connection.cursor() as cursor:
        cursor.execute(_RATES, {**asked.parameters, "last": last})
        return [Rate(*row) for row in cursor.fetchall()]


def tally_hints(agency_ids: Collection[int], first: Month, last: Month) -> list[Hint]:
    """Answers to the question about extra payment, per agency and month."""
    with connection.cursor() as cursor:
        cursor.execute(_HINTS, {"agencies": list(agency_ids), "from": first.first, "month": last.first})
        return [Hint(*row) for row in cursor.fetchall()]
