"""What `rollup_ratio` compares with: the bare aggregates by person and by office, and COPY of the same rows.

No scheme, no coverage, no parts, no tree, nothing about forms that are set aside or about who may count:
the least that any system would have to read and write for the month.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from .nation_data import MONTH

BY_PERSON = {
    "citizen": """
        SELECT s.posting_id, 0 AS item_id, count(*) AS judged, count(*) FILTER (WHERE r.factors[3] >= 4)
            AS kept
        FROM surveys_response r JOIN surveys_stratum s ON s.id = r.stratum_id
        WHERE r.month = %(month)s AND r.is_verified AND r.factors[3] IS NOT NULL
        GROUP BY s.posting_id
        UNION ALL
        SELECT s.posting_id, i.id, count(*), count(*) FILTER (WHERE a.mark = ANY(i.kept_answers))
        FROM surveys_response r JOIN surveys_stratum s ON s.id = r.stratum_id
        CROSS JOIN LATERAL unnest(r.item_ids, r.item_answers) AS a (item_id, mark)
        JOIN models_catalog_item i ON i.id = a.item_id
        WHERE r.month = %(month)s AND r.is_verified
        GROUP BY s.posting_id, i.id
    """,
    "supervisor": """
        SELECT s.posting_id, j.item_id, 4 * count(*) AS judged, sum(j.value) AS kept
        FROM judgements_judgementsheet s JOIN judgements_judgement j ON j.sheet_id = s.id
        WHERE s.month = %(month)s GROUP BY s.posting_id, j.item_id
    """,
    "inspection": """
        SELECT l.posting_id, l.item_id, count(*) AS judged,
               count(*) FILTER (WHERE f.state IS DISTINCT FROM 'confirmed') AS kept
        FROM oversight_inspection i JOIN oversight_inspectionline l ON l.inspection_id = i.id
        LEFT JOIN oversight_finding f ON f.line_id = l.id
        WHERE i.on BETWEEN %(month)s AND %(last)s AND f.state IS DISTINCT FROM 'waiting'
        GROUP BY l.posting_id, l.item_id
    """,
    "promise": """
        SELECT p.posting_id, 0 AS item_id, count(*) AS judged,
            count(*) FILTER (WHERE p.outcome = 'kept') AS kept
        FROM commitments_promise p
        WHERE p.due_at >= %(start)s AND p.due_at < %(end)s AND p.outcome <> 'withdrawn' GROUP BY p.posting_id
    """,
}
BY_OFFICE = {
    "satisfied": """
        SELECT agency_id, sum(n) AS judged, sum(k) AS kept, count(*) AS clusters,
               sum(n * n) AS nn, sum(n * k) AS nk, sum(k * k) AS kk FROM (
            SELECT agency_id, point_id, cluster, count(*) AS n, count(*) FILTER (WHERE overall >= 4) AS k
            FROM surveys_response WHERE month = %(month)s AND is_verified GROUP BY agency_id, point_id,
                cluster
        ) AS desk_days GROUP BY agency_id
    """,
    "open": """
        SELECT agency_id, sum(n) AS judged, sum(k) AS kept, count(*) AS clusters,
               sum(n * n) AS nn, sum(n * k) AS nk, sum(k * k) AS kk FROM (
            SELECT agency_id, point_id, cluster, count(*) AS n, count(*) FILTER (WHERE overall >= 4) AS k
            FROM surveys_response WHERE month = %(month)s AND NOT is_verified GROUP BY agency_id, point_id,
                cluster
        ) AS desk_days GROUP BY agency_id
    """,
    "dossiers": """
        SELECT agency_id, count(*) AS judged, count(*) FILTER (WHERE finished_on <= promised_on) AS kept
        FROM dossiers_dossier
        WHERE CASE WHEN finished_on <= promised_on THEN finished_on
            ELSE promised_on END BETWEEN %(month)s AND %(last)s
        GROUP BY agency_id
    """,
    "feedback": """
        SELECT agency_id, count(*) AS judged,
               count(*) FILTER (WHERE state = 'answered' AND closed_on <= due_on) AS kept
        FROM feedback_case WHERE due_on BETWEEN %(month)s AND %(last)s GROUP BY agency_id
    """,
    "signing": """
        SELECT t.agency_id, count(*) AS judged, count(p.id) AS kept
        FROM agencies_posting t
        JOIN agencies_agency a ON a.id = t.agency_id
        LEFT JOIN agencies_agencyparent l ON l.agency_id = a.id
        LEFT JOIN agencies_agencyparent h ON h.agency_id = l.parent_id
        JOIN commitments_campaign c ON c.agency_id IN (a.id, l.parent_id, h.parent_id) AND c.year = %(year)s
        JOIN models_catalog_adoption d ON d.id = c.adoption_id AND (d.audience = 'all' OR t.serves_citizens)
        LEFT JOIN commitments_pledge p ON p.campaign_id = c.id AND p.posting_id = t.id
        GROUP BY t.agency_id
    """,
    "corrective": """
        SELECT p.agency_id, count(*) AS judged, count(*) FILTER (WHERE a.done_at::date <= a.due_on) AS kept
        FROM oversight_correctiveaction a JOIN oversight_finding f ON f.id = a.finding_id
        JOIN oversight_inspectionline l ON l.id = f.line_id JOIN agencies_posting p ON p.id = l.posting_id
        WHERE a.due_on BETWEEN %(month)s AND %(last)s GROUP BY p.agency_id
    """,
}
FIGURES = {
    "figures": """
        SELECT agency_id, point_id, cluster, channel, is_verified, respondent, stratum_id,
               count(*) AS judged, count(*) FILTER (WHERE overall >= 4) AS kept, <marks>
        FROM surveys_response WHERE month = %(month)s
        GROUP BY agency_id, point_id, cluster, channel, is_verified, respondent, stratum_id
    """.replace(
        "<marks>",
        ", ".join(
            f"count(*) FILTER (WHERE {column} = {mark}) AS q{question}m{mark}"
            for question, column in enumerate(["overall", *(f"factors[{place}]" for place in range(1, 6))])
            for mark in range(1, 6)
        ),
    )
}
"""What citizens answered, for reports: every mark of every question by desk-day, channel and respondent."""
RESULTS = (
    *("scores_personscore", "scores_agencycount", "scores_agencyscore"),
    *("surveys_monthfigure", "surveys_monthcount"),
)
_MONTH = {
    "month": MONTH, "last": "2026-10-31", "start": f"{MONTH} 00:00+07", "end": "2026-11-01 00:00+07",
    "year": int(MONTH[:4]),
}  # fmt: skip

# The same figures as the roll-up has stored them: with each score, and in the counts of the provinces.
_STORED_PERSONS = """
SELECT source, sum(judged), sum(kept) FROM (
    SELECT DISTINCT p.posting_id, CASE WHEN part ->> 0 = 'promise' THEN '0' ELSE item ->> 0 END,
        part ->> 0 AS source,
        (part ->> n)::int AS judged, (part ->> n + 1)::int AS kept
    FROM scores_personscore p CROSS JOIN LATERAL jsonb_array_elements(p.parts -> 'items') AS item
    CROSS JOIN LATERAL (
        SELECT part, 1 AS n FROM jsonb_array_elements(item -> 6) AS part
        UNION ALL SELECT part, 2 FROM jsonb_array_elements(item -> 7) AS part
            WHERE part ->> 1 = 'below_minimum'
    ) AS parts
    WHERE p.month = %(month)s
) AS heard GROUP BY source
"""
_STORED_OFFICES = """
SELECT c.component, sum(c.judged), sum(c.kept) FROM scores_agencycount c
JOIN agencies_agency a ON a.id = c.agency_id AND a.kind = 'province' WHERE c.month = %(month)s
    GROUP BY c.component
"""
_STORED_FIGURES = """
SELECT 'figures', sum(m1[1] + m2[1] + m3[1] + m4[1] + m5[1]), sum(m4[1] + m5[1])
FROM surveys_monthfigure WHERE month = %(month)s AND by = ''
"""


@dataclass(frozen=True, slots=True)
class Bare:
    """What the bare side took, and the sums of judged and kept that it found."""

    seconds: float
    reading: float
    sums: dict[str, tuple[int, int]]


def save_results(connection: psycopg.Connection) -> dict[str, bytes]:
    """The rows that the roll-up wrote, as COPY gives them."""
    saved = {}
    for table in RESULTS:
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
            saved[table] = b"".join(bytes(block) for block in copy)
    return saved


def run_bare(connection: psycopg.Connection, results: Mapping[str, bytes]) -> Bare:
    """The aggregates, each into a table, and the rows into tables with the indexes of the real ones."""
    statements = BY_PERSON | BY_OFFICE | FIGURES
    connection.execute("SET max_parallel_workers_per_gather = 0")
    plain = psycopg.ClientCursor(connection)  # CREATE TABLE AS takes no parameters
    for table in RESULTS:
        connection.execute(f"DROP TABLE IF EXISTS bare_{table}")
        connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
    begin = time.perf_counter()
    with connection.transaction():
        for name, statement in statements.items():
            plain.execute(f"CREATE TEMP TABLE bare_{name} AS {statement}", _MONTH)
        reading = time.perf_counter() - begin
        for table, rows in results.items():
            with connection.cursor() as cursor, cursor.copy(f"COPY bare_{table} FROM STDIN") as copy:
                copy.write(rows)
    seconds = time.perf_counter() - begin
    sums = {name: _sum(connection, f"bare_{name}") for name in statements}
    for name in (*statements, *RESULTS):
        connection.execute(f"DROP TABLE bare_{name}")
    return Bare(seconds, reading, sums)


def check_sums(connection: psycopg.Connection, bare: Bare) -> None:
    """Both sides must have counted the same; RuntimeError names what differs."""
    stored = {
        name: (int(judged), int(kept))
        for statement in (_STORED_PERSONS, _STORED_OFFICES, _STORED_FIGURES)
        for name, judged, kept in connection.execute(statement, _MONTH).fetchall()
    }
    differing = {
        name: (sums, stored.get(name)) for name, sums in bare.sums.items() if stored.get(name) != sums
    }
    if differing:
        raise RuntimeError(f"bare and stored sums differ: {differing}")


def _sum(connection: psycopg.Connection, table: str) -> tuple[int, int]:
    row = connection.execute(
        f"SELECT coalesce(sum(judged), 0), coalesce(sum(kept), 0) FROM {table}"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
