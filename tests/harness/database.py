"""A database as in production: made by the superuser, migrated by ``cm_owner``, used by ``cm_app``."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations

from conduct.kernel.engines import Engines

from .plugin import ENGINES, ROOT


def _migrate(engines: Engines) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"],
        cwd=ROOT,
        env={**os.environ, **engines.owner_environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.exit(f"The migrations failed:\n{done.stdout}{done.stderr}", returncode=1)


def _flush_as_superuser(_: DatabaseOperations, sql_list: list[str]) -> None:
    """Empty tables between tests: ``cm_app`` may not, and frozen rows refuse it even to the owner."""
    with psycopg.connect(ENGINES.superuser_url) as superuser:
        superuser.execute("SET LOCAL lock_timeout = '15s'")
        superuser.execute("SET LOCAL session_replication_role = replica")
        for statement in sql_list:
            superuser.execute(statement.encode())


@pytest.fixture(scope="session")
def engines() -> Engines:
    """The servers of this test run, started: ``engines.postgres``, ``engines.valkey``, their addresses."""
    ENGINES.start()
    return ENGINES


@pytest.fixture(scope="session")
def django_db_setup(engines: Engines, django_test_environment: None) -> Iterator[None]:
    """Replace pytest-django's: ``cm_app`` can neither create a database nor truncate."""
    _migrate(engines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", _flush_as_superuser)
        yield
    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def owner_connection(db: None, engines: Engines) -> Iterator[psycopg.Connection]:
    """A connection as ``cm_owner``, for tests of what even the owner is refused. Rolled back."""
    with psycopg.connect(engines.owner_environment()["DATABASE_OWNER_URL"]) as owner:
        yield owner
        owner.rollback()


@pytest.fixture
def superuser_connection(db: None, engines: Engines) -> Iterator[psycopg.Connection]:
    """A connection that may do everything, for arranging what no role of ours may do."""
    with psycopg.connect(engines.superuser_url, autocommit=True) as superuser:
        yield superuser


@pytest.fixture
def library(db: None) -> None:
    """The catalogue, as ``manage.py load_library`` makes it (a flush empties it)."""
    call_command("load_library", verbosity=0)


@pytest.fixture
def schemes(db: None) -> None:
    """The scoring schemes, as ``manage.py load_schemes`` makes them (a flush empties them)."""
    call_command("load_schemes", verbosity=0)


@pytest.fixture
def rating_schemes(db: None) -> None:
    """The rating schemes, as ``manage.py load_rating_schemes`` makes them (a flush empties them)."""
    call_command("load_rating_schemes", verbosity=0)


@pytest.fixture
def questionnaires(db: None) -> None:
    """The questionnaires, as ``manage.py load_questionnaires`` makes them (a flush empties them)."""
    call_command("load_questionnaires", verbosity=0)


@pytest.fixture
def consent_texts(db: None) -> None:
    """What citizens agree to, as ``manage.py load_consent_texts`` makes it (a flush empties it)."""
    call_command("load_consent_texts", verbosity=0)


@pytest.fixture
def as_cm_app(db: None) -> None:
    """Asserts that SQL in this test runs with the application's rights."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        row = cursor.fetchone()
    assert row == ("cm_app",)
