"""The night: contacts some weeks after the end, words after two years, and what other apps keep sealed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.models import Promise
from conduct.dossiers.models import Dossier
from conduct.feedback.models import Apology, Case, Contact
from conduct.feedback.rules.erasing import CASE_DAYS, DOSSIER_DAYS, PROMISE_DAYS
from conduct.feedback.services.contacts import read_contact
from conduct.feedback.services.erasure import erase_what_is_due
from conduct.feedback.services.retention import ERASED
from conduct.feedback.tasks.privacy import erasure
from conduct.kernel.sealing import seal
from conduct.kernel.vault import key_ids
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.commitments.promising import promises_of
from tests.integration.feedback.test_follow import answered
from tests.integration.feedback.test_reopen import reopen
from tests.integration.feedback.writing import CONTACT, follow, make_desk, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(cast: Cast, consent_texts: None) -> ServicePoint:
    return make_desk(cast)


def night(n_days: int) -> dict[str, int]:
    return erase_what_is_due(now=NOW + timedelta(days=n_days))


def test_a_contact_goes_sixty_days_after_the_end(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    case, code = written(client, **CONTACT)
    night(200)
    assert Contact.objects.exists(), "of an open case it is still needed"
    answered(case)
    night(1)
    assert Contact.objects.get().erase_by == DAY + timedelta(days=60)
    assert "tự xóa vào ngày 19/12/2026" in follow(client, code).content.decode()
    assert night(59)["contacts"] == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert night(60)["contacts"] == 1
    assert read_contact(case) is None
    assert list(key_ids()) == [case.key_id]
    assert night(61)["contacts"] == 0
    case.refresh_from_db()
    assert case.erased_at is None


def test_a_case_opened_again_keeps_its_contact(client: Client) -> None:
    case, code = written(client, **CONTACT)
    answered(case)
    night(1)
    reopen(client, code)
    night(70)
    assert Contact.objects.get().erase_by is None


def test_words_go_after_two_years(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    case, _code = written(client, **CONTACT)
    answered(case)
    with django_capture_on_commit_callbacks(execute=True):
        assert night(CASE_DAYS - 1)["cases"] == 0
        assert night(CASE_DAYS)["cases"] == 1
    assert list(key_ids()) == []
    case.refresh_from_db()
    assert case.erased_at
    assert AuditEvent.objects.get(act="feedback.erase_case").data == {"why": "kept"}
    assert night(CASE_DAYS)["cases"] == 0


def test_an_open_case_keeps_its_words_however_old(client: Client) -> None:
    written(client)
    assert night(CASE_DAYS + 500)["cases"] == 0
    assert Case.objects.filter(erased_at=None).count() == 1


def test_promises_forget_the_citizen_and_count_as_before(cast: Cast) -> None:
    promises_of(cast.lan_posting, NOW)
    ended = Promise.objects.exclude(outcome="open")
    open_ones = Promise.objects.filter(outcome="open").exclude(contact_sealed=b"").count()
    counted = {promise.pk: promise.counts for promise in Promise.objects.all()}
    assert ended.exclude(contact_sealed=b"").exists()
    Promise.objects.filter(pk__in=ended.values("pk")).update(made_at=NOW - timedelta(days=2), ended_at=NOW)
    assert night(PROMISE_DAYS - 1)["promises"] == 0
    assert night(PROMISE_DAYS)["promises"] > 0
    assert night(PROMISE_DAYS)["promises"] == 0
    assert not ended.exclude(name_sealed=b"").exists()
    assert {bytes(promise.contact_sealed) for promise in ended} <= {b"", ERASED}
    assert {promise.pk: promise.counts for promise in Promise.objects.all()} == counted
    assert Promise.objects.filter(outcome="open").exclude(contact_sealed=b"").count() == open_ones


def make_dossier(cast: Cast, code: str) -> Dossier:
    return Dossier.objects.create(
        agency=cast.one_stop, code=code, procedure="Khai sinh", channel="desk", received_on=DAY,
        promised_on=DAY, due_on=DAY, finished_on=DAY, sealed_name=seal("Trương Mỹ Kiều"),
        sealed_email=seal("kieu@example.vn"), sealed_phone=seal("0987654321"),
    )  # fmt: skip


def test_dossiers_forget_the_citizen_unless_an_apology_is_owed(cast: Cast) -> None:
    plain, owed = make_dossier(cast, "H1"), make_dossier(cast, "H2")
    letter = Apology.objects.create(
        office=cast.commune, kind="overdue", dossier=owed, owed_on=DAY, due_on=DAY + timedelta(days=1)
    )
    assert night(DOSSIER_DAYS - 1)["dossiers"] == 0
    assert night(DOSSIER_DAYS)["dossiers"] == 1
    plain.refresh_from_db()
    owed.refresh_from_db()
    assert not any(bytes(sealed) for sealed in (plain.sealed_name, plain.sealed_email, plain.sealed_phone))
    assert owed.sealed_name
    Apology.objects.filter(pk=letter.pk).update(state="dropped")
    assert night(DOSSIER_DAYS)["dossiers"] == 1


def test_the_timetable_calls_it_and_a_quiet_night_leaves_no_line(client: Client) -> None:
    written(client)
    erasure()
    assert not AuditEvent.objects.filter(act="feedback.erase_what_is_due").exists()
