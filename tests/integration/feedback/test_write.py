"""Writing to an office: stored once, sealed, with consent only where it was given; nothing half stored."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conduct.audit.models import AuditEvent
from conduct.feedback.models import Case, CaseEvent, Consent, Contact
from conduct.feedback.services import limits
from conduct.feedback.services.contacts import read_contact
from conduct.feedback.services.reading import read_sealed
from conduct.kernel.vault import key_ids
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.factories import DAY
from tests.integration.feedback.arrange import WORDS
from tests.integration.feedback.writing import (
    CONTACT,
    EMAIL,
    NAME,
    PARENT,
    PHONE,
    SLUG,
    code_in,
    drawn,
    make_desk,
    send,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(cast: Cast, consent_texts: None) -> ServicePoint:
    return make_desk(cast)


def test_a_remark_needs_no_name_and_gives_a_code(client: Client, cast: Cast, desk: ServicePoint) -> None:
    answer = send(client)
    assert answer.status_code == 200
    case = Case.objects.get()
    assert (case.point, case.agency, case.concerns) == (desk, cast.commune, cast.one_stop)
    assert (case.source, case.respondent, case.kind, case.language) == ("mailbox", "citizen", "", "vi")
    assert not (case.shares_words)
    assert not (case.citizen_agrees_public)
    assert read_sealed(case, case.sealed_text) == WORDS
    assert not Contact.objects.exists()
    assert not Consent.objects.exists()
    page = answer.content.decode()
    assert "Trả lời trước hết ngày 27/10/2026" in page
    assert "<svg" in page
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"


def test_two_clicks_are_one_case_with_one_code(client: Client) -> None:
    form = {**drawn(client), "text": WORDS, **CONTACT}
    first, second = client.post(f"/f/{SLUG}/", form), client.post(f"/f/{SLUG}/", form)
    assert code_in(first) == code_in(second)
    assert Case.objects.count() == Contact.objects.count() == Consent.objects.count() == 1
    assert AuditEvent.objects.filter(act="feedback.receive_case").count() == 1
    assert len(list(key_ids())) == 2


def test_the_code_is_not_shown_again_on_another_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = {**drawn(client), "text": WORDS}
    client.post(f"/f/{SLUG}/", form)
    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    again = client.post(f"/f/{SLUG}/", form).content.decode()
    assert "không hiện lại" in again
    assert Case.objects.count() == 1


def test_contact_is_kept_with_the_tick_and_its_proof(client: Client) -> None:
    send(client, **CONTACT, words="1", publish="1", respondent="business")
    case = Case.objects.get()
    known = read_contact(case)
    assert known
    assert (known.name, known.phone, known.email) == (NAME, PHONE, EMAIL)
    assert case.contact.key_id != case.key_id
    assert case.shares_words
    assert case.citizen_agrees_public
    assert case.respondent == "business"
    proofs = Consent.objects.select_related("text").order_by("text__purpose")
    assert [(proof.text.purpose, proof.text.number, proof.language) for proof in proofs] == [
        ("publish", 1, "vi"), ("reply", 1, "vi"), ("words", 1, "vi"),
    ]  # fmt: skip
    assert {(proof.is_given, proof.by_parent, proof.through) for proof in proofs} == {(True, False, "page")}
    trail = AuditEvent.objects.get(act="feedback.keep_contact")
    assert trail.data["has"] == ["name", "phone", "email"]
    for secret in (NAME, PHONE, EMAIL, WORDS):
        assert secret not in f"{trail.data} {list(CaseEvent.objects.values_list('data', flat=True))}"


def test_contact_without_the_tick_is_refused_and_stays_typed(client: Client) -> None:
    answer = send(client, name=NAME, phone=PHONE)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Xin đánh dấu đồng ý để được trả lời theo cách này, hoặc xóa các ô phía trên." in page
    assert f'value="{NAME}"' in page
    assert WORDS in page
    assert "<details open>" in page
    assert not Case.objects.exists()
    assert not list(key_ids())


def test_nothing_is_ticked_beforehand(client: Client) -> None:
    page = client.get(f"/f/{SLUG}/?lang=vi").content.decode()
    assert 'type="checkbox"' in page
    assert not [part for part in page.split("<input") if 'type="checkbox"' in part and "checked" in part]
    assert "60 ngày kể từ khi ý kiến được giải quyết xong" in page
    assert f"{'Xã An Thuận'} là bên kiểm soát dữ liệu" in page


def test_a_tick_without_a_way_to_reach_is_refused(client: Client) -> None:
    answer = send(client, reply="1")
    assert answer.status_code == 422
    assert "ít nhất một cách liên hệ" in answer.content.decode()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"is_child": "1"}, "họ tên cha, mẹ hoặc người giám hộ"),
        ({"is_child": "1", "parent": PARENT}, "cần cả hai cùng đồng ý"),
        ({"is_child": "1", "parent_agrees": "1"}, "họ tên cha, mẹ hoặc người giám hộ"),
    ],
)
def test_under_16_both_must_agree(client: Client, said: dict[str, str], why: str) -> None:
    answer = send(client, **CONTACT, **said)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Case.objects.exists()


def test_with_the_parent_a_child_is_reached(client: Client) -> None:
    send(client, **CONTACT, is_child="1", parent=PARENT, parent_agrees="1")
    known = read_contact(Case.objects.get())
    assert known
    assert (known.is_child, known.parent) == (True, PARENT)
    assert sorted(Consent.objects.values_list("by_parent", flat=True)) == [False, True]


def test_a_child_writes_alone_when_nothing_is_agreed_to(client: Client) -> None:
    assert send(client, is_child="1").status_code == 200
    assert not Contact.objects.exists()


def test_consent_is_to_the_words_that_were_read(client: Client, cast: Cast) -> None:
    from conduct.feedback.models import ConsentText

    form = {**drawn(client), "text": WORDS, **CONTACT}
    reply = ConsentText.objects.get(purpose="reply")
    ConsentText.objects.create(purpose="reply", number=2, valid_from=DAY, texts=reply.texts, keeps_days=30)
    answer = client.post(f"/f/{SLUG}/", form)
    assert answer.status_code == 422
    assert "Nội dung đồng ý vừa được thay đổi" in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": ""}, "ít nhất 2 ký tự"),
        ({"text": " a "}, "ít nhất 2 ký tự"),
        ({"text": "\0\u202e\u200b"}, "ít nhất 2 ký tự"),
        ({"text": "ạ" * 4001}, "Tối đa 4.000 ký tự"),
        ({"respondent": "robot"}, "robot"),
        ({**CONTACT, "email": "a@b.vn\r\nBcc: all@x.vn"}, "email"),
        ({**CONTACT, "phone": "call me"}, "không phải là số điện thoại"),
        ({**CONTACT, "name": "x" * 161}, "160"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(client: Client, said: dict[str, str], why: str) -> None:
    answer = send(client, **said)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Case.objects.exists()
    assert not list(key_ids())


def test_four_thousand_signs_are_taken_with_line_breaks_of_browsers(client: Client) -> None:
    text = "\r\n".join(["Xếp hàng từ sáng 🙂", "ạ" * 3980])
    assert send(client, text=text).status_code == 200
    case = Case.objects.get()
    assert read_sealed(case, case.sealed_text) == text.replace("\r\n", "\n")


@pytest.mark.parametrize("key", ["", "x", "0" * 32, "a" * 52, "é" * 52])
def test_a_forged_key_stores_nothing(client: Client, key: str) -> None:
    answer = client.post(f"/f/{SLUG}/", {**drawn(client), "text": WORDS, "key": key})
    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    assert not Case.objects.exists()


def test_a_key_of_another_form_is_not_taken(client: Client, cast: Cast) -> None:
    other = drawn(client, f"/f/office/{cast.commune.code}/")
    answer = client.post(f"/f/{SLUG}/", {**other, "text": WORDS})
    assert answer.status_code == 422
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example"},
        {"referer": "https://evil.example/page"},
    ],
)
def test_a_form_of_another_site_is_refused(client: Client, headers: dict[str, str]) -> None:
    answer = client.post(f"/f/{SLUG}/", {**drawn(client), "text": WORDS}, headers=headers)
    assert answer.status_code == 403
    assert not Case.objects.exists()


def test_too_large_a_body_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.post(f"/f/{SLUG}/", {"text": "x" * 300_000})
    assert answer.status_code == 413


def test_one_about_the_heads_goes_above(client: Client, cast: Cast) -> None:
    send(client, about_heads="1")
    assert Case.objects.get().agency == cast.province


def test_the_rating_page_hands_over_what_was_typed(client: Client) -> None:
    begun = client.post(
        f"/f/{SLUG}/", {"step": "begin", "text": "Chờ <b>lâu</b>", "lang": "en", "from_rating": "1"}
    )
    page = begun.content.decode()
    assert begun.status_code == 200
    assert not Case.objects.exists()
    assert "Chờ &lt;b&gt;lâu&lt;/b&gt;" in page
    assert '<html lang="en">' in page
    sent = client.post(f"/f/{SLUG}/", {**_hidden(page), "text": "Chờ lâu"})
    assert sent.status_code == 200
    case = Case.objects.get()
    assert (case.source, case.language) == ("rating", "en")


def _hidden(page: str) -> dict[str, str]:
    from tests.integration.feedback.writing import hidden

    return hidden(page)


def test_a_network_that_sends_very_many_is_sent_to_the_hotline(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRITES", 2)
    assert [send(client).status_code for _time in range(3)] == [200, 200, 429]
    refused = send(client, text="Xin giữ lại lời này")
    assert "đường dây nóng" in refused.content.decode()
    assert "Xin giữ lại lời này" in refused.content.decode()
    assert send(client, REMOTE_ADDR="").status_code == 429
    other = client.post(f"/f/{SLUG}/", {**drawn(client), "text": WORDS}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 200


def test_with_valkey_away_remarks_are_taken(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRITES", 1)
    monkeypatch.setattr("conduct.kernel.cache.FailOpenCache.run_script", lambda *_args: None)
    assert [send(client).status_code for _time in range(3)] == [200, 200, 200]


@pytest.mark.parametrize("address", ["/f/zzzzzzz/", "/f/office/NO-SUCH/", "/f/%00%00/", "/f/office/%2e%2e/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_address_is_404(client: Client, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 404
