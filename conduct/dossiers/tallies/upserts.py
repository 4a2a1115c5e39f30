"""How a list comes into the table of dossiers: COPY into a temporary table, one upsert of what changed.

The only raw SQL of this app that writes. It runs inside the transaction of one import.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from psycopg import sql

_LOCKS = 7_302  # the class of our advisory locks

# What a row of a list says; ``contact`` is false where the known contact stays as it is.
COLUMNS = (
    "code", "procedure", "procedure_group", "channel", "applicant", "received_on", "promised_on",
    "finished_on", "posting_id", "contact", "sealed_name", "sealed_email", "sealed_phone", "contact_mark",
)  # fmt: skip

_MAKE = """
CREATE TEMP TABLE fresh_dossiers (
    code text PRIMARY KEY, procedure text, procedure_group text, channel text, applicant text,
    received_on date, promised_on date, finished_on date, posting_id bigint, contact boolean,
    sealed_name bytea, sealed_email bytea, sealed_phone bytea, contact_mark bytea
) ON COMMIT DROP
"""
_COPY = "COPY fresh_dossiers ({columns}) FROM STDIN"
_UPSERT = """
WITH written AS (
    INSERT INTO dossiers_dossier AS old (
        agency_id, code, procedure, procedure_group, channel, applicant, received_on, promised_on, due_on,
        listed_due_on, finished_on, posting_id, sealed_name, sealed_email, sealed_phone, contact_mark
    )
    SELECT %(agency)s, f.code, f.procedure, {procedure_group}, f.channel, {applicant}, f.received_on,
        f.promised_on, f.promised_on, f.promised_on, {finished_on}, {posting_id},
        {sealed_name}, {sealed_email}, {sealed_phone}, {contact_mark}
    FROM fresh_dossiers f LEFT JOIN dossiers_dossier k ON k.agency_id = %(agency)s AND k.code = f.code
    ORDER BY f.code
    ON CONFLICT (agency_id, code) DO UPDATE SET {set}
    WHERE ({old}) IS DISTINCT FROM ({new})
    RETURNING xmax = 0 AS is_new
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
"""
# Columns that a list may lack; what was known then stays.
OPTIONAL = ("procedure_group", "applicant", "finished_on", "posting_id")
_CONTACT = ("sealed_name", "sealed_email", "sealed_phone", "contact_mark")
_STORED = ("procedure", "channel", "received_on", "listed_due_on", *OPTIONAL, *_CONTACT)
# A day that the list had named before moves nothing: a letter of apology may have set a later one.
_DUE = """CASE WHEN excluded.listed_due_on IS DISTINCT FROM old.listed_due_on
    THEN excluded.listed_due_on ELSE old.due_on END"""

_KNOWN = """
SELECT code, contact_mark, promised_on FROM dossiers_dossier WHERE agency_id = %s AND code = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What matters of a dossier that is here already."""

    contact_mark: bytes
    promised_on: date


def known_dossiers(agency_id: int, codes: Collection[str]) -> dict[str, Known]:
    """Those of these codes that the agency has already."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [agency_id, list(codes)])
        return {code: Known(bytes(mark), promised) for code, mark, promised in cursor.fetchall()}


def write_dossiers(agency_id: int, copied: Iterable[bytes], *, given: Collection[str]) -> tuple[int, int]:
    """Store rows in the text form of COPY; returns how many dossiers are new and how many changed.

    ``given`` names the OPTIONAL columns that the list has. Lists of one agency come in one after another.
    """
    picked = {name: f"f.{name}" if name in given else f"coalesce(k.{name}, f.{name})" for name in OPTIONAL}
    kept = {name: f"CASE WHEN f.contact THEN f.{name} ELSE coalesce(k.{name}, '') END" for name in _CONTACT}
    values = {name: f"excluded.{name}" for name in _STORED} | {"due_on": _DUE}
    statement = _UPSERT.format(
        **picked,
        **kept,
        set=", ".join(f"{name} = {value}" for name, value in values.items()),
        old=", ".join(f"old.{name}" for name in values),
        new=", ".join(values.values()),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS, agency_id % 2**31])
        cursor.execute(_MAKE)
        columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
        with cursor.copy(sql.SQL(_COPY).format(columns=columns)) as copy:
            for chunk in copied:
                copy.write(chunk)
        cursor.execute("ANALYZE fresh_dossiers")
        cursor.execute(statement, {"agency": agency_id})
        n_new, n_changed = cursor.fetchone() or (0, 0)
        cursor.execute("DROP TABLE fresh_dossiers")
    return n_new, n_changed
