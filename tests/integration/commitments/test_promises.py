"""Lists of promises: mine, those of the team, and what they give for download."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Period, User
from conduct.commitments.models import Promise
from conduct.kernel.sealing import seal
from tests.cast import Cast
from tests.factories import NOW, make_posting, make_user
from tests.integration.commitments.promising import CONTACT, NAME, stored

BACKEND = "django.contrib.auth.backends.ModelBackend"
YESTERDAY, SOON, TOMORROW = NOW - timedelta(days=1), NOW + timedelta(hours=3), NOW + timedelta(days=1)


@pytest.fixture
def some(cast: Cast) -> list[Promise]:
    """Of Lan's: ended, due tomorrow, due today, overdue."""
    fields = {"contact_sealed": seal(CONTACT)}
    rows = [
        stored(cast.lan_posting, "kept", YESTERDAY, **fields),
        stored(cast.lan_posting, "open", TOMORROW, **fields),
        stored(cast.lan_posting, "open", SOON, **fields),
        stored(cast.lan_posting, "open", YESTERDAY, **fields),
    ]
    for row, what in zip(rows, ("Gửi giấy hẹn", "Trả trích lục", "Gọi lại", "Đến tận nhà"), strict=True):
        row.what = what
        row.save(update_fields=["what"])
    return rows


def page(client: Client, user: User, name: str = "promises", **filters: str) -> str:
    client.force_login(user, BACKEND)
    response = client.get(reverse(f"commitments:{name}"), filters)
    assert response.status_code == 200
    return response.content.decode()


def table(client: Client, user: User, name: str, **filters: str) -> list[list[Any]]:
    client.force_login(user, BACKEND)
    response = client.get(reverse(f"commitments:{name}"), filters)
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    rows: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    return rows


def test_what_is_most_urgent_stands_first(client: Client, cast: Cast, some: list[Promise]) -> None:
    shown = page(client, cast.lan)
    places = [shown.index(text) for text in ("Đến tận nhà", "Gọi lại", "Trả trích lục", "Gửi giấy hẹn")]
    assert places == sorted(places)
    assert 'Có <span class="n">1</span> lời hứa đã quá hẹn' in shown


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"state": "overdue"}, {"Đến tận nhà"}),
        ({"state": "today"}, {"Gọi lại"}),
        ({"state": "later"}, {"Trả trích lục"}),
        ({"state": "ended"}, {"Gửi giấy hẹn"}),
        ({"state": "kept"}, {"Gửi giấy hẹn"}),
        ({"state": "broken"}, set()),
        ({"q": "tra trich"}, {"Trả trích lục"}),
        ({"q": "h29.2410"}, {"Đến tận nhà", "Gọi lại", "Trả trích lục", "Gửi giấy hẹn"}),
        ({"q": "%"}, set()),
        ({"state": "nonsense"}, {"Đến tận nhà", "Gọi lại", "Trả trích lục", "Gửi giấy hẹn"}),
    ],
)
def test_the_list_is_filtered_on_the_server(
    client: Client, cast: Cast, some: list[Promise], filters: dict[str, str], found: set[str]
) -> None:
    shown = page(client, cast.lan, **filters)
    assert {row.what for row in some if row.what in shown} == found


def test_htmx_gets_the_list_alone(client: Client, cast: Cast, some: list[Promise]) -> None:
    client.force_login(cast.lan, BACKEND)
    response = client.get(
        reverse("commitments:promises"), headers={"HX-Request": "true", "HX-Target": "list"}
    )
    assert response.content.decode().lstrip().startswith('<div id="list">')


def test_what_was_open_when_its_month_closed_is_overdue_no_more(client: Client, cast: Cast) -> None:
    for at in (datetime(2026, 9, 30, 16, 30, tzinfo=UTC), datetime(2026, 9, 30, 17, 30, tzinfo=UTC)):
        stored(cast.lan_posting, "open", at)  # 30/9, 23:30 and 1/10, 0:30
    overdue = 'Có <span class="n">2</span> lời hứa đã quá hẹn'
    assert overdue in page(client, cast.lan)
    Period.objects.create(office=cast.commune, month=date(2026, 9, 1), state="closing", closed_at=NOW)
    shown = page(client, cast.lan)
    assert overdue.replace("2", "1") in shown
    assert "Chưa kết thúc khi chốt tháng" in shown
    assert "Chưa kết thúc khi chốt tháng" in page(client, cast.lan, state="ended")
    assert "Chưa kết thúc khi chốt tháng" not in page(client, cast.lan, state="overdue")


def test_without_promises_the_page_says_what_to_do(client: Client, cast: Cast) -> None:
    assert "Ghi lời hứa ngay khi hẹn" in page(client, cast.lan)


def test_nobody_finds_citizens_in_a_list(client: Client, cast: Cast, some: list[Promise]) -> None:
    for user, name in ((cast.lan, "promises"), (cast.minh, "team_promises"), (cast.tam, "team_promises")):
        shown = page(client, user, name)
        assert "Gọi lại" in shown
        assert NAME not in shown
        assert CONTACT not in shown


@pytest.mark.parametrize(("who", "name", "wide"), [("lan", "promises", 6), ("minh", "team_promises", 8)])
def test_the_download_holds_what_the_list_shows_and_no_citizen(
    client: Client, cast: Cast, some: list[Promise], who: str, name: str, wide: int
) -> None:
    rows = table(client, getattr(cast, who), f"export_{name}", state="overdue")
    assert len(rows[-1]) == wide
    assert (rows[-1][0], rows[-1][4]) == ("Đến tận nhà", "Quá hạn")
    assert len([row for row in rows if row[0] in {one.what for one in some}]) == 1
    assert NAME not in str(rows)
    assert CONTACT not in str(rows)


def test_a_leader_sees_the_figures_of_a_month(client: Client, cast: Cast, some: list[Promise]) -> None:
    stored(cast.lan_posting, "withdrawn", YESTERDAY, was_broken=True)
    stored(cast.lan_posting, "broken", YESTERDAY, was_broken=True)
    stored(cast.lan_posting, "broken", YESTERDAY - timedelta(days=40), was_broken=True)
    shown = page(client, cast.minh, "team_promises")
    assert '<span class="n">1/3</span> lời hứa giữ đúng hẹn' in shown
    assert "50,0\N{NO-BREAK SPACE}%" in shown
    earlier = page(client, cast.minh, "team_promises", month="2026-09")
    assert "Không giữ được, đã xin lỗi" in earlier
    assert "Gọi lại" not in earlier
    assert "Gọi lại" in page(client, cast.minh, "team_promises", month="")


def test_a_leader_finds_promises_by_person(client: Client, cast: Cast, some: list[Promise]) -> None:
    stored(make_posting(make_user("Bùi Văn Kiên"), cast.one_stop), "open", SOON, dossier_code="H99")
    assert "H99" in page(client, cast.minh, "team_promises", q="kien")
    assert "Gọi lại" not in page(client, cast.minh, "team_promises", q="kien")


def test_only_those_who_lead_see_a_team(client: Client, cast: Cast, some: list[Promise]) -> None:
    for user in (cast.lan, cast.quan):
        client.force_login(user, BACKEND)
        for name in ("team_promises", "export_team_promises"):
            assert client.get(reverse(f"commitments:{name}")).status_code == 403
    assert "Gọi lại" not in page(client, cast.hoa, "team_promises")
    assert "Gọi lại" not in page(client, cast.hoa)
    assert "Gọi lại" not in str(table(client, cast.hoa, "export_team_promises"))


@pytest.mark.parametrize(("who", "name"), [("lan", "promises"), ("minh", "team_promises")])
def test_a_long_list_has_pages_and_few_queries(
    client: Client,
    cast: Cast,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    who: str,
    name: str,
) -> None:
    for n in range(30):
        stored(cast.lan_posting, "open", TOMORROW + timedelta(minutes=n))
    client.force_login(getattr(cast, who), BACKEND)
    with django_assert_max_num_queries(12):
        shown = client.get(reverse(f"commitments:{name}")).content.decode()
    assert '<span class="n">1–25</span>' in shown
