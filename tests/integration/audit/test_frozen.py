"""The audit trail takes inserts and nothing else, whoever asks."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from conduct.audit.models import AuditEvent
from conduct.audit.services import record
from tests.factories import NOW, make_agency, make_user

CHANGES = (
    "UPDATE audit_auditevent SET reason = 'other'",
    "DELETE FROM audit_auditevent",
    "TRUNCATE audit_auditevent",
    "ALTER TABLE audit_auditevent DISABLE TRIGGER audit_frozen",
    "DROP TRIGGER audit_frozen ON audit_auditevent",
    "SET session_replication_role = replica",
)


@pytest.fixture
def event(db: None) -> AuditEvent:
    agency = make_agency("Xã Thử")
    by = make_user("Nguyễn Thị Thử")
    return record(act="test.act", by=by, obj=agency, agency=agency, reason="vì thế", now=NOW, data={"n": 1})


def test_an_act_keeps_names_as_text(event: AuditEvent) -> None:
    assert (event.actor_name, event.agency_name, event.object_name) == ("Nguyễn Thị Thử", "Xã Thử", "Xã Thử")
    assert event.object_type == "agencies.agency"
    assert event.data == {"n": 1}


@pytest.mark.usefixtures("as_cm_app")
@pytest.mark.parametrize("change", CHANGES)
def test_the_application_cannot_change_the_trail(event: AuditEvent, change: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert AuditEvent.objects.get().reason == "vì thế"


@pytest.mark.parametrize("change", CHANGES[1:3])
def test_even_the_owner_is_refused(owner_connection: psycopg.Connection, change: str) -> None:
    owner_connection.execute(
        "INSERT INTO audit_auditevent (at, act, actor_name, agency_name, object_type, object_id, object_name,"
        " reason, data) VALUES (now(), 'test.act', '', '', 'x', '1', '', '', '{}')"
    )
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        owner_connection.execute(change.encode())
