"""How a month's rows come into their tables: COPY, upsert of what changed, delete of what vanished.

The only raw SQL of this app that writes. Everything here runs inside the transaction of one chunk.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from django.db import connection
from psycopg import sql

from conduct.kernel.months import Month

_LOCKS = 7_301  # the class of our advisory locks

_MAKE = "CREATE TEMP TABLE {fresh} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"
_COPY = "COPY {fresh} ({columns}) FROM STDIN"
_UPSERT = """
INSERT INTO {table} AS old ({columns}) SELECT {columns} FROM {fresh} ORDER BY {key}
ON CONFLICT ({key}) DO UPDATE SET {set} WHERE ({old}) IS DISTINCT FROM ({new})
"""
_KNOWN = "SELECT count(*) FROM {table} WHERE office_id = ANY(%s) AND month = %s"
_DELETE = """
DELETE FROM {table} AS old WHERE office_id = ANY(%s) AND month = %s
AND NOT EXISTS (SELECT FROM {fresh} AS fresh WHERE {same})
"""
# What still waits in the prompt lane stays there, whoever else asks for it.
_ASK = """
INSERT INTO scores_rollupchunk AS old
    (agency_id, above_id, month, run_id, is_prompt, requested_at, claimed_by, attempts, n_rows, error)
SELECT agency_id, above_id, %(month)s, %(run)s, %(is_prompt)s, clock_timestamp(), '', 0, 0, ''
FROM unnest(%(agencies)s::bigint[], %(above)s::bigint[]) AS asked (agency_id, above_id)
ON CONFLICT (agency_id, month) DO UPDATE SET
    above_id = excluded.above_id,
    run_id = CASE
        WHEN old.is_prompt AND NOT excluded.is_prompt
            AND (old.finished_from IS NULL OR old.requested_at > old.finished_from) THEN old.run_id
        ELSE excluded.run_id END,
    is_prompt = excluded.is_prompt OR (old.is_prompt
        AND (old.finished_from IS NULL OR old.requested_at > old.finished_from)),
    requested_at = greatest(clock_timestamp(), old.requested_at + interval '1 microsecond')
RETURNING id
"""

_FINISH = """
UPDATE scores_rollupchunk AS c
SET finished_from = done.served, finished_at = %(now)s, lease_until = NULL, claimed_by = '',
    n_rows = done.n_rows, error = ''
FROM unnest(%(chunks)s::bigint[], %(served)s::timestamptz[], %(rows)s::int[]) AS done (id, served, n_rows)
WHERE c.id = done.id
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of results: its columns as they are copied, and which of them make a row unique."""

    name: str
    key: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Key first, then values: the order of a row."""
        return self.key + self.values


PERSONS = Table(
    "scores_personscore",
    ("posting_id", "adoption_id", "month"),
    ("office_id", "scheme_id", "state", "score", "band", "coverage", "is_pooled", "parts"),
)
COUNTS = Table(
    "scores_agencycount",
    ("agency_id", "month", "component"),
    ("office_id", "kept", "judged", "clusters", "nn", "nk", "kk"),
)
AGENCIES = Table(
    "scores_agencyscore",
    ("agency_id", "month"),
    ("office_id", "scheme_id", "score", "band", "coverage", "n_postings", "parts"),
)


def lock_chunks(chunk_ids: Iterable[int]) -> None:
    """Wait until no other transaction works on these chunks; the locks end with the transaction."""
    with connection.cursor() as cursor:  # always in the same order, so that two never wait for each other
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS id", [_LOCKS, sorted(chunk_ids)]
        )


def finish_chunks(served: Iterable[tuple[int, datetime, int]], now: datetime) -> None:
    """Say of chunks which request was served and how many rows they have; their leases end."""
    rows = list(served)
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, {
            "chunks": [chunk_id for chunk_id, _, _ in rows], "served": [request for _, request, _ in rows],
            "rows": [n_rows for _, _, n_rows in rows], "now": now,
        })  # fmt: skip


def replace_rows(
    table: Table, office_ids: Sequence[int], month: Month, rows: Iterable[Sequence[object]]
) -> int:
    """Make these the rows of the offices' month; returns how many were written or deleted.

    Rows that are already as they should be are not touched, so that a second run changes nothing.
    """
    names = {
        "table": sql.Identifier(table.name),
        "fresh": sql.Identifier(f"fresh_{table.name}"),
        "columns": _list("{}", table.columns),
        "key": _list("{}", table.key),
        "set": _list("{0} = excluded.{0}", table.values),
        "old": _list("old.{}", table.values),
        "new": _list("excluded.{}", table.values),
        "same": _list("fresh.{0} = old.{0}", table.key, " AND "),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_MAKE).format(**names))
        n_rows = deleted = 0
        where: list[Any] = [list(office_ids), month.first]
        with cursor.copy(sql.SQL(_COPY).format(**names)) as copy:
            for row in rows:
                copy.write_row(row)
                n_rows += 1
        cursor.execute(sql.SQL(_UPSERT).format(**names))
        written: int = cursor.rowcount
        cursor.execute(sql.SQL(_KNOWN).format(**names), where)
        if cursor.fetchone() != (n_rows,):  # all fresh rows are among them: more means that some vanished
            cursor.execute(sql.SQL(_DELETE).format(**names), where)
            deleted = cursor.rowcount
        cursor.execute(sql.SQL("DROP TABLE {fresh}").format(**names))
    return written + deleted


def _list(form: LiteralString, columns: Iterable[str], between: LiteralString = ", ") -> sql.Composed:
    return sql.SQL(between).join(sql.SQL(form).format(sql.Identifier(column)) for column in columns)


def ask(
    chunks: Iterable[tuple[int, int | None]],
    month: Month,
    *,
    run_id: int | None = None,
    is_prompt: bool = False,
) -> list[int]:
    """Mark chunks as due, making those that do not exist; pairs of an office and the one above.

    By the database's clock and always later than before. The row stays locked until this transaction ends, so
    a run that began earlier can never take the new request for one that it has served. `run_id` is the run
    they now belong to.
    """
    pairs = sorted(chunks)
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK,
            {
                "month": month.first,
                "run": run_id,
                "is_prompt": is_prompt,
                "agencies": [agency for agency, _ in pairs],
                "above": [above for _, above in pairs],
            },
        )
        return [row[0] for row in cursor.fetchall()]
