"""Taking back: each consent ends what rested on it at once; the remark itself after one more question."""

from typing import Any

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.feedback.models import Case, Consent, Contact, OutgoingMail
from conduct.feedback.services.contacts import agreed_purposes
from conduct.feedback.services.outbox import queue_mail, reply_address
from conduct.kernel.vault import destroyed_ids, key_ids
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.feedback.arrange import WORDS
from tests.integration.feedback.writing import CONTACT, NAME, follow, make_desk, pass_for, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(cast: Cast, consent_texts: None) -> ServicePoint:
    return make_desk(cast)


def withdraw(client: Client, code: str, what: str, **more: str) -> Any:
    return client.post("/f/withdraw/", {**pass_for(client, code), "what": what, **more})


def test_contact_is_gone_with_its_key_and_the_words_stay(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    case, code = written(client, **CONTACT)
    key_id = case.contact.key_id
    queue_mail(case=case, kind=OutgoingMail.Kind.ANSWER, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        page = withdraw(client, code, "reply").content.decode()
    assert "Thông tin liên hệ đã được xóa." in page
    assert not Contact.objects.exists()
    assert list(destroyed_ids()) == [key_id]
    assert list(key_ids()) == [case.key_id]
    assert WORDS in follow(client, code).content.decode()
    assert reply_address(case) is None
    assert [mail.state for mail in OutgoingMail.objects.all()] == ["dropped"]
    proofs = Consent.objects.order_by("at", "pk")
    assert [proof.is_given for proof in proofs] == [True, False]
    assert NAME not in str(AuditEvent.objects.get(act="feedback.take_back_consent").data)


def test_a_public_answer_is_taken_down(client: Client) -> None:
    case, code = written(client, publish="1")
    Case.objects.filter(pk=case.pk).update(
        published_on=NOW.date(), public_question="Giờ mở quầy", public_answer="Từ bảy giờ"
    )
    withdraw(client, code, "publish")
    case.refresh_from_db()
    assert (case.published_on, case.public_question, case.public_answer) == (None, "", "")
    assert not case.citizen_agrees_public
    assert [event.kind for event in case.events.all()] == ["received", "unpublished", "withdrawn"]


def test_the_people_concerned_no_longer_read_the_words(client: Client) -> None:
    case, code = written(client, words="1")
    withdraw(client, code, "words")
    case.refresh_from_db()
    assert not case.shares_words
    assert agreed_purposes(case) == {}


@pytest.mark.parametrize("what", ["reply", "publish", "words"])
def test_what_was_never_agreed_to_changes_nothing(client: Client, what: str) -> None:
    case, code = written(client)
    assert withdraw(client, code, what).status_code == 200
    assert not Consent.objects.exists()
    assert case.events.count() == 1


@pytest.mark.parametrize("what", ["", "everything", "\0"])
def test_an_unknown_wish_is_refused(client: Client, what: str) -> None:
    _case, code = written(client)
    assert withdraw(client, code, what).status_code == 422


def test_the_remark_itself_is_taken_back_after_one_more_question(client: Client) -> None:
    case, code = written(client)
    assert "Rút lại ý kiến?" in withdraw(client, code, "case").content.decode()
    case.refresh_from_db()
    assert case.is_open
    withdraw(client, code, "case", sure="1")
    withdraw(client, code, "case", sure="1")
    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("closed", NOW.date())
    assert AuditEvent.objects.filter(act="feedback.withdraw_case").count() == 1
