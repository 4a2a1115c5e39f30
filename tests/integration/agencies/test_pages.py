"""The pages of agencies and people: full page, partial, invalid, stranger."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import Period, Posting, Role, RoleGrant, User
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant, make_agency, make_posting, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PERSON = {
    "full_name": "Đặng Thị Mai",
    "username": "mai",
    "password": "",
    "title": "Công chức địa chính",
    "category": "cong_chuc",
    "starts_on": "2026-10-01",
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def enter(client: Client, user: User) -> Client:
    client.force_login(user, BACKEND)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_tree_shows_what_may_be_seen(client: Client, cast: Cast) -> None:
    page = text(enter(client, cast.lan).get(reverse("agencies:tree")))
    assert "Phòng Văn hóa – Xã hội" in page
    assert "Xã Bình Lâm" not in page
    assert "3</span> đơn vị" in page


def test_the_tree_of_a_past_day_is_shown(client: Client, cast: Cast) -> None:
    make_agency("Xã Mới", parent=cast.province, valid_from=date(2026, 10, 1))
    enter(client, cast.phuong)
    assert "Xã Mới" in text(client.get(reverse("agencies:tree"), {"on": "2026-10-02"}))
    assert "Xã Mới" not in text(client.get(reverse("agencies:tree"), {"on": "2026-09-30"}))


@pytest.mark.parametrize("words", ["van hoa", "VĂN HÓA", "  Hội văn "])
def test_agencies_are_found_without_diacritics(client: Client, cast: Cast, words: str) -> None:
    page = text(enter(client, cast.lan).get(reverse("agencies:tree"), {"q": words}))
    assert "Phòng Văn hóa – Xã hội" in page
    assert "Trung tâm Phục vụ" not in page


@pytest.mark.parametrize(
    "query", [{"on": "2026-13-45"}, {"on": "hôm qua"}, {"q": "x" * 101}, {"q": "a\x00b"}]
)
def test_an_invalid_filter_of_the_tree_is_said(client: Client, cast: Cast, query: dict[str, str]) -> None:
    assert enter(client, cast.lan).get(reverse("agencies:tree"), query).status_code == 422


def test_htmx_gets_the_list_alone(client: Client, cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Target": "agencies"}
    page = text(enter(client, cast.lan).get(reverse("agencies:tree"), headers=headers))
    assert page.lstrip().startswith('<div id="agencies">')
    assert "<html" not in page
    forged = {"HX-Request": "true", "HX-Target": "people"}
    assert "<html" in text(client.get(reverse("agencies:tree"), headers=forged))


def test_an_agency_lists_its_people_by_given_name(client: Client, cast: Cast) -> None:
    page = text(enter(client, cast.lan).get(reverse("agencies:agency", args=[cast.commune.code])))
    places = [page.index(name) for name in ("Thảo Lan", "Hữu Minh", "Anh Quân", "Thị Tâm")]
    assert places == sorted(places)


def test_people_are_found_without_diacritics(client: Client, cast: Cast) -> None:
    url = reverse("agencies:agency", args=[cast.commune.code])
    page = text(enter(client, cast.minh).get(url, {"q": "thao lan"}))
    assert "Tôn Nữ Hoàng Thảo Lan" in page
    assert "Đỗ Anh Quân" not in page


def test_an_agency_shows_the_state_of_its_months(client: Client, cast: Cast) -> None:
    Period.objects.create(
        office=cast.commune, month=date(2026, 8, 1), state="closed", closed_at=NOW, closed_by=cast.tam
    )
    page = text(enter(client, cast.lan).get(reverse("agencies:agency", args=[cast.commune.code])))
    assert "Đã chốt" in page
    assert "8/2026" in page


@pytest.mark.parametrize("view", ["agency", "add_person"])
def test_an_agency_of_others_does_not_exist(client: Client, cast: Cast, view: str) -> None:
    assert (
        enter(client, cast.hoa).get(reverse(f"agencies:{view}", args=[cast.one_stop.code])).status_code == 404
    )


@pytest.mark.parametrize("code", ["KHONG-CO", "..", "%00", "x" * 300, "Ấn"])
def test_an_unknown_code_is_not_found(client: Client, cast: Cast, code: str) -> None:
    assert enter(client, cast.lan).get(f"/agencies/{code}/").status_code == 404


def test_a_person_of_others_does_not_exist(client: Client, cast: Cast) -> None:
    enter(client, cast.hoa)
    for view in ("person", "give_login", "add_posting", "grant_role"):
        assert client.get(reverse(f"agencies:{view}", args=[cast.lan.pk])).status_code == 404
    for view in ("end_posting", "move_posting"):
        assert client.get(reverse(f"agencies:{view}", args=[cast.lan_posting.pk])).status_code == 404
    role = RoleGrant.objects.get(person=cast.minh)
    assert client.get(reverse("agencies:end_role", args=[role.pk])).status_code == 404


def test_colleagues_see_a_person_and_may_change_nothing(client: Client, cast: Cast) -> None:
    enter(client, cast.minh)
    page = client.get(reverse("agencies:person", args=[cast.lan.pk]))
    assert page.status_code == 200
    assert "Tôn Nữ Hoàng Thảo Lan" in text(page)
    assert "Thêm vị trí" not in text(page)
    for view in ("give_login", "add_posting", "grant_role"):
        assert client.get(reverse(f"agencies:{view}", args=[cast.lan.pk])).status_code == 403
    for view in ("end_posting", "move_posting"):
        assert client.get(reverse(f"agencies:{view}", args=[cast.lan_posting.pk])).status_code == 403
    assert client.get(reverse("agencies:add_person", args=[cast.one_stop.code])).status_code == 403


def test_an_administrator_enters_a_person(client: Client, cast: Cast) -> None:
    url = reverse("agencies:add_person", args=[cast.one_stop.code])
    enter(client, cast.quan)
    assert client.get(url).status_code == 200
    response = client.post(url, {**PERSON, "agency": cast.one_stop.pk}, follow=True)
    assert "Đã ghi Đặng Thị Mai" in text(response)
    assert client.post(url, {**PERSON, "agency": cast.one_stop.pk}).status_code == 302
    assert User.objects.filter(full_name="Đặng Thị Mai").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_name": ""},
        {"full_name": "x" * 121},
        {"full_name": "a\x00b"},
        {"username": "lan"},
        {"username": "Có Dấu"},
        {"password": "123"},
        {"starts_on": "0001-01-01"},
        {"starts_on": "9999-12-31"},
        {"starts_on": "31/02/2026"},
        {"category": "vua"},
        {"agency": "0"},
        {"agency": "abc"},
        {"agency": "99999999999999999999"},
    ],
)
def test_wrong_entries_are_said_and_nothing_is_stored(
    client: Client, cast: Cast, wrong: dict[str, str]
) -> None:
    url = reverse("agencies:add_person", args=[cast.one_stop.code])
    before = User.objects.count(), Posting.objects.count()
    response = enter(client, cast.quan).post(url, {**PERSON, "agency": cast.one_stop.pk, **wrong})
    assert response.status_code == 422
    assert 'class="error"' in text(response)
    assert (User.objects.count(), Posting.objects.count()) == before


def test_another_office_cannot_be_smuggled_into_the_form(client: Client, cast: Cast) -> None:
    url = reverse("agencies:add_person", args=[cast.one_stop.code])
    response = enter(client, cast.quan).post(url, {**PERSON, "agency": cast.other_commune.pk})
    assert response.status_code == 422


def test_an_overlapping_posting_is_a_sentence_and_no_error(client: Client, cast: Cast) -> None:
    url = reverse("agencies:add_posting", args=[cast.lan.pk])
    response = enter(client, cast.quan).post(url, {**PERSON, "agency": cast.department.pk})
    assert response.status_code == 422
    assert "Cần kết thúc vị trí đó trước" in text(response)


def test_a_posting_is_moved_and_ended_through_its_forms(client: Client, cast: Cast) -> None:
    enter(client, cast.quan)
    move = reverse("agencies:move_posting", args=[cast.lan_posting.pk])
    assert client.get(move).status_code == 200
    assert client.post(move, {**PERSON, "agency": cast.department.pk}).status_code == 302
    moved = Posting.objects.get(person=cast.lan, agency=cast.department)
    end = reverse("agencies:end_posting", args=[moved.pk])
    assert client.get(end).status_code == 200
    assert client.post(end, {"ends_on": "2026-09-01"}).status_code == 422
    assert client.post(end, {"ends_on": "2026-11-01"}).status_code == 302
    moved.refresh_from_db()
    assert moved.ends_on == date(2026, 11, 1)


def test_a_role_is_given_and_ended_through_its_forms(client: Client, cast: Cast) -> None:
    enter(client, cast.quan)
    give = reverse("agencies:grant_role", args=[cast.lan.pk])
    assert client.get(give).status_code == 200
    asked = {"agency": cast.one_stop.pk, "role": "supervisor", "starts_on": "2026-10-01", "ends_on": ""}
    assert client.post(give, {**asked, "role": "head"}).status_code == 422
    assert client.post(give, asked).status_code == 302
    role = RoleGrant.objects.get(person=cast.lan)
    end = reverse("agencies:end_role", args=[role.pk])
    assert client.get(end).status_code == 200
    assert client.post(end, {"ends_on": "2026-10-31"}).status_code == 302


def test_a_role_above_ones_reach_is_refused_in_the_form(client: Client, cast: Cast) -> None:
    above = make_user()
    make_posting(above, cast.province)
    grant(above, cast.province, Role.OFFICE_ADMIN)
    enter(client, above)
    give = reverse("agencies:grant_role", args=[cast.lan.pk])
    asked = {"agency": cast.province.pk, "role": "head", "starts_on": "2026-10-01"}
    response = client.post(give, asked)
    assert response.status_code == 422
    assert "do người quản trị của cấp trên cấp" in text(response)
    assert client.post(give, {**asked, "agency": cast.commune.pk}).status_code == 302


def test_a_first_login_is_given(client: Client, cast: Cast) -> None:
    person = User.objects.create_user("mai", "Đặng Thị Mai", None)
    make_posting(person, cast.one_stop)
    url = reverse("agencies:give_login", args=[person.pk])
    enter(client, cast.quan)
    assert client.get(url).status_code == 200
    assert client.post(url, {"password": "ngan"}).status_code == 422
    assert "đã đăng nhập được" in text(client.post(url, {"password": "giu-loi-hua-voi-dan"}, follow=True))


@pytest.mark.parametrize("number", [0, 999_999, 9_223_372_036_854_775_808])
def test_unknown_numbers_are_not_found(client: Client, cast: Cast, number: int) -> None:
    enter(client, cast.quan)
    for path in (
        f"people/{number}/",
        f"postings/{number}/end/",
        f"roles/{number}/end/",
        f"people/{number}/login/",
    ):
        assert client.get(f"/agencies/{path}").status_code == 404


def test_pages_ask_at_most_twelve_times(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        make_posting(make_user(f"Ngô Văn {number}"), cast.department)
        make_agency(f"Tổ {number}", kind="residential_group", parent=cast.commune)
    enter(client, cast.quan)
    urls = [
        reverse("agencies:tree"),
        reverse("agencies:tree") + "?q=to",
        reverse("agencies:agency", args=[cast.commune.code]),
        reverse("agencies:person", args=[cast.lan.pk]),
        reverse("agencies:add_person", args=[cast.commune.code]),
        reverse("agencies:grant_role", args=[cast.lan.pk]),
        reverse("agencies:move_posting", args=[cast.lan_posting.pk]),
    ]
    for url in urls:
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200
