"""Everything that is kept about a remark, to read and as a file; never the names of staff or their notes."""

import json
from typing import Any

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.feedback.services.handling import note_case
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.feedback.arrange import WORDS
from tests.integration.feedback.test_follow import ANSWER, answered
from tests.integration.feedback.test_reopen import AGAIN, reopen
from tests.integration.feedback.writing import CONTACT, EMAIL, NAME, PHONE, make_desk, pass_for, written

pytestmark = pytest.mark.django_db
NOTE = "Đã gọi cho chị Kiều"


@pytest.fixture(autouse=True)
def desk(cast: Cast, consent_texts: None) -> ServicePoint:
    return make_desk(cast)


@pytest.fixture
def code(client: Client, cast: Cast) -> str:
    """A case with everything: contact, consents, a note, an answer, opened again, answered again."""
    case, code = written(client, **CONTACT, publish="1")
    case.assignee = cast.minh
    case.save()
    note_case(case=case, text=NOTE, by=cast.minh, now=NOW)
    answered(case)
    reopen(client, code)
    answered(case)
    return code


def test_the_page_says_everything_in_words(client: Client, code: str) -> None:
    page = client.post("/f/my-data/", pass_for(client, code)).content.decode()
    for said in (WORDS, ANSWER, AGAIN, NAME, PHONE, EMAIL, "Quầy số 2", "Để trả lời ý kiến này: đồng ý"):
        assert said in page
    assert "Ngoài ra có 1 ghi chú nội bộ" in page
    for secret in (NOTE, "Hữu Minh", code):
        assert secret not in page
    assert AuditEvent.objects.filter(act="feedback.hand_out_data", actor_id=None).count() == 1


def test_the_file_holds_the_same(client: Client, code: str) -> None:
    answer = client.post("/f/my-data/", {**pass_for(client, code), "as": "json"})
    assert answer["Content-Type"] == "application/json"
    assert "attachment" in answer["Content-Disposition"]
    data = json.loads(answer.content)
    assert data["remark"]["words"] == WORDS
    assert data["remark"]["answer"] == ANSWER
    assert data["contact"] == {
        "name": NAME, "phone": PHONE, "email": EMAIL, "under_16": False, "parent": "", "erased_on": None,
    }  # fmt: skip
    assert [step["step"] for step in data["steps"]] == ["received", "answered", "reopened", "answered"]
    assert data["steps"][2]["words"] == AGAIN
    assert data["internal_notes"] == 1
    assert {consent["text"] for consent in data["consents"]} == {"reply 1", "publish 1"}
    assert NOTE not in answer.content.decode()


def test_of_an_erased_case_only_the_facts_are_left(
    client: Client, code: str, django_capture_on_commit_callbacks: Any
) -> None:
    form = pass_for(client, code)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/f/erase/", {**form, "sure": "1"})
    page = client.post("/f/my-data/", form).content.decode()
    for secret in (WORDS, ANSWER, AGAIN, NAME, PHONE, EMAIL):
        assert secret not in page
    assert "20/10/2026" in page
