"""The menu: by role, one query, none for citizens."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import User
from conduct.agencies.navigation import Shell, shell_of
from tests.cast import Cast, make_cast
from tests.factories import make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def seen_by(user: User | AnonymousUser, path: str = "/") -> Shell:
    request: HttpRequest = RequestFactory().get(path)
    request.user, request.resolver_match = user, resolve(path)
    return shell_of(request)


STAFF = ["Hôm nay", "Cam kết", "Điểm của tôi", "Bảng số", "Mô hình", "Đơn vị"]


@pytest.mark.parametrize(
    ("who", "more"),
    [
        ("lan", set()),
        ("minh", {"Chấm tháng"}),
        ("tam", {"Chấm tháng", "Điểm phục vụ"}),
        ("quan", {"Điểm phục vụ"}),
        ("hoa", {"Chấm tháng", "Điểm phục vụ"}),
    ],
)
def test_the_menu_follows_the_roles(cast: Cast, who: str, more: set[str]) -> None:
    labels = [entry.label for entry in seen_by(getattr(cast, who)).entries]
    assert [label for label in labels if label in STAFF] == STAFF
    assert set(labels) - set(STAFF) == more


def test_the_frame_names_person_title_and_office(cast: Cast) -> None:
    frame = seen_by(cast.lan)
    assert (frame.user_name, frame.title) == ("Tôn Nữ Hoàng Thảo Lan", "Công chức Tư pháp – Hộ tịch")
    assert frame.agency == "Xã An Thuận"


def test_a_newcomer_without_posting_has_a_short_menu() -> None:
    labels = [entry.label for entry in seen_by(make_user()).entries]
    assert labels == ["Hôm nay", "Cam kết", "Mô hình", "Đơn vị"]


def test_a_visitor_has_no_menu_and_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert seen_by(AnonymousUser()) == Shell()


def test_the_frame_asks_once(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        seen_by(cast.tam)


@pytest.mark.parametrize(
    ("view", "label"),
    [
        ("reports:today", "Hôm nay"),
        ("reports:own_office", "Bảng số"),
        ("scores:mine", "Điểm của tôi"),
        ("judgements:mine", "Điểm của tôi"),
        ("judgements:team", "Chấm tháng"),
        ("scores:months", "Chấm tháng"),
        ("agencies:tree", "Đơn vị"),
        ("commitments:campaigns", "Cam kết"),
    ],
)
def test_exactly_one_entry_is_the_current_one(cast: Cast, view: str, label: str) -> None:
    assert [e.label for e in seen_by(cast.tam, reverse(view)).entries if e.current] == [label]


def test_every_entry_opens(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam, BACKEND)
    for entry in seen_by(cast.tam).entries:
        assert client.get(entry.url, follow=True).status_code == 200
