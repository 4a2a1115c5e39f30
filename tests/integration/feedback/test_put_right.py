"""Three weeks after the answer: one question, one answer, by the page or one click in the mail."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.feedback.models import Case, OutgoingMail
from conduct.feedback.services.asking import ask_about_cases
from conduct.feedback.services.righted import link_token
from conduct.feedback.tasks.mail import deliver
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.feedback.test_follow import ANSWER, answered
from tests.integration.feedback.writing import CONTACT, EMAIL, follow, make_desk, pass_for, written

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=21)
# What a browser says of itself when somebody opens a link to look at it.
PERSON = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none"}


@pytest.fixture(autouse=True)
def desk(cast: Cast, consent_texts: None) -> ServicePoint:
    return make_desk(cast)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.fixture
def asked(client: Client, monkeypatch: pytest.MonkeyPatch) -> tuple[Case, str, dict[str, str]]:
    """An answered case three weeks later, its code, and the links of the mail that asks."""
    case, code = written(client, **CONTACT)
    answered(case)
    at(monkeypatch, LATER)
    assert ask_about_cases(now=LATER) == 1
    assert ask_about_cases(now=LATER) == 0
    deliver(LATER)
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    links = re.findall(r"http://[^/]+(/f/righted/\S+)", str(letter.body))
    at(monkeypatch, LATER + timedelta(hours=1))
    return case, code, dict(zip(("yes", "partly", "no"), links, strict=True))


def righted(case: Case) -> str:
    case.refresh_from_db()
    return case.righted


def test_the_mail_holds_neither_words_nor_code(asked: Any) -> None:
    _case, code, _links = asked
    said = f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    assert "Xã An Thuận" in said
    for secret in (ANSWER, code, code.replace("-", ""), CONTACT["name"]):
        assert secret not in said


def test_nobody_is_asked_before_three_weeks(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    case, code = written(client, **CONTACT)
    answered(case)
    early = LATER - timedelta(days=1)
    at(monkeypatch, early)
    assert ask_about_cases(now=early) == 0
    assert "/f/put-right/" not in follow(client, code).content.decode()
    assert client.post("/f/put-right/", {**pass_for(client, code), "answer": "yes"}).status_code == 422
    assert righted(case) == ""


def test_one_click_in_the_mail_records_it_once(client: Client, asked: Any) -> None:
    case, _code, links = asked
    answer = client.get(links["partly"], headers=PERSON)
    assert "Câu trả lời đã được ghi nhận." in answer.content.decode()
    assert righted(case) == "partly"
    again = client.get(links["partly"], headers=PERSON).content.decode()
    assert "mỗi liên kết chỉ ghi nhận một lần" in again
    assert AuditEvent.objects.filter(act="feedback.say_righted").count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "empty"},
        {**PERSON, "sec-purpose": "prefetch;prerender"},
        {**PERSON, "purpose": "prefetch"},
    ],
)
def test_a_program_that_opens_the_link_records_nothing(
    client: Client, asked: Any, headers: dict[str, str]
) -> None:
    case, _code, links = asked
    page = client.get(links["yes"], headers=headers)
    assert page.status_code == 200
    assert client.head(links["yes"], headers=PERSON).status_code == 200
    assert righted(case) == ""
    assert client.post(links["yes"], {"lang": "vi"}).status_code == 200
    assert righted(case) == "yes"


def test_a_program_with_a_browser_that_opens_every_link_records_nothing(client: Client, asked: Any) -> None:
    case, _code, links = asked
    for answer in ("yes", "partly", "no"):
        client.get(links[answer], headers=PERSON)
    assert righted(case) == ""
    assert "<button>" in client.get(links["no"], headers=PERSON).content.decode()
    client.post(links["no"], {"lang": "vi"})
    assert righted(case) == "no"


def test_a_link_opened_the_moment_the_mail_leaves_records_nothing(
    client: Client, asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _code, links = asked
    at(monkeypatch, LATER + timedelta(seconds=30))
    client.get(links["yes"], headers=PERSON)
    assert righted(case) == ""


def test_much_later_another_link_changes_nothing(
    client: Client, asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _code, links = asked
    client.get(links["yes"], headers=PERSON)
    at(monkeypatch, LATER + timedelta(days=1))
    client.get(links["no"], headers=PERSON)
    client.post(links["no"], {"lang": "vi"})
    assert righted(case) == "yes"


@pytest.mark.parametrize("token", ["1", "1.x", "0.AAAA", "1.%00", "%F0%9F%99%82.x"])
def test_a_forged_link_is_404(client: Client, asked: Any, token: str) -> None:
    case, _code, _links = asked
    assert client.get(f"/f/righted/{token}/yes/", headers=PERSON).status_code == 404
    assert client.get(f"/f/righted/{link_token(case)}/maybe/", headers=PERSON).status_code == 404
    assert righted(case) == ""


def test_the_page_of_the_code_asks_too(client: Client, asked: Any) -> None:
    case, code, _links = asked
    form = pass_for(client, code)
    assert client.post("/f/put-right/", {**form, "answer": "no"}).status_code == 200
    assert righted(case) == "no"
    second = client.post("/f/put-right/", {**form, "answer": "yes"}).content.decode()
    assert "giữ nguyên" in second
    assert righted(case) == "no"


@pytest.mark.parametrize("answer", ["", "maybe", "\0", "yes yes"])
def test_an_answer_that_is_none_is_refused(client: Client, asked: Any, answer: str) -> None:
    _case, code, _links = asked
    assert client.post("/f/put-right/", {**pass_for(client, code), "answer": answer}).status_code == 422


def test_without_consent_to_be_reached_no_mail_leaves(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, code = written(client, **CONTACT)
    answered(case)
    client.post("/f/withdraw/", {**pass_for(client, code), "what": "reply"})
    assert ask_about_cases(now=LATER) == 1
    deliver(LATER)
    assert mail.outbox == []
    assert not OutgoingMail.objects.exists()


def test_the_link_of_an_erased_case_records_nothing(client: Client, asked: Any) -> None:
    case, code, links = asked
    client.post("/f/erase/", {**pass_for(client, code), "sure": "1"})
    client.get(links["yes"], headers=PERSON)
    client.post(links["yes"], {"lang": "vi"})
    assert righted(case) == ""
