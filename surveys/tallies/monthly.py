"""Citizens' counts by agency and month: read where the roll-up has stored them, counted from forms elsewhere.

Both come out of the same SQL, so a stored row is what counting would give at the time of the roll-up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from django.db import connection

from conduct.kernel.months import Month

from .counted import counted

N_QUESTIONS = 6  # overall, then the five factors
COUNTED_NOW = 60
"""So many agencies are counted as they stand now; of more, what the roll-up stored is read."""
WHOLE = ""


class Dimension(StrEnum):
    """By what answers may be told apart; never by two at once."""

    CHANNEL = "channel"
    TRUST = "trust"
    RESPONDENT = "respondent"
    GROUP = "group"
    DESK = "desk"


MIX = "mix"
"""Channel and procedure group together, for the mix-adjusted comparison of offices alone."""
VALUES = {
    WHOLE: "''",
    Dimension.CHANNEL: "c.channel",
    Dimension.TRUST: "CASE WHEN c.is_verified THEN 'verified' ELSE 'open' END",
    Dimension.RESPONDENT: "c.respondent",
    Dimension.GROUP: "coalesce(s.procedure_group, '')",
    Dimension.DESK: "c.point_id::text",
    MIX: "concat_ws(' ', c.channel, s.procedure_group)",
}
_NUMBERS = ("m1", "m2", "m3", "m4", "m5", "clusters", "nn", "nk", "kk")
_QUESTIONS = range(N_QUESTIONS)
_MARKS = ("c.overall", *(f"c.factors[{place}]" for place in range(1, N_QUESTIONS)))
_CELLS = ", ".join(f"q{question}m{mark}" for question in _QUESTIONS for mark in range(1, 6))
_COUNT_CELLS = ", ".join(
    f"(count(*) FILTER (WHERE {_MARKS[question]} = {mark}))::int AS q{question}m{mark}"
    for question in _QUESTIONS
    for mark in range(1, 6)
)
_SUM_CELLS = ", ".join(f"sum({cell})::int AS {cell}" for cell in _CELLS.split(", "))


def _six(count: Callable[[int], str]) -> str:
    return f"ARRAY[{', '.join(count(question) for question in _QUESTIONS)}]::bigint[]"


def _times(mark: int, question: int) -> str:
    return f"sum(q{question}m{mark})"


def _n(question: int) -> str:
    return "(" + " + ".join(f"q{question}m{mark}" for mark in range(1, 6)) + ")"


def _k(question: int) -> str:
    return f"(q{question}m4 + q{question}m5)"


_SUMS = ", ".join(
    [
        *(_six(partial(_times, mark)) for mark in range(1, 6)),
        _six(lambda question: f"count(*) FILTER (WHERE {_n(question)} > 0)"),
        _six(lambda question: f"sum({_n(question)} * {_n(question)})"),
        _six(lambda question: f"sum({_n(question)} * {_k(question)})"),
        _six(lambda question: f"sum({_k(question)} * {_k(question)})"),
    ]
)
_COUNTED_HERE = counted(agencies="ARRAY(SELECT agency_id FROM missing)")
_ASKED = """asked AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(months)s::date[], %(places)s::bigint[])
        AS a (agency_id, month, place)
), missing AS MATERIALIZED (
    SELECT a.* FROM asked a WHERE %(now)s OR (
        SELECT f.id FROM surveys_monthfigure f
        WHERE f.agency_id = a.agency_id AND f.month = a.month AND f.by = '' LIMIT 1
    ) IS NULL
)"""
# Forms become cells first, so that each dimension adds up thousands of cells, not millions of forms.
_COUNT = f"""cells AS MATERIALIZED (
    SELECT c.agency_id, c.month, c.point_id, c.cluster, c.channel, c.is_verified, c.respondent, c.stratum_id,
           {_COUNT_CELLS}
    FROM counted c
    GROUP BY c.agency_id, c.month, c.point_id, c.cluster, c.channel, c.is_verified, c.respondent, c.stratum_id
), desk_days AS (
    SELECT c.agency_id, c.month, d.by, d.value, {_SUM_CELLS}
    FROM cells c LEFT JOIN LATERAL (
        SELECT procedure_group FROM surveys_stratum WHERE id = c.stratum_id LIMIT 1
    ) AS s ON TRUE
    CROSS JOIN LATERAL (VALUES <dimensions>) AS d (by, value)
    GROUP BY c.agency_id, c.month, d.by, d.value, c.point_id, c.cluster
), figures (agency_id, month, by, value, {", ".join(_NUMBERS)}) AS MATERIALIZED (
    SELECT agency_id, month, by, value, {_SUMS}
    FROM desk_days GROUP BY agency_id, month, by, value
)"""
_COLUMNS = ", ".join(_NUMBERS)
_READ = f"""
WITH {_ASKED}, {_COUNTED_HERE}, {_COUNT}, wanted AS (
    SELECT a.place, month, f.by, f.value, {_COLUMNS} FROM figures f JOIN missing a USING (agency_id, month)
    UNION ALL
    SELECT a.place, month, f.by, f.value, {_COLUMNS}
    FROM asked a JOIN surveys_monthfigure f USING (agency_id, month)
    WHERE NOT %(now)s AND f.by = ANY(%(by)s)
)
SELECT w.place, w.month, w.by, w.value, q.question - 1,
       {", ".join(f"sum(w.{one}[q.question])::bigint" for one in _NUMBERS)}
FROM wanted w CROSS JOIN generate_series(1, {N_QUESTIONS}) AS q (question)
WHERE (q.question = 1 OR w.by = ANY(%(whole)s)) AND w.clusters[q.question] > 0
GROUP BY w.place, w.month, w.by, w.value, q.question
ORDER BY w.place, w.month, w.by, w.value, q.question
"""
_NONE = f"array_fill(0::bigint, ARRAY[{N_QUESTIONS}])"
_STORE_FIGURES = f"""
WITH {counted()}, {_COUNT}, fresh AS (
    SELECT * FROM figures
    UNION ALL
    SELECT a.id, %(month)s, '', '', {", ".join([_NONE] * len(_NUMBERS))}
    FROM unnest(%(agencies)s::bigint[]) AS a (id)
    WHERE NOT EXISTS (SELECT FROM figures f WHERE f.agency_id = a.id)
), gone AS (
    DELETE FROM surveys_monthfigure old WHERE old.agency_id = ANY(%(agencies)s) AND old.month = %(month)s
    AND NOT EXISTS (
        SELECT FROM fresh f WHERE (f.agency_id, f.by, f.value) = (old.agency_id, old.by, old.value)
    )
)
INSERT INTO surveys_monthfigure AS old (agency_id, month, by, value, {_COLUMNS})
SELECT * FROM fresh ORDER BY agency_id, by, value
ON CONFLICT (agency_id, month, by, value) DO UPDATE
SET {", ".join(f"{one} = excluded.{one}" for one in _NUMBERS)}
WHERE ({", ".join(f"old.{one}" for one in _NUMBERS)})
    IS DISTINCT FROM ({", ".join(f"excluded.{one}" for one in _NUMBERS)})
"""
# Where a further question stands among them is the order of asking.make_sheet; the trips are 0.
_SAID = """said AS (
    SELECT c.agency_id, c.month, c.questionnaire_id, a.place::int AS place, a.mark, count(*) AS n
    FROM counted c CROSS JOIN LATERAL unnest(c.others) WITH ORDINALITY AS a (mark, place)
    WHERE a.mark IS NOT NULL GROUP BY c.agency_id, c.month, c.questionnaire_id, a.place, a.mark
    UNION ALL
    SELECT c.agency_id, c.month, c.questionnaire_id, 0, c.trips, count(*) FROM counted c
    WHERE c.trips IS NOT NULL GROUP BY c.agency_id, c.month, c.questionnaire_id, c.trips
)"""
_FORMS = """
SELECT r.agency_id, r.month, 'desk' AS kind, '' AS value, count(*) AS n FROM surveys_response r
WHERE r.agency_id = ANY(<agencies>) AND r.month >= %(from)s AND r.month <= %(month)s
  AND r.channel IN ('qr', 'kiosk')
GROUP BY r.agency_id, r.month
UNION ALL
SELECT r.agency_id, r.month, 'aside', x.reason, count(*)
FROM surveys_setaside x JOIN surveys_response r ON r.key = x.response_id
WHERE r.agency_id = ANY(<agencies>) AND r.month >= %(from)s AND r.month <= %(month)s
  AND x.reinstated_at IS NULL
GROUP BY r.agency_id, r.month, x.reason
"""
FURTHER = f"""
WITH {_ASKED}, {_COUNTED_HERE}, {_SAID}, heard AS (
    SELECT s.questionnaire_id, month, s.place, s.mark, s.n
    FROM said s JOIN missing a USING (agency_id, month)
    UNION ALL
    SELECT k.questionnaire_id, month, k.place, k.value::int, k.n
    FROM asked a JOIN surveys_monthcount k USING (agency_id, month)
    WHERE NOT %(now)s AND k.kind = 'answer'
)"""
"""The beginning of a statement: ``heard`` are the answers to further questions, from Asked's parameters."""
FORMS = f"""
WITH {_ASKED}, forms AS (
    SELECT f.kind, month, f.value, f.n
    FROM ({_FORMS.replace("<agencies>", "ARRAY(SELECT agency_id FROM missing)")}) AS f
    JOIN missing a USING (agency_id, month)
    UNION ALL
    SELECT k.kind, month, k.value, k.n FROM asked a JOIN surveys_monthcount k USING (agency_id, month)
    WHERE NOT %(now)s AND k.kind <> 'answer'
)"""
"""The same: ``forms`` are how many were given at desks, and set aside."""
_SAME = "(f.agency_id, f.kind, f.place, f.value) = (old.agency_id, old.kind, old.place, old.value)"
_STORE_COUNTS = f"""
WITH {counted()}, {_SAID}, fresh AS MATERIALIZED (
    SELECT agency_id, month, 'answer' AS kind, questionnaire_id, place, mark::text AS value, n FROM said
    UNION ALL
    SELECT agency_id, month, kind, NULL, 0, value, n
    FROM ({_FORMS.replace("<agencies>", "%(agencies)s")}) AS forms
), gone AS (
    DELETE FROM surveys_monthcount old WHERE old.agency_id = ANY(%(agencies)s) AND old.month = %(month)s
    AND NOT EXISTS (
        SELECT FROM fresh f
        WHERE {_SAME} AND f.questionnaire_id IS NOT DISTINCT FROM old.questionnaire_id
    )
)
INSERT INTO surveys_monthcount AS old (agency_id, month, kind, questionnaire_id, place, value, n)
SELECT * FROM fresh ORDER BY agency_id, kind, questionnaire_id, place, value
ON CONFLICT (agency_id, month, kind, questionnaire_id, place, value) DO UPDATE SET n = excluded.n
WHERE old.n <> excluded.n
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Agencies and months to be counted; each belongs to a place (an office, a branch) of the caller's."""

    places: Mapping[Month, Mapping[int, int]]
    """Of each month the agencies, with their places."""

    @property
    def is_counted_now(self) -> bool:
        """Whether the forms are counted as they stand, though the roll-up may have stored their counts."""
        return len(set[int]().union(*self.places.values())) <= COUNTED_NOW

    @property
    def parameters(self) -> dict[str, Any]:
        """For SQL that begins with ``asked``."""
        ids: list[int] = []
        months: list[str] = []
        places: list[int] = []
        for month, one in self.places.items():
            ids += one.keys()
            months += [month.first.isoformat()] * len(one)
            places += one.values()
        return {
            "ids": _array(ids),
            "months": _array(months),
            "places": _array(places),
            "now": self.is_counted_now,
            "from": min(months, default=None),
            "month": max(months, default=None),
        }


def _array(values: Iterable[object]) -> str:
    """As PostgreSQL writes an array of plain values: for thousands far quicker than a list as a parameter."""
    return "{" + ",".join(map(str, values)) + "}"


@dataclass(frozen=True, slots=True)
class Figure:
    """Numbers of one question (0 overall, 1–5 the factors) at a place in a month, for a dimension's value."""

    place: int
    month: Month
    by: str
    value: str
    question: int
    marks: tuple[int, ...]
    sums: tuple[int, ...]
    """Desk-days, then n², n·k and k² over them."""


def tally_monthly(asked: Asked, whole: Collection[str], overall: Collection[str] = ()) -> list[Figure]:
    """By place, month and each of these dimensions by itself: all six questions, or ``overall`` alone."""
    by = list(dict.fromkeys([*whole, *overall]))
    dimensions = ", ".join(f"('{one}', {VALUES[one]})" for one in by)
    parameters = {**asked.parameters, "by": by, "whole": list(whole)}
    with connection.cursor() as cursor:
        cursor.execute(_READ.replace("<dimensions>", dimensions), parameters)
        return [
            Figure(place, Month.of(month), name, value, question, tuple(numbers[:5]), tuple(numbers[5:]))
            for place, month, name, value, question, *numbers in cursor.fetchall()
        ]


def store_month(agency_ids: Collection[int], month: Month) -> None:
    """Write what the forms of these agencies' month give now; rows that are right already are not touched."""
    parameters: dict[str, Any] = {"agencies": list(agency_ids), "from": month.first, "month": month.first}
    dimensions = ", ".join(f"('{one}', {count})" for one, count in VALUES.items())
    with connection.cursor() as cursor:
        cursor.execute(_STORE_FIGURES.replace("<dimensions>", dimensions), parameters)
        cursor.execute(_STORE_COUNTS, parameters)
