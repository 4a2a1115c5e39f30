"""Asking on the telephone: consent first, word for word, stored for the desk, never by whoever sits there."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from conduct.agencies.models import User
from surveys.models import DeskOfficer, Response, ServicePoint
from tests.cast import Cast, make_cast
from tests.factories import NOW, START
from tests.integration.surveys.arrange import make_point
from tests.integration.surveys.test_enter_paper import key_on

pytestmark = pytest.mark.django_db
PHONE = "/phone/"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


def begin(client: Client, user: User, point: ServicePoint, language: str = "vi") -> HttpResponse:
    client.force_login(user)
    said: dict[str, Any] = {"point": point.pk, "given_on": "16/10/2026", "language": language}
    answer = client.post(PHONE, said)
    assert isinstance(answer, HttpResponse)
    return answer


def call(client: Client, **said: str) -> HttpResponse:
    key = key_on(client.get(PHONE).content.decode())
    answer = client.post(PHONE, {"key": key, "consent": "on", "respondent": "citizen", **said})
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_call_is_stored_for_the_desk(client: Client, cast: Cast, point: ServicePoint) -> None:
    assert begin(client, cast.oanh, point).status_code == 302
    page = client.get(PHONE).content.decode()
    assert "Kính chào ông/bà, tôi gọi từ Trung tâm Phục vụ hành chính công." in page
    assert page.index("Ông/bà có đồng ý không?") < page.index('name="overall"')
    assert " checked" not in page, "nothing may be ticked beforehand"
    assert call(client, overall="4", f3="5", trips="1", comment="Tốt").status_code == 302
    row = Response.objects.get()
    assert (row.channel, row.point, row.is_verified, row.language) == ("phone", point, False, "vi")
    assert (row.overall, row.factors[2], row.trips, row.comment) == (4, 5, 1, "Tốt")
    assert (row.month, row.is_late) == (date(2026, 10, 1), False)
    assert "Cuộc gọi thứ" in client.get(PHONE).content.decode()
    assert "Đã ghi 1 phiếu" in client.post("/phone/end/", follow=True).content.decode()


def test_english_is_read_aloud_in_english(client: Client, cast: Cast, point: ServicePoint) -> None:
    begin(client, cast.oanh, point, "en")
    page = client.get(PHONE).content.decode()
    assert "Hello, I am calling from" in page
    assert "How satisfied are you with today&#x27;s service?" in page
    assert call(client, overall="4").status_code == 302
    assert Response.objects.get().language == "en"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"consent": "", "overall": "4"}, "Chưa được đồng ý thì không hỏi và không ghi gì."),
        ({}, "Xin chọn một trong năm mức."),
        ({"overall": "9"}, "Xin chọn một trong các câu trả lời ở đây."),
        ({"overall": "4", "respondent": ""}, "Người trả lời"),
        ({"overall": "4", "comment": "x" * 2001}, "2000"),
        ({"overall": "4", "key": "x"}, "Phiếu này không dùng được nữa"),
    ],
)
def test_what_is_missing_is_told_and_everything_kept(
    client: Client, cast: Cast, point: ServicePoint, said: dict[str, str], words: str
) -> None:
    begin(client, cast.oanh, point)
    answer = call(client, **{"f1": "2", **said})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'name="f1" value="2" checked' in page
    assert not Response.objects.exists()


def test_a_double_click_stores_one(client: Client, cast: Cast, point: ServicePoint) -> None:
    begin(client, cast.oanh, point)
    key = key_on(client.get(PHONE).content.decode())
    for _ in range(2):
        assert call(client, overall="4", key=key).status_code == 302
    assert Response.objects.count() == 1


def test_who_sits_at_the_desk_does_not_call(client: Client, cast: Cast, point: ServicePoint) -> None:
    DeskOfficer.objects.create(
        point=point, posting=cast.tam_posting, starts_on=START, ends_on=date(2026, 10, 19)
    )
    answer = begin(client, cast.tam, point)
    assert answer.status_code == 403
    assert not Response.objects.exists()
