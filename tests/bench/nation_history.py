"""Months behind the month: its rows again, so many months earlier, inside the database."""

from collections.abc import Callable

import psycopg

from .nation_data import insertion, without_indexes

# `n` is how many months back, BACK the interval; ids are kept apart by a step for each month.
_TABLES = (
    (
        "surveys_stratum",
        """
        SELECT s.id + n * 10000000 AS id, s.point_id, (s.month - BACK)::date AS month,
               s.procedure_group, s.posting_id
        FROM surveys_stratum s
        CROSS JOIN generate_series(1, {months}) AS n
        """,
    ),
    (
        "surveys_response",
        """
        SELECT uuidv7() AS key, r.agency_id, r.point_id, r.stratum_id + n * 10000000 AS stratum_id,
               r.questionnaire_id, (r.month - BACK)::date AS month, r.channel, r.is_verified,
               r.respondent, r.language, r.cluster + n AS cluster, r.overall, r.factors, r.trips,
               r.item_ids, r.item_answers, r.others
        FROM generate_series(1, {months}) AS n
        CROSS JOIN surveys_response r
        WHERE r.month = '{month}'
        """,
    ),
    (
        "judgements_judgementsheet",
        """
        SELECT s.id + n * 10000000 AS id, s.posting_id, s.adoption_id, (s.month - BACK)::date AS month,
               s.revision, s.judged_by_id, s.judged_at
        FROM generate_series(1, {months}) AS n
        CROSS JOIN judgements_judgementsheet s
        WHERE s.month = '{month}'
        """,
    ),
    (
        "judgements_judgement",
        """
        SELECT j.sheet_id + n * 10000000 AS sheet_id, j.item_id, j.value, j.reason
        FROM generate_series(1, {months}) AS n
        CROSS JOIN judgements_judgement j
        WHERE j.sheet_id < 10000000
        """,
    ),
    (
        "commitments_promise",
        """
        SELECT p.posting_id, p.what, p.dossier_code, p.made_at - BACK AS made_at, p.due_at - BACK AS
               due_at, p.outcome, p.ended_at - BACK AS ended_at, p.apology, p.was_broken
        FROM generate_series(1, {months}) AS n
        CROSS JOIN commitments_promise p
        WHERE p.due_at >= '{month}'
        """,
    ),
    (
        "dossiers_dossier",
        """
        SELECT d.agency_id, d.code || '-' || n AS code, d.procedure, d.procedure_group, d.channel,
               d.applicant, (d.received_on - BACK)::date AS received_on, (d.promised_on - BACK)::date +
               3 AS promised_on, (d.due_on - BACK)::date + 3 AS due_on, (d.finished_on - BACK)::date + 3
               AS finished_on, d.posting_id
        FROM generate_series(1, {months}) AS n
        CROSS JOIN dossiers_dossier d
        WHERE d.received_on >= '{month}'
        """,
    ),
    (
        "feedback_case",
        """
        SELECT md5('past' || c.id || ':' || n) || md5('past' || c.id) AS code_hash, c.key_id,
               c.agency_id, c.concerns_id, c.source, c.kind, c.state, c.respondent, c.language,
               (c.received_on - BACK)::date AS received_on, (c.due_on - BACK)::date AS due_on,
               (c.closed_on - BACK)::date AS closed_on
        FROM generate_series(1, {months}) AS n
        CROSS JOIN feedback_case c
        WHERE c.received_on >= '{month}'
        """,
    ),
    (
        "scores_personscore",
        """
        SELECT p.posting_id, p.adoption_id, p.office_id, (p.month - BACK)::date AS month, p.scheme_id,
               p.state, p.score, p.band, p.coverage, p.is_pooled, p.parts
        FROM generate_series(1, {months}) AS n
        CROSS JOIN scores_personscore p
        WHERE p.month = '{month}'
        """,
    ),
    (
        "scores_agencycount",
        """
        SELECT c.agency_id, c.office_id, (c.month - BACK)::date AS month, c.component, c.kept, c.judged,
               c.clusters, c.nn, c.nk, c.kk
        FROM generate_series(1, {months}) AS n
        CROSS JOIN scores_agencycount c
        WHERE c.month = '{month}'
        """,
    ),
    (
        "scores_agencyscore",
        """
        SELECT c.agency_id, c.office_id, (c.month - BACK)::date AS month, c.scheme_id, c.score, c.band,
               c.coverage, c.n_postings, c.parts
        FROM generate_series(1, {months}) AS n
        CROSS JOIN scores_agencyscore c
        WHERE c.month = '{month}'
        """,
    ),
)


def add_history(connection: psycopg.Connection, month: str, months: int, say: Callable[[str], None]) -> None:
    """So many months before the month; what the roll-up wrote of it goes with it."""
    connection.execute("SET session_replication_role = replica")
    for table, statement in _TABLES:
        text = statement.replace("BACK", "make_interval(months => n)")
        text = text.replace("{months}", str(months)).replace("{month}", month)
        with without_indexes(connection, table):
            connection.execute(insertion(connection, table, text, None))
        say(f"{table}: {months} months before")
