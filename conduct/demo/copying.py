"""Rows into tables by COPY, with ids drawn from the tables' own sequences (`cm_app` may not set them)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, models
from psycopg import sql


@dataclass
class Ids:
    """The keys in the database of what was written so far, by the places in the plan."""

    units: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    posts: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    adoptions: list[int] = field(default_factory=list)
    campaigns: list[int] = field(default_factory=list)


def new_ids(model: type[models.Model], n: int) -> list[int]:
    """So many fresh ids of a table, in rising order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, n],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(model: type[models.Model], fields: str, rows: Iterable[Sequence[object]]) -> int:
    """Write rows whose values stand in the order of `fields` (names apart by blanks); returns how many.

    Constraints hold as always, foreign keys when the transaction ends.
    """
    columns = {column.name: str(column.column) for column in model._meta.concrete_fields}
    names = sql.SQL(", ").join(sql.Identifier(columns[name]) for name in fields.split())
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), names)
    n_rows = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            n_rows += 1
    return n_rows
