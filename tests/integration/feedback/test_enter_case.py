"""What was told on the telephone or lay in the letter box."""

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from conduct.feedback.models import Case, Consent
from conduct.feedback.services.contacts import read_contact
from conduct.feedback.services.receiving import code_hash
from conduct.kernel.codes import read_code
from tests.cast import Cast
from tests.integration.feedback.arrange import BACKEND, WORDS, person_ids

URL = "/cases/enter/"


@pytest.fixture(autouse=True)
def texts(cast: Cast) -> None:
    call_command("load_consent_texts", verbosity=0)


def form(client: Client, cast: Cast, **said: Any) -> dict[str, Any]:
    client.force_login(said.pop("by", cast.oanh), BACKEND)
    page = client.get(URL).content.decode()
    code = re.search(r'name="code" value="([^"]+)"', page)
    assert code
    return {
        "code": code[1], "agency": cast.one_stop.pk, "source": "hotline", "respondent": "citizen",
        "text": WORDS, **said,
    }  # fmt: skip


def test_it_gives_the_code_to_read_out_once(client: Client, cast: Cast) -> None:
    response = client.post(URL, form(client, cast), follow=True)
    shown = re.search(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", response.content.decode())
    case = Case.objects.get()
    assert shown
    assert case.code_hash == code_hash(read_code(shown[0]) or "")
    assert (case.source, case.entered_by, case.agency) == ("hotline", cast.oanh, cast.commune)
    client.cookies.clear()
    client.force_login(cast.oanh, BACKEND)
    again = client.get(reverse("feedback:entered_case"), follow=True)
    assert shown[0] not in again.content.decode()


def test_a_second_click_is_the_same_case(client: Client, cast: Cast) -> None:
    said = form(client, cast)
    codes = {client.post(URL, said, follow=True).content.decode().count('class="figure code"') for _ in "ab"}
    assert (codes, Case.objects.count()) == ({1}, 1)


def test_contacts_need_the_consent_and_are_sealed(client: Client, cast: Cast) -> None:
    said = form(client, cast, name="Hồ Thị Ánh", phone="0900 123 456", email="anh@example.vn")
    response = client.post(URL, said)
    assert response.status_code == 422
    assert "Chỉ lưu thông tin liên hệ khi người dân đã đồng ý" in response.content.decode()
    assert Case.objects.count() == 0
    assert client.post(URL, {**said, "agrees_contact": "on", "shares_words": "on"}).status_code == 302
    case = Case.objects.get()
    known = read_contact(case)
    assert known
    assert (known.name, known.phone, known.email) == ("Hồ Thị Ánh", "0900 123 456", "anh@example.vn")
    given = Consent.objects.filter(case=case, through="word", is_given=True)
    assert {one.text.purpose for one in given} == {"reply", "words"}
    assert case.shares_words


def test_a_childs_contact_needs_the_parent(client: Client, cast: Cast) -> None:
    said = form(client, cast, phone="0900 123 456", agrees_contact="on", is_child="on")
    assert client.post(URL, said).status_code == 422
    assert client.post(URL, {**said, "parent": "Hồ Văn Bố"}).status_code == 302


def test_one_about_the_heads_goes_above_and_the_head_who_enters_it_gets_only_the_code(
    client: Client, cast: Cast
) -> None:
    response = client.post(URL, form(client, cast, by=cast.tam, about_heads="on"), follow=True)
    assert response.status_code == 200
    case = Case.objects.get()
    assert (case.agency, person_ids(case)) == (cast.province, {cast.tam.pk})
    assert client.get(reverse("feedback:case", args=[case.pk])).status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {"text": ""}, {"text": "x" * 7000}, {"source": "mailbox"}, {"respondent": "x"}, {"agency": "x"},
        {"agency": 10**9}, {"point": "abc"}, {"phone": "=1+1", "agrees_contact": "on"},
        {"email": "a@b.vn\nBcc: x@y.vn", "agrees_contact": "on"}, {"text": "a\0b"}, {"code": ""},
    ],
)  # fmt: skip
def test_nonsense_is_refused(client: Client, cast: Cast, said: dict[str, Any]) -> None:
    assert client.post(URL, {**form(client, cast), **said}).status_code == 422
    assert Case.objects.count() == 0


def test_a_forged_code_is_not_taken(client: Client, cast: Cast) -> None:
    assert client.post(URL, {**form(client, cast), "code": "0" * 20}).status_code == 302
    assert Case.objects.get().code_hash != code_hash("0" * 20)


def test_only_receivers_enter_and_only_for_their_agencies(client: Client, cast: Cast) -> None:
    for user in (cast.lan, cast.minh):
        client.force_login(user, BACKEND)
        assert client.get(URL).status_code == 403
        assert client.post(URL, {"text": WORDS}).status_code == 403
    assert client.post(URL, form(client, cast, agency=cast.other_commune.pk)).status_code == 422
