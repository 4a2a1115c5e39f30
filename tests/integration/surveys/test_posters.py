"""Posters: printing an adopted model, where it hangs, what must be checked or replaced."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from conduct.audit.models import AuditEvent
from models_catalog.models import ConductModel, Item, ItemGroup
from surveys.models import Poster, ServicePoint
from surveys.services import posters as services
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, adopt, make_version
from tests.integration.surveys.arrange import hang, make_point

pytestmark = pytest.mark.django_db
LIST = "/posters/"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop)


def asked(cast: Cast, **changed: object) -> dict[str, object]:
    values = {"adoption": cast.adoption.pk, "point": "", "paper": "a3", "place": "Sảnh tầng 1"}
    return {**values, "hung_on": "20/10/2026", "check_by": "20/01/2027", **changed}


def text_of(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def places(page: str) -> list[str]:
    return [place for place in ("Sảnh", "Cổng", "Nhà văn hóa", "Phòng họp") if f">{place}</a>" in page]


def test_poster_holds_base_and_local_items_and_the_address(
    client: Client, cast: Cast, point: ServicePoint
) -> None:
    group = ItemGroup.objects.create(
        adoption=cast.adoption, position=1, number=1, keyword="nên", polarity="duty"
    )
    Item.objects.create(group=group, position=1, text="Nên gọi điện báo trước", sources=["supervisor"])
    client.force_login(cast.quan)
    for paper in ("a3", "a4"):
        response = client.get(
            f"{LIST}models/{cast.adoption.pk}/poster.pdf", {"paper": paper, "point": point.pk}
        )
        assert response["Content-Type"] == "application/pdf"
        assert f"-{paper}.pdf" in response["Content-Disposition"]
        text = text_of(response.content)
        for words in (
            "Xã An Thuận",
            "2 không, 1 biết",
            "Không thất hứa với dân",
            "Không vi phạm giờ giấc làm việc",
            "Biết vui vẻ khi tiếp xúc với dân",
            "1 nên (cơ quan bổ sung)",
            "Nên gọi điện báo trước",
            f"/r/{point.slug}",
            "Thực hiện từ 01/07/2025.",
        ):
            assert words in text


def test_choice_leads_to_the_file(client: Client, cast: Cast, point: ServicePoint) -> None:
    client.force_login(cast.tam)
    assert client.get(f"{LIST}print/").status_code == 200
    asked_for: dict[str, Any] = {"adoption": cast.adoption.pk, "point": point.pk, "paper": "a4"}
    response = client.get(f"{LIST}print/", asked_for)
    assert response["Location"] == f"{LIST}models/{cast.adoption.pk}/poster.pdf?paper=a4&point={point.pk}"
    for changed in ({"adoption": "0"}, {"paper": "a5"}, {"point": "x"}):
        response = client.get(f"{LIST}print/", {**asked_for, **changed})
        assert response.status_code == 422


def test_code_of_another_agency_is_refused(client: Client, cast: Cast) -> None:
    other = make_point(cast.other_commune, "khac234")
    client.force_login(cast.phuong)  # heads the province: sees both
    asked_for: dict[str, Any] = {"adoption": cast.adoption.pk, "point": other.pk, "paper": "a4"}
    response = client.get(f"{LIST}print/", asked_for)
    assert response.status_code == 422
    assert "không thuộc Xã An Thuận" in response.content.decode()
    url = f"{LIST}models/{cast.adoption.pk}/poster.pdf"
    assert client.get(url, {"point": other.pk}).status_code == 403
    for point in ("0", "abc", "9" * 30):
        assert client.get(url, {"point": point}).status_code == 404
    assert client.post(f"{LIST}new/", asked(cast, point=other.pk)).status_code == 422


def test_poster_is_noted_once(client: Client, cast: Cast, point: ServicePoint) -> None:
    client.force_login(cast.tam)
    assert "20/10/2026" in client.get(f"{LIST}new/").content.decode()
    client.post(f"{LIST}new/", asked(cast, point=point.pk))
    response = client.post(f"{LIST}new/", asked(cast, point=point.pk), follow=True)  # a double click
    poster = Poster.objects.get()
    assert response.redirect_chain == [(f"{LIST}{poster.pk}/", 302)]
    assert (poster.agency, poster.point, poster.check_by) == (cast.commune, point, date(2027, 1, 20))
    assert AuditEvent.objects.filter(act="surveys.hang_poster").count() == 1
    again = f"/posters/models/{cast.adoption.pk}/poster.pdf?paper=a3&amp;point={point.pk}"
    assert again in response.content.decode()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"hung_on": "21/10/2026"}, "hôm nay hoặc ngày trước đó"),
        ({"check_by": "20/10/2026"}, "ngày sau hôm nay"),
        ({"check_by": "không biết"}, "Cần xem lại"),
        ({"place": ""}, "Cần xem lại"),
        ({"place": "x" * 201}, "Cần xem lại"),
        ({"paper": "a5"}, "Cần xem lại"),
        ({"adoption": "9" * 30}, "Cần xem lại"),
    ],
)
def test_impossible_poster_is_refused(
    client: Client, cast: Cast, changed: dict[str, str], message: str
) -> None:
    client.force_login(cast.quan)
    response = client.post(f"{LIST}new/", asked(cast, **changed))
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Poster.objects.exists()


def test_check_notes_condition_and_next_day(client: Client, cast: Cast) -> None:
    poster = hang(cast)
    client.force_login(cast.quan)
    url = f"{LIST}{poster.pk}/check/"
    said = {"condition": "damaged", "note": "Rách góc", "check_by": "30/10/2026"}
    for _click in range(2):
        assert client.post(url, said).status_code == 302
    poster.refresh_from_db()
    assert (poster.condition, poster.checked_on, poster.note) == ("damaged", DAY, "Rách góc")
    assert AuditEvent.objects.filter(act="surveys.check_poster").count() == 1
    for changed in ({"condition": "new"}, {"check_by": "20/10/2026"}, {"check_by": ""}):
        assert client.post(url, {**said, **changed}).status_code == 422


def test_poster_is_taken_down_once(client: Client, cast: Cast) -> None:
    poster = hang(cast)
    client.force_login(cast.tam)
    url = f"{LIST}{poster.pk}/take-down/"
    for day in ("19/10/2026", "21/10/2026", ""):
        assert client.post(url, {"removed_on": day}).status_code == 422
    for _click in range(2):
        assert client.post(url, {"removed_on": "20/10/2026"}).status_code == 302
    assert AuditEvent.objects.filter(act="surveys.take_down_poster").count() == 1
    assert "Sảnh tầng 1" not in client.get(LIST).content.decode()
    assert "Sảnh tầng 1" in client.get(f"{LIST}?state=removed").content.decode()
    check = {"condition": "good", "check_by": "30/10/2026"}
    response = client.post(f"{LIST}{poster.pk}/check/", check)
    assert (response.status_code, "Bảng này đã gỡ." in response.content.decode()) == (422, True)


def test_list_says_what_to_check_and_to_replace(client: Client, cast: Cast) -> None:
    version = make_version(name="Bản cũ")
    ConductModel.objects.filter(pk=version.model_id).update(search="ban cu")
    old = adopt(cast.commune, version, valid_to=DAY - timedelta(days=1))
    hang(cast, "Sảnh")
    hang(cast, "Cổng", check_by=DAY)
    hang(cast, "Nhà văn hóa", condition="damaged")
    hang(cast, "Phòng họp", adoption=old)
    client.force_login(cast.lan)
    everything = client.get(LIST).content.decode()
    assert '<span class="n">2</span> bảng cần thay, <span class="n">1</span> bảng cần kiểm tra' in everything
    assert len(places(everything)) == 4
    for query, found in (
        ("?state=check", ["Cổng"]),
        ("?state=replace", ["Nhà văn hóa", "Phòng họp"]),
        ("?state=removed", []),
        ("?q=van+hoa", ["Nhà văn hóa"]),
        ("?q=bản cu", ["Phòng họp"]),
        ("?state=nonsense", ["Sảnh", "Cổng", "Nhà văn hóa", "Phòng họp"]),
    ):
        assert places(client.get(LIST + query).content.decode()) == found, query


def test_newer_wording_outdates_a_poster(client: Client, cast: Cast) -> None:
    poster = hang(cast, "Sảnh")
    adopt(cast.commune, make_version(), replaces=cast.adoption, valid_from=DAY)
    client.force_login(cast.quan)
    assert places(client.get(f"{LIST}?state=replace").content.decode()) == ["Sảnh"]
    assert "Cơ quan đã áp dụng bản khác" in client.get(f"{LIST}{poster.pk}/").content.decode()


def test_file_lists_what_the_page_lists(client: Client, cast: Cast) -> None:
    hang(cast, "Sảnh")
    hang(cast, "Cổng", condition="missing")
    client.force_login(cast.lan)
    content = client.get(f"{LIST}list.xlsx?state=replace").content
    rows: Sequence[Sequence[Any]] = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    assert [row[:4] for row in rows[-1:]] == [["Xã An Thuận", "Cổng", "2 không, 1 biết", "A3"]]
    assert "Sảnh" not in str(rows)


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("minh", 403), ("tam", 200), ("phuong", 200)])
def test_hanging_needs_a_role(client: Client, cast: Cast, who: str, status: int) -> None:
    poster = hang(cast)
    client.force_login(getattr(cast, who))
    for url in ("new/", "print/"):
        assert client.get(LIST + url).status_code == status
    assert client.get(f"{LIST}{poster.pk}/").status_code == 200
    if status == 403:
        for act in ("check", "take-down"):
            assert client.post(f"{LIST}{poster.pk}/{act}/").status_code == 403
        assert "Ghi lần kiểm tra" not in client.get(f"{LIST}{poster.pk}/").content.decode()


def test_stranger_finds_nothing(client: Client, cast: Cast) -> None:
    poster = hang(cast)
    client.force_login(cast.hoa)
    assert "Sảnh tầng 1" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{poster.pk}/").status_code == 404
    assert client.get(f"{LIST}models/{cast.adoption.pk}/poster.pdf").status_code == 404
    for act in ("check", "take-down"):
        assert client.post(f"{LIST}{poster.pk}/{act}/").status_code == 404
    assert "Sảnh" not in client.get(f"{LIST}list.xlsx").content.decode(errors="replace")


def test_nothing_hangs_without_its_audit_row(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_row: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(services, "record", fail)
    with pytest.raises(DatabaseError):
        hang(cast)
    assert not Poster.objects.exists()


def test_pages_ask_at_most_12_queries(client: Client, cast: Cast, point: ServicePoint) -> None:
    posters = [hang(cast, f"Sảnh {i}", point=point) for i in range(12)]
    client.force_login(cast.quan)
    for url in ("", f"{posters[0].pk}/", "new/", "print/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST + url).status_code == 200
        assert len(queries) <= 12, (url, len(queries))


def test_points_lead_to_the_posters(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    assert 'href="/posters/"' in client.get("/points/").content.decode()
