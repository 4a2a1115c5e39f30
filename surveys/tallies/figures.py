"""Citizens' answers for reports: by agency and month, by one declared dimension at a time. Counts only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
    None: "''",
    Dimension.CHANNEL: "c.channel",
    Dimension.TRUST: "CASE WHEN c.is_verified THEN 'verified' ELSE 'open' END",
    Dimension.RESPONDENT: "c.respondent",
    Dimension.GROUP: "coalesce(s.procedure_group, '')",
    Dimension.DESK: "c.point_id::text",
}

_MARKS = f"""
WITH {COUNTED}, asked AS (
    SELECT c.agency_id, c.month, <value> AS value, a.place - 1 AS question, a.mark, c.point_id, c.cluster
    FROM counted c LEFT JOIN surveys_stratum s ON s.id = c.stratum_id
    CROSS JOIN LATERAL unnest(ARRAY[c.overall]::smallint[] || c.factors) WITH ORDINALITY AS a (mark, place)
    WHERE a.mark IS NOT NULL
), desk_days AS (
    SELECT agency_id, month, value, question, count(*) AS n, count(*) FILTER (WHERE mark >= 4) AS k,
           count(*) FILTER (WHERE mark = 1) AS m1, count(*) FILTER (WHERE mark = 2) AS m2,
           count(*) FILTER (WHERE mark = 3) AS m3, count(*) FILTER (WHERE mark = 4) AS m4,
           count(*) FILTER (WHERE mark = 5) AS m5
    FROM asked GROUP BY agency_id, month, value, question, point_id, cluster
)
SELECT agency_id, month, value, question, sum(n), sum(k), count(*), sum(n * n), sum(n * k), sum(k * k),
       sum(m1), sum(m2), sum(m3), sum(m4), sum(m5)
FROM desk_days GROUP BY agency_id, month, value, question ORDER BY agency_id, month, value, question
"""

_MIX = f"""
WITH {COUNTED}
SELECT c.agency_id, c.channel, coalesce(s.procedure_group, ''), count(*),
       count(*) FILTER (WHERE c.overall >= 4)
FROM counted c LEFT JOIN surveys_stratum s ON s.id = c.stratum_id
GROUP BY c.agency_id, c.channel, coalesce(s.procedure_group, '')
"""

_FURTHER = f"""
WITH {COUNTED}
SELECT c.questionnaire_id, a.place - 1, a.mark, count(*)
FROM counted c CROSS JOIN LATERAL unnest(c.others) WITH ORDINALITY AS a (mark, place)
WHERE a.mark IS NOT NULL GROUP BY c.questionnaire_id, a.place, a.mark
UNION ALL
SELECT c.questionnaire_id, -1, c.trips, count(*) FROM counted c
WHERE c.trips IS NOT NULL GROUP BY c.questionnaire_id, c.trips
ORDER BY 1, 2, 3
"""

_SET_ASIDE = """
SELECT x.reason, count(*) FROM surveys_setaside x JOIN surveys_response r ON r.key = x.response_id
WHERE r.month >= %(from)s AND r.month <= %(month)s AND r.agency_id = ANY(%(agencies)s)
  AND x.reinstated_at IS NULL
GROUP BY x.reason ORDER BY x.reason
"""

# An invitation that was used counts as an answer also when the answer was set aside.
_ASKED = """
SELECT 'invitation', coalesce(sum(b.n_sent), 0)::bigint, coalesce(sum((
    SELECT count(*) FROM surveys_spenttoken t WHERE t.batch_id = b.id
)), 0)::bigint
FROM surveys_invitationbatch b
WHERE b.agency_id = ANY(%(agencies)s) AND b.month >= %(from)s AND b.month <= %(month)s
UNION ALL
SELECT 'round', coalesce(sum(u.n_reached), 0)::bigint, coalesce(sum((
    SELECT count(*) FROM surveys_response r WHERE r.round_id = u.round_id AND r.agency_id = u.agency_id
)), 0)::bigint
FROM surveys_roundunit u JOIN surveys_round o ON o.id = u.round_id
WHERE u.agency_id = ANY(%(agencies)s) AND o.closed_at IS NOT NULL
  AND o.ends_on >= %(from)s AND o.ends_on <= %(last)s
UNION ALL
SELECT 'desk', (
    SELECT count(*) FROM dossiers_dossier d
    WHERE d.agency_id = ANY(%(agencies)s) AND d.finished_on >= %(from)s AND d.finished_on <= %(last)s
), (
    SELECT count(*) FROM surveys_response r
    WHERE r.agency_id = ANY(%(agencies)s) AND r.month >= %(from)s AND r.month <= %(month)s
      AND r.channel IN ('qr', 'kiosk')
)
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
    """Answers to one question (0 overall, 1–5 the factors): share of 4 and 5, and how often each mark."""

    agency_id: int
    month: date
    value: str
    question: int
    share: Share
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """Overall answers of an agency over one channel about one procedure group."""

    agency_id: int
    channel: str
    procedure_group: str
    judged: int
    kept: int


@dataclass(frozen=True, slots=True)
class Further:
    """So many chose an answer of a further question; place −1 is the number of trips."""

    questionnaire_id: int
    place: int
    mark: int
    n: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How many were asked over a channel and how many answered: invitation, round, or desk (dossiers)."""

    channel: str
    n_asked: int
    n_answered: int


@dataclass(frozen=True, slots=True)
class Hint:
    """So many answered whether they were hinted at extra payment, so many said yes."""

    agency_id: int
    month: date
    asked: int
    hinted: int


def _span(agency_ids: Collection[int], first: Month, last: Month) -> dict[str, object]:
    return {"agencies": list(agency_ids), "from": first.first, "month": last.first, "last": last.last}


def tally_marks(
    agency_ids: Collection[int], first: Month, last: Month, by: Dimension | None = None
) -> list[Marks]:
    """Per agency (without what is below it), month, value of the dimension and question."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS.replace("<value>", _VALUES[by]), _span(agency_ids, first, last))
        return [
            Marks(agency, month, value, question, _share(sums), tuple(map(int, sums[6:])))
            for agency, month, value, question, *sums in cursor.fetchall()
        ]


def _share(sums: list[int]) -> Share:
    judged, kept, clusters, nn, nk, kk = map(int, sums[:6])
    return Share(kept, judged, ClusterSums(clusters, nn, nk, kk))


def tally_mix(agency_ids: Collection[int], first: Month, last: Month) -> list[Mix]:
    """Overall answers per agency, channel and procedure group, over all these months."""
    with connection.cursor() as cursor:
        cursor.execute(_MIX, _span(agency_ids, first, last))
        return [Mix(*row) for row in cursor.fetchall()]


def tally_further(agency_ids: Collection[int], first: Month, last: Month) -> list[Further]:
    """Answers to the further questions and the trips, over all these agencies and months."""
    with connection.cursor() as cursor:
        cursor.execute(_FURTHER, _span(agency_ids, first, last))
        return [Further(*row) for row in cursor.fetchall()]


def tally_reasons(agency_ids: Collection[int], first: Month, last: Month) -> dict[str, int]:
    """How many forms are set aside, by reason."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE, _span(agency_ids, first, last))
        return dict(cursor.fetchall())


def tally_asked(agency_ids: Collection[int], first: Month, last: Month) -> list[Asked]:
    """Invitations by month of their dossiers, closed rounds by last day, desks by finished dossiers."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, _span(agency_ids, first, last))
        return [Asked(*row) for row in cursor.fetchall()]


def tally_hints(agency_ids: Collection[int], first: Month, last: Month) -> list[Hint]:
    """Answers to the question about extra payment, per agency and month."""
    with connection.cursor() as cursor:
        cursor.execute(_HINTS, _span(agency_ids, first, last))
        return [Hint(*row) for row in cursor.fetchall()]
