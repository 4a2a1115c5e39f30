"""A published questionnaire never changes by SQL: not by the application, not by the owner."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from surveys.models import Questionnaire

pytestmark = pytest.mark.django_db
TABLE = "surveys_questionnaire"

REFUSED = {
    "reword": f"UPDATE {TABLE} SET questions = '[]' WHERE state = 'published'",
    "rename": f"UPDATE {TABLE} SET name = 'khác' WHERE state = 'published'",
    "another day": f"UPDATE {TABLE} SET valid_from = valid_from - 1 WHERE state = 'published'",
    "back to draft": f"UPDATE {TABLE} SET state = 'draft' WHERE state = 'published'",
    "retire and reword": f"UPDATE {TABLE} SET state = 'retired', name = 'khác' WHERE state = 'published'",
    "delete": f"DELETE FROM {TABLE} WHERE state = 'published'",
    "truncate": f"TRUNCATE {TABLE} CASCADE",
}


@pytest.mark.usefixtures("questionnaires", "as_cm_app")
@pytest.mark.parametrize("act", REFUSED)
def test_the_application_cannot_change_a_published_version(act: str) -> None:
    before = list(Questionnaire.objects.order_by("pk").values())
    with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute(REFUSED[act])
    assert list(Questionnaire.objects.order_by("pk").values()) == before


def test_not_even_the_owner_empties_the_table(owner_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        owner_connection.execute(REFUSED["truncate"].encode())
