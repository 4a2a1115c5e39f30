"""The database under the application: its roles, its locale, its harness."""

import pytest
from django.db import DatabaseError, connection

pytestmark = pytest.mark.django_db


def ask(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None


def test_application_code_is_cm_app() -> None:
    assert ask("SELECT current_user") == "cm_app"


def test_capitals_with_vietnamese_letters_are_found() -> None:
    assert ask("SELECT 'ĐẶNG' ILIKE 'đặng'") is True
    assert ask("SELECT lower('ĐẶNG THỊ ƯƠNG')") == "đặng thị ương"


def test_locale_is_the_builtin_one() -> None:
    assert ask("SELECT datlocprovider::text FROM pg_database WHERE datname = current_database()") == "b"
    assert ask("SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "TRUNCATE agencies_user CASCADE",
        "DROP TABLE django_session",
        "SET session_replication_role = replica",
        "CREATE ROLE another",
    ],
)
def test_cm_app_is_refused(statement: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
    ):
        cursor.execute(statement)


def test_cm_app_may_make_temporary_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE rows_of_a_chunk (id int) ON COMMIT DROP")
