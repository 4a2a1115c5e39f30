"""Who is late with what: for those who lead, never blocking anybody."""

import io
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from conduct.agencies.models import User
from conduct.ratings.models import Absence
from tests.cast import Cast
from tests.integration.ratings.arrange import delegate, make_sheet, reviewed_sheet, submitted_sheet

pytestmark = [pytest.mark.django_db]
LIST = "/ratings/sheets/late/"


def shown(client: Client, user: User, url: str = LIST, **query: str) -> str:
    client.force_login(user)
    return client.get(url, {"month": "2026-10", **query}).content.decode()


def on(monkeypatch: pytest.MonkeyPatch, day: int, month: int = 10) -> None:
    moment = datetime(2026, month, day, 3, 0, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_nobody_is_late_before_the_day(client: Client, october: Cast) -> None:
    page = shown(client, october.tam)
    assert "không có phiếu trễ hạn" in page
    assert "25/10/2026" in page
    waiting = shown(client, october.tam, step="waiting")
    assert "Thảo Lan" in waiting
    assert "Hữu Minh" in waiting
    assert "Trần Thị Hoa" not in waiting


def test_each_step_is_late_after_its_own_day(
    client: Client, october: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sheet(october.lan_posting)
    submitted_sheet(october.minh_posting)
    on(monkeypatch, 26)
    page = shown(client, october.tam)
    assert "trễ 1 ngày" in page
    assert "Thảo Lan" in page
    assert "Phạm Hữu Minh</a>" not in page
    on(monkeypatch, 29)
    assert "Phạm Hữu Minh</a>" in shown(client, october.tam)
    assert "Thảo Lan" not in shown(client, october.tam, step="review")


def test_it_says_whose_turn_it_is(client: Client, october: Cast) -> None:
    submitted_sheet(october.lan_posting)
    reviewed_sheet(october.minh_posting, october.tam)
    page = shown(client, october.tam, step="review")
    assert '<td data-l="Đến lượt:">Phạm Hữu Minh</td>' in page
    assert '<td data-l="Đến lượt:">Lê Thị Tâm</td>' in shown(client, october.tam, step="approve")


def test_supervisors_see_their_own_people_only(client: Client, october: Cast) -> None:
    page = shown(client, october.minh, step="all")
    assert "Thảo Lan" in page
    assert "Đỗ Anh Quân" not in page
    assert "Lê Thị Tâm" not in page
    client.force_login(october.quan)
    assert client.get(LIST).status_code == 403
    delegate(october.tam, october.quan, october.commune)
    assert "Thảo Lan" in shown(client, october.quan, step="all")


def test_heads_above_choose_an_office(client: Client, october: Cast) -> None:
    page = shown(client, october.phuong, step="all", office=october.commune.code)
    assert "Thảo Lan" in page
    client.force_login(october.hoa)
    assert client.get(LIST, {"office": october.commune.code}).status_code == 404
    assert "Thảo Lan" not in client.get(LIST, {"step": "all"}).content.decode()


def test_who_is_away_or_not_rated_is_not_late(
    client: Client, october: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Absence.objects.create(
        person=october.lan, office=october.commune, kind="maternity", starts_on=date(2026, 9, 1),
        ends_on=date(2027, 2, 28), noted_by=october.quan,
    )  # fmt: skip
    on(monkeypatch, 30)
    page = shown(client, october.tam)
    assert "Thảo Lan" not in page
    assert "Hữu Minh" in page


def test_filters_sorting_and_bad_words_of_the_address(client: Client, october: Cast) -> None:
    assert "Hữu Minh" not in shown(client, october.tam, step="all", q="thao lan")
    assert "Thảo Lan" not in shown(client, october.tam, step="all", unit=str(october.department.pk))
    ordered = shown(client, october.tam, step="all", sort="-name")
    assert ordered.index("Lê Thị Tâm") < ordered.index("Thảo Lan<")
    for query in ({"month": "x"}, {"month": "2027-01"}, {"month": "1990-01"}, {"office": "T999999"}):
        assert client.get(LIST, query).status_code == 404
    for query in ({"step": "x"}, {"unit": "x"}, {"sort": "x"}, {"page": "x"}):
        assert client.get(LIST, query).status_code == 200


def test_the_files_hold_what_the_page_shows(client: Client, october: Cast) -> None:
    submitted_sheet(october.lan_posting)
    client.force_login(october.tam)
    query = {"month": "2026-10", "step": "review"}
    text = client.get(f"{LIST}list.csv", query).content.decode("utf-8-sig")
    assert text.splitlines()[1].startswith("Tôn Nữ Hoàng Thảo Lan,")
    assert len(text.splitlines()) == 2
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{LIST}list.xlsx", query).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[-1][0] == "Tôn Nữ Hoàng Thảo Lan"
    client.force_login(october.lan)
    assert client.get(f"{LIST}list.csv").status_code == 403
    assert client.get(f"{LIST}list.xlsx").status_code == 403


def test_two_who_rate_each_other_are_pointed_out(client: Client, october: Cast) -> None:
    assert "Hai người đánh giá lẫn nhau" not in shown(client, october.tam)
    delegate(october.phuong, october.minh, october.commune)
    page = shown(client, october.tam)
    assert "Hai người đánh giá lẫn nhau" in page
    assert "Phạm Hữu Minh – Lê Thị Tâm" in page


@pytest.mark.parametrize("who", ["minh", "tam", "phuong"])
def test_the_list_asks_the_database_at_most_twelve_times(
    client: Client, october: Cast, who: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    submitted_sheet(october.lan_posting)
    client.force_login(getattr(october, who))
    with django_assert_max_num_queries(12):
        assert client.get(LIST, {"step": "all"}).status_code == 200
