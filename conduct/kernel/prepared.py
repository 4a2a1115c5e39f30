"""Statements that PostgreSQL plans once a connection and not once a call; for those that are run all day."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor


def run_prepared(statement: str, parameters: Sequence[str]) -> int:
    """Run a statement with its parameters sent apart from it, and return how many rows it changed.

    Django writes parameters into the text, so that every call is a new statement to be planned. Here the text
    stays the same, and psycopg prepares it from the second call of a connection on
    (``OPTIONS["prepare_threshold"]``). Errors and the list of queries are Django's.
    """
    connection.ensure_connection()
    plain: Any = Cursor(connection.connection)
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with make(plain) as cursor:
        cursor.execute(statement, parameters)
        n_rows: int = cursor.rowcount
    return n_rows
