"""One page for everyone: forms of other sites, replays and copies of the page (ADR 0013)."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from surveys.models import Response, ServicePoint
from tests.cast import make_cast
from tests.integration.surveys.arrange import SLUG, fetch_key, make_point, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def point(questionnaires: None) -> ServicePoint:
    return make_point(make_cast().one_stop)


@pytest.mark.parametrize(
    "said",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://testserver.evil.example"},
        {"HTTP_ORIGIN": "https://testserver"},
        {"HTTP_REFERER": "https://evil.example/r/"},
        {"HTTP_REFERER": "http://testserver.evil.example/"},
    ],
)
def test_a_form_sent_by_another_site_is_refused(
    client: Client, point: ServicePoint, said: dict[str, str]
) -> None:
    answer = send(client, {"overall": "1", "lang": "vi"}, **said)
    assert answer.status_code == 403
    assert "gửi từ một trang khác" in answer.content.decode()
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://testserver"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_ORIGIN": "http://testserver"},
        {"HTTP_REFERER": f"http://testserver/r/{SLUG}/"},
        {},
    ],
)
def test_a_form_of_our_page_is_taken(client: Client, point: ServicePoint, said: dict[str, str]) -> None:
    assert send(client, {"overall": "4"}, **said).status_code == 302
    assert Response.objects.count() == 1


def test_an_office_may_name_another_address_of_its_own(
    client: Client, point: ServicePoint, settings: Settings
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://danhgia.example"]
    assert send(client, {"overall": "4"}, HTTP_ORIGIN="https://danhgia.example").status_code == 302


def test_everybody_gets_the_same_page_with_a_key_of_the_own(client: Client, point: ServicePoint) -> None:
    pages = [client.get(f"/r/{SLUG}/").content.decode() for _ in range(3)]
    keys = {re.search(r'name="key" value="([^"]+)"', page)[1] for page in pages}  # type: ignore[index]
    assert len(keys) == 3
    assert len({re.sub(r'name="key" value="[^"]+"', "", page) for page in pages}) == 1
    assert "csrfmiddlewaretoken" not in pages[0]


def test_a_replayed_form_counts_once_from_wherever_it_comes(client: Client, point: ServicePoint) -> None:
    key = fetch_key(client)
    answers = [
        send(Client(), {"key": key, "overall": mark}, REMOTE_ADDR=f"192.0.2.{mark}") for mark in "12345"
    ]
    assert {answer.status_code for answer in answers} == {302}
    assert Response.objects.get().overall == 1
