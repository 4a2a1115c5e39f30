"""The office's list of service points and the page of one, with its QR code and sheet."""

import io
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from conduct.agencies.models import Period, User
from conduct.kernel.months import Month
from surveys.models import Questionnaire, Response, ServicePoint
from surveys.rules.questions import Answers
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.integration.surveys.arrange import SLUG, make_point

pytestmark = pytest.mark.django_db

PAGES = ("", "edit/", "sheet.pdf", "qr.svg", "qr.png")


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answer_in(point: ServicePoint, month: Month, times: int) -> None:
    questionnaire = Questionnaire.objects.get(code="sipas-2026")
    for _ in range(times):
        Response.objects.all().insert_once(
            key=uuid4(),
            slug=point.slug,
            questionnaire_id=questionnaire.pk,
            language="vi",
            cluster=1,
            answers=Answers(overall=4),
            day=month.first,
        )


def close(cast: Cast, month: Month) -> None:
    Period.objects.create(office=cast.commune, month=month.first, state=Period.State.CLOSED, closed_at=NOW)


def test_list_shows_points_with_their_address(cast: Cast, point: ServicePoint) -> None:
    page = signed_in(cast.lan).get("/points/").content.decode()
    assert point.name in page
    assert f">{settings.SITE_URL.removeprefix('http://')}/r/{SLUG}</a>" in page
    assert "Đang lấy ý kiến" in page
    assert "/points/new/" not in page


def test_counts_appear_only_when_their_month_is_closed(cast: Cast, point: ServicePoint) -> None:
    this = Month.of(timezone.localdate())
    last = this.previous()
    answer_in(point, last, 3)
    answer_in(point, this, 17)
    assert "chưa chốt tháng nào" in signed_in(cast.quan).get("/points/").content.decode()
    close(cast, last)
    page = signed_in(cast.quan).get("/points/").content.decode()
    assert '<span class="n">3</span>' in page
    assert '<span class="n">17</span>' not in page
    one = signed_in(cast.quan).get(f"/points/{point.pk}/").content.decode()
    assert f"{last.month:02}/{last.year}" in one
    assert ">3</td>" in one
    assert ">17</td>" not in one


@pytest.mark.parametrize(("words", "found"), [("HO TICH", True), ("một cửa", False), ("trung tam", True)])
def test_list_is_searched_without_diacritics(
    cast: Cast, point: ServicePoint, words: str, found: bool
) -> None:
    page = signed_in(cast.quan).get("/points/", {"q": words}).content.decode()
    assert (point.name in page) is found


@pytest.mark.parametrize("query", ["?q=%00", "?state=nonsense", "?q=" + "x" * 200])
def test_strange_filter_is_told(cast: Cast, point: ServicePoint, query: str) -> None:
    assert signed_in(cast.quan).get(f"/points/{query}").status_code == 422


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=x", "?page=99999999999999999999"])
def test_strange_page_is_the_nearest_one(cast: Cast, point: ServicePoint, query: str) -> None:
    assert signed_in(cast.quan).get(f"/points/{query}").status_code == 200


def test_list_costs_the_same_few_queries_with_more_points(cast: Cast, point: ServicePoint) -> None:
    close(cast, Month.of(timezone.localdate()).previous())

    def queries() -> int:
        client = signed_in(cast.phuong)
        with CaptureQueriesContext(connection) as counted:
            assert client.get("/points/").status_code == 200
        return len(counted)

    few = queries()
    for n in range(20):
        agency = (cast.commune, cast.department, cast.other_commune, cast.one_stop)[n % 4]
        make_point(agency, slug=f"many{n:03}", name=f"Quầy {n + 5}")
    assert queries() == few <= 12


def test_list_gives_its_partial_and_no_other(cast: Cast, point: ServicePoint) -> None:
    client = signed_in(cast.quan)
    part = client.get("/points/", headers={"HX-Request": "true", "HX-Target": "points"}).content.decode()
    assert part.startswith('<div id="points">')
    forged = client.get("/points/", headers={"HX-Request": "true", "HX-Target": "secret"}).content.decode()
    assert forged.startswith("<!doctype html>")


def test_stranger_sees_nothing(cast: Cast, point: ServicePoint) -> None:
    hoa = signed_in(cast.hoa)
    assert point.name not in hoa.get("/points/").content.decode()
    assert point.name not in hoa.get("/points/", {"q": "ho tich"}).content.decode()
    for page in PAGES:
        assert hoa.get(f"/points/{point.pk}/{page}").status_code == 404, page
    for act in ("edit/", "close/", "open/"):
        answer = hoa.post(f"/points/{point.pk}/{act}", {"name": "Của tôi", "reason": "vì thích"})
        assert answer.status_code == 404, act
    point.refresh_from_db()
    assert (point.name, point.is_open) == ("Quầy 2 · Hộ tịch, chứng thực", True)


@pytest.mark.parametrize("page", ["", "new/", *(f"1/{page}" for page in PAGES)])
def test_pages_want_a_sign_in(client: Client, page: str) -> None:
    answer = client.get(f"/points/{page}")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_sheet_is_one_page_with_the_address(cast: Cast, point: ServicePoint) -> None:
    client = signed_in(cast.lan)
    for paper, width in (("a4", 595), ("a5", 420)):
        answer = client.get(f"/points/{point.pk}/sheet.pdf", {"paper": paper})
        assert answer["Content-Type"] == "application/pdf"
        pages = PdfReader(io.BytesIO(answer.content)).pages
        assert len(pages) == 1
        assert round(float(pages[0].mediabox.width)) == width
        assert f"/r/{SLUG}" in pages[0].extract_text()


def test_qr_code_comes_as_svg_and_png(cast: Cast, point: ServicePoint) -> None:
    client = signed_in(cast.lan)
    assert client.get(f"/points/{point.pk}/qr.svg").content.startswith(b"<svg")
    assert client.get(f"/points/{point.pk}/qr.png").content.startswith(b"\x89PNG")
