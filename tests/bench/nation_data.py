"""A month of the country, made inside the database from the people that were copied into it.

Millions of rows do not cross a connection: each table is one INSERT … SELECT, without triggers and without
the indexes, which are built afterwards. The same seed gives the same counts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

import psycopg

from .nation_people import copy_offices, copy_people

POSTINGS = 150_000
RESPONSES = 3_600_000
MONTH = "2026-10-01"
MODELS = ("hoa-son-5-khong-4-biet", "4-xin-4-luon", "phu-ninh-4-dung-4-phai-3-sat-3-nhat")
"""What every province adopts, every commune, and every third commune for its front desk."""

# What a column holds that has no default and no value of its own here.
_EMPTY = {
    "boolean": "false", "bytea": "''", "jsonb": "'{}'", "ARRAY": "'{}'",
    "character varying": "''", "text": "''",
}  # fmt: skip

_ADOPTIONS = """
WITH chosen AS (
    SELECT m.key, v.id FROM models_catalog_conductmodel m
    JOIN models_catalog_modelversion v ON v.model_id = m.id AND v.state = 'published'
    WHERE m.key = ANY(%(models)s)
)
SELECT a.id AS agency_id, c.id AS version_id, date '2020-07-01' AS valid_from,
       CASE WHEN c.key = (%(models)s)[3] THEN 'front_desk' ELSE 'all' END AS audience,
       '{}'::varchar[] AS categories, timestamptz '2025-07-01 08:00+07' AS adopted_at
FROM agencies_agency a JOIN chosen c ON
    (a.kind = 'province' AND c.key = (%(models)s)[1]) OR (a.kind = 'commune' AND c.key = (%(models)s)[2])
    OR (a.kind = 'commune' AND a.id %% 3 = 0 AND c.key = (%(models)s)[3])
ORDER BY a.id, c.key
"""

# Some communes weigh an item more than the others.
_EMPHASES = """
SELECT d.id AS adoption_id, i.id AS item_id, 2 + d.id %% 2 AS weight
FROM models_catalog_adoption d
JOIN models_catalog_itemgroup g ON g.version_id = d.version_id
JOIN models_catalog_item i ON i.group_id = g.id AND i.position = 1
WHERE d.id %% 2 = 0
"""

# Which adoptions speak to a posting: those of its commune and of the province above.
_BOUND = """
CREATE TEMP TABLE bound AS
SELECT t.id AS posting_id, t.agency_id, d.id AS adoption_id, d.version_id
FROM agencies_posting t
JOIN office_of o ON o.agency_id = t.agency_id
JOIN models_catalog_adoption d ON d.agency_id IN (o.office_id, o.above_id)
WHERE d.audience = 'all' OR t.serves_citizens
"""
_OFFICES = """
CREATE TEMP TABLE office_of AS
SELECT a.id AS agency_id,
       CASE WHEN a.kind IN ('province', 'commune') THEN a.id ELSE l.parent_id END AS office_id,
       CASE WHEN a.kind IN ('department', 'one_stop') THEN above.parent_id ELSE l.parent_id END AS above_id
FROM agencies_agency a
LEFT JOIN agencies_agencyparent l ON l.agency_id = a.id
LEFT JOIN agencies_agencyparent above ON above.agency_id = l.parent_id
"""

_POINTS = """
SELECT a.id AS agency_id, 'n' || a.id || 'd' || n AS slug, 'Quầy ' || n AS name, true AS is_open,
       date '2020-07-01' AS opened_on
FROM agencies_agency a CROSS JOIN generate_series(1, 2) AS n WHERE a.kind = 'one_stop'
"""
_STRATA = """
SELECT p.id AS point_id, date '{month}' AS month, g.name AS procedure_group, t.id AS posting_id
FROM agencies_posting t
JOIN LATERAL (
    SELECT id, row_number() OVER (ORDER BY id) AS n FROM surveys_servicepoint s
        WHERE s.agency_id = t.agency_id
) p ON p.n = 1 + t.id %% 2
CROSS JOIN (VALUES ('Hộ tịch'), ('Đất đai')) AS g (name)
WHERE t.serves_citizens ORDER BY t.id
"""

# The questions about items that citizens are asked at an agency: of the models that bind it.
_ASKED = """
CREATE TEMP TABLE asked AS
SELECT agency_id, array_agg(item_id ORDER BY item_id) AS items, array_agg(kept ORDER BY item_id) AS kept,
       array_agg(slip ORDER BY item_id) AS slip
FROM (
    SELECT DISTINCT b.agency_id, i.id AS item_id, i.kept_answers[1] AS kept,
           CASE WHEN i.answer = 'yes_no' THEN 1 - i.kept_answers[1] ELSE 2 END AS slip
    FROM (SELECT DISTINCT agency_id, version_id FROM bound) b
    JOIN models_catalog_itemgroup g ON g.version_id = b.version_id
    JOIN models_catalog_item i ON i.group_id = g.id AND 'citizen' = ANY(i.sources) AND i.question <> ''
) AS questions GROUP BY agency_id
"""
_DESKS = """
CREATE TEMP TABLE desk AS
SELECT row_number() OVER (ORDER BY s.id) - 1 AS n, s.id AS stratum_id, s.point_id, p.agency_id, k.items,
    k.kept,
       k.slip, 0.72 + 0.24 * (hashint8(s.posting_id) & 1023) / 1024.0 AS quality
FROM surveys_stratum s JOIN surveys_servicepoint p ON p.id = s.point_id JOIN asked k
    ON k.agency_id = p.agency_id
"""
# Six of ten answers were invited and know their officer; every fourth officer's desk is quiet.
_RESPONSES = """
SELECT uuidv7() AS key, d.agency_id, d.point_id, CASE WHEN v THEN d.stratum_id END AS stratum_id,
       q.id AS questionnaire_id, date '{month}' AS month, CASE WHEN v THEN 'invitation' ELSE 'qr' END
           AS channel,
       v AS is_verified, 'citizen' AS respondent, 'vi' AS language,
       hashint8(d.point_id * 32 + r %% 22) AS cluster, 5 - (r4 > d.quality)::int - 2 * (r4 > 0.97)::int
           AS overall,
       ARRAY[4 + (r1 < 0.5)::int, 5 - (r2 > d.quality)::int, 5 - 2 * (r3 > d.quality)::int, NULL,
           4]::smallint[]
           AS factors,
       1 + (r1 > 0.8)::int AS trips,
       d.items[1:n_items] AS item_ids,
       ARRAY(
           SELECT CASE WHEN (hashint8(r * 16 + i) & 1023) / 1024.0 < d.quality THEN d.kept[i]
               ELSE d.slip[i] END
           FROM generate_series(1, n_items) AS i
       )::smallint[] AS item_answers,
       '{}'::smallint[] AS others
FROM (
    SELECT r, r %% 10 < 6 AS v, (hashint8(r) & 1023) / 1024.0 AS r1, (hashint8(r + 7) & 1023) / 1024.0 AS r2,
           (hashint8(r + 11) & 1023) / 1024.0 AS r3, (hashint8(r + 13) & 1023) / 1024.0 AS r4
    FROM generate_series(1, {number}) AS r
) AS form
JOIN desk d ON d.n = (form.r * 7 + form.r / 10) %% {desks}
CROSS JOIN LATERAL (SELECT least(3, cardinality(d.items)) AS n_items) AS asked
CROSS JOIN (SELECT id FROM surveys_questionnaire WHERE state = 'published' ORDER BY number DESC LIMIT 1) AS q
"""

# Nineteen of twenty postings were judged.
_SHEETS = """
SELECT b.posting_id, b.adoption_id, date '{month}' AS month, 1 AS revision, b.posting_id AS judged_by_id,
       timestamptz '2026-10-28 16:00+07' AS judged_at
FROM bound b WHERE b.posting_id %% 20 <> 0 ORDER BY b.posting_id, b.adoption_id
"""
_JUDGEMENTS = """
SELECT s.id AS sheet_id, i.id AS item_id, m.value, CASE WHEN m.value < 4 THEN 'Hai lần trả lời chậm.'
    ELSE '' END AS reason
FROM judgements_judgementsheet s
JOIN models_catalog_adoption d ON d.id = s.adoption_id
JOIN models_catalog_itemgroup g ON g.version_id = d.version_id
JOIN models_catalog_item i ON i.group_id = g.id
CROSS JOIN LATERAL (
    SELECT 4 - (h < 130)::int - (h < 30)::int AS value
    FROM (SELECT hashint8(s.id * 64 + i.id) & 1023 AS h) AS hashed
) AS m
ORDER BY s.id, i.id
"""
_PROMISES = """
SELECT t.id AS posting_id, 'Trả kết quả đúng hẹn' AS what, 'N' || t.id || '-' || n AS dossier_code,
       due.at - interval '3 days' AS made_at, due.at AS due_at, ends.outcome, due.at AS ended_at,
       CASE WHEN ends.outcome = 'broken' THEN 'Xin lỗi ông/bà vì đã hẹn sai.' ELSE '' END AS apology,
       ends.outcome = 'broken' AS was_broken
FROM agencies_posting t CROSS JOIN generate_series(1, 5) AS n
CROSS JOIN LATERAL (SELECT timestamptz '{month} 10:00+07' + make_interval(days => 1 + (t.id * 5 + n)::int
    %% 28) AS at)
    AS due
CROSS JOIN LATERAL (SELECT (ARRAY['kept', 'kept', 'kept', 'kept', 'kept', 'kept', 'kept', 'kept_late',
    'broken',
    'withdrawn'])[1 + (hashint8(t.id * 8 + n) & 1023) %% 10] AS outcome) AS ends
WHERE t.serves_citizens
"""
_JOURNAL = """
SELECT t.id AS posting_id, d.item_id, date '{month}' + n * 6 AS "on", n > 1 AS was_kept,
    'Tự soi cuối tuần.' AS text,
       CASE WHEN n = 1 THEN 'Xem lại lịch hẹn.' ELSE '' END AS remedy,
       CASE WHEN n = 1 THEN date '{month}' + 20 END AS remedy_by, timestamptz '{month} 17:00+07' AS written_at
FROM agencies_posting t CROSS JOIN generate_series(1, 4) AS n
CROSS JOIN (SELECT min(i.id) AS item_id FROM models_catalog_item i JOIN models_catalog_itemgroup g
    ON g.id = i.group_id
    WHERE g.version_id = (SELECT min(version_id) FROM models_catalog_adoption)) AS d
"""
_DOSSIERS = """
SELECT t.agency_id, 'H' || t.id || '.' || n AS code, 'Đăng ký khai sinh' AS procedure, 'Hộ tịch'
    AS procedure_group,
       'online' AS channel, 'citizen' AS applicant, days.received AS received_on, days.received + 5
           AS promised_on,
       days.received + 5 AS due_on,
       CASE WHEN n %% 25 > 0 THEN days.received + 3 + (n %% 12 = 0)::int * 4 END AS finished_on, t.id
           AS posting_id
FROM agencies_posting t CROSS JOIN generate_series(1, 20) AS n
CROSS JOIN LATERAL (SELECT date '{month}' + (t.id + n)::int %% 22 AS received) AS days
WHERE t.serves_citizens
"""
_CASES = """
SELECT md5('case' || a.id || ':' || n) || md5('{month}' || a.id || ':' || n) AS code_hash, '' AS key_id,
       a.id AS agency_id, a.id AS concerns_id, 'mailbox' AS source, 'complaint' AS kind,
       CASE WHEN n %% 9 = 0 THEN 'assigned' ELSE 'answered' END AS state, 'citizen' AS respondent, 'vi'
           AS language,
       date '{month}' + n AS received_on, date '{month}' + n + 7 AS due_on,
       CASE WHEN n %% 9 > 0 THEN date '{month}' + n + 5 + (n %% 5 = 0)::int * 4 END AS closed_on
FROM agencies_agency a CROSS JOIN generate_series(1, 20) AS n WHERE a.kind IN ('commune', 'province')
"""
_CAMPAIGNS = """
SELECT d.agency_id, d.id AS adoption_id, {year} AS year, date '{year}-01-05' AS opens_on,
       date '{year}-03-31' AS due_on, timestamptz '{year}-01-05 08:00+07' AS opened_at
FROM models_catalog_adoption d
"""
_PLEDGES = """
SELECT c.id AS campaign_id, b.posting_id, 'Tôi cam kết thực hiện đúng bộ quy tắc của cơ quan.' AS text,
       repeat('0', 64) AS sha256, 'password' AS method, timestamptz '{year}-02-10 09:00+07' AS signed_at,
       substr(md5(c.id || ':' || b.posting_id), 1, 14) AS code
FROM bound b JOIN commitments_campaign c ON c.adoption_id = b.adoption_id AND c.year = {year}
WHERE b.posting_id %% 50 <> 0
"""
_VISITS = """
SELECT a.id AS agency_id, 'weekly' AS kind, date '{month}' + n * 7 AS "on", 'Kỷ luật giờ làm việc' AS subject,
       (SELECT min(person_id) FROM agencies_posting) AS inspector_id,
       timestamptz '{month} 17:00+07' + make_interval(days => n * 7) AS done_at, 1 AS revision
FROM agencies_agency a CROSS JOIN generate_series(0, 3) AS n WHERE a.kind IN ('commune', 'province')
"""
_VISITED = """
SELECT v.id AS inspection_id, b.posting_id, b.adoption_id, i.id AS item_id
FROM oversight_inspection v
JOIN office_of o ON o.office_id = v.agency_id
JOIN bound b ON b.agency_id = o.agency_id AND b.posting_id %% 8 = v.id %% 8
JOIN models_catalog_itemgroup g ON g.version_id = b.version_id
JOIN models_catalog_item i ON i.group_id = g.id AND 'inspection' = ANY(i.sources)
ORDER BY v.id, b.posting_id
"""
_FINDINGS = """
SELECT l.id AS line_id, (ARRAY['confirmed', 'confirmed', 'dropped', 'waiting'])[1 + l.id %% 4] AS state,
       'Vắng mặt trong giờ làm việc.' AS text, l.id %% 160 = 0 AS is_breach, date '2026-10-30' AS answer_by,
       CASE WHEN l.id %% 4 < 3 THEN (SELECT min(person_id) FROM agencies_posting) END AS decided_by_id,
       CASE WHEN l.id %% 4 < 3 THEN timestamptz '2026-10-30 09:00+07' END AS decided_at,
       CASE WHEN l.id %% 4 < 3 THEN 'Đã nghe giải trình.' ELSE '' END AS decision,
       CASE WHEN l.id %% 4 < 2 THEN date '{month}' END AS counts_in, 1 AS revision
FROM oversight_inspectionline l WHERE l.id %% 16 = 0 OR l.id %% 23 = 0
"""
_ACTIONS = """
SELECT f.id AS finding_id, 'Sắp lại lịch trực.' AS text, date '{month}' + 25 AS due_on,
       CASE WHEN f.id %% 3 > 0 THEN timestamptz '{month} 09:00+07' + make_interval(days => 24) END AS done_at
FROM oversight_finding f WHERE f.state = 'confirmed'
"""

_TABLES = (
    ("models_catalog_adoption", _ADOPTIONS),
    ("models_catalog_emphasis", _EMPHASES),
    ("", _OFFICES),
    ("", _BOUND),
    ("surveys_servicepoint", _POINTS),
    ("surveys_stratum", _STRATA),
    ("", _ASKED),
    ("", _DESKS),
    ("surveys_response", _RESPONSES),
    ("judgements_judgementsheet", _SHEETS),
    ("judgements_judgement", _JUDGEMENTS),
    ("commitments_promise", _PROMISES),
    ("commitments_journalentry", _JOURNAL),
    ("dossiers_dossier", _DOSSIERS),
    ("feedback_case", _CASES),
    ("commitments_campaign", _CAMPAIGNS),
    ("commitments_pledge", _PLEDGES),
    ("oversight_inspection", _VISITS),
    ("oversight_inspectionline", _VISITED),
    ("oversight_finding", _FINDINGS),
    ("oversight_correctiveaction", _ACTIONS),
)


def fill(connection: psycopg.Connection, size: Fraction, say: Callable[[str], None]) -> None:
    """The whole country, as a superuser whose session fires no trigger and checks no reference."""
    connection.execute("SET session_replication_role = replica")
    offices = copy_offices(connection, size)
    copy_people(connection, offices, int(POSTINGS * size))
    connection.execute("ANALYZE agencies_agency, agencies_agencyparent, agencies_posting")
    connection.execute(
        "SELECT setval(pg_get_serial_sequence('agencies_user', 'id'), max(id)) FROM agencies_user"
    )
    for name in ("agencies_agency", "agencies_posting"):
        connection.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")
    number = int(RESPONSES * size)
    for table, statement in _TABLES:
        _make(connection, table, statement, number)
        if table:
            connection.execute(f"ANALYZE {table}")
            say(f"{table}: {_count(connection, table):,}")
    connection.commit()


def _make(connection: psycopg.Connection, table: str, statement: str, number: int) -> None:
    desks = _count(connection, "desk") if table == "surveys_response" else 0
    text = statement
    for name, value in (("month", MONTH), ("year", MONTH[:4]), ("number", number), ("desks", desks)):
        text = text.replace(f"{{{name}}}", str(value))
    parameters: dict[str, object] = {"models": list(MODELS)}
    if not table:
        connection.execute(text.replace("%%", "%"))
        return
    with without_indexes(connection, table):
        connection.execute(insertion(connection, table, text, parameters), parameters)


def insertion(
    connection: psycopg.Connection, table: str, statement: str, parameters: dict[str, object] | None
) -> str:
    """INSERT of what a statement selects; columns it does not name that must not be null are empty."""
    probe = connection.execute(f"SELECT * FROM ({statement}) AS made LIMIT 0", parameters)
    given = [column.name for column in probe.description or ()]
    rows = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    ).fetchall()
    empty = {name: _EMPTY.get(kind, "0") for name, kind in rows if name not in given}
    columns = ", ".join(f'"{name}"' for name in [*given, *empty])
    values = ", ".join(["made.*", *empty.values()])
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM ({statement}) AS made"


@contextmanager
def without_indexes(connection: psycopg.Connection, table: str) -> Iterator[None]:
    """Fill a table first and index it afterwards; what keeps rows unique stays."""
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
        " AND indexdef NOT LIKE 'CREATE UNIQUE%%'"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
        [table, table],
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        connection.execute(definition)


def _count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
