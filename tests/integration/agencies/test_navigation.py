"""The menu: by role, one query, none for citizens."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import User
from conduct.agencies.navigation import BAR, Entry, Shell, shell_of
from conduct.kernel.months import Month
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


STAFF = [
    "Hôm nay",
    "Tự soi",
    "Lời hứa",
    "Đánh giá",
    "Cam kết",
    "Điểm của tôi",
    "Bảng số",
    "Ý kiến",
    "Hồ sơ",
    "Mô hình",
    "Đơn vị",
]


@pytest.mark.parametrize(
    ("who", "more"),
    [
        ("lan", set()),
        ("minh", {"Chấm tháng", "Điểm phục vụ", "Khảo sát"}),
        ("tam", {"Chấm tháng", "Điểm phục vụ", "Khảo sát", "Kiểm tra"}),
        ("quan", {"Điểm phục vụ", "Khảo sát"}),
        ("hoa", {"Chấm tháng", "Điểm phục vụ", "Khảo sát", "Kiểm tra"}),
        ("oanh", {"Điểm phục vụ"}),
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
        ("feedback:apologies", "Ý kiến"),
        ("dossiers:imports", "Hồ sơ"),
        ("surveys:kiosks", "Điểm phục vụ"),
        ("surveys:enter_paper", "Điểm phục vụ"),
        ("surveys:signals", "Khảo sát"),
        ("surveys:rounds", "Khảo sát"),
        ("commitments:campaigns", "Cam kết"),
        ("commitments:open_campaign", "Cam kết"),
        ("commitments:journal", "Tự soi"),
        ("commitments:promises", "Lời hứa"),
        ("commitments:make_promise", "Lời hứa"),
    ],
)
def test_exactly_one_entry_is_the_current_one(cast: Cast, view: str, label: str) -> None:
    assert [e.label for e in seen_by(cast.tam, reverse(view)).entries if e.current] == [label]


MONTH, ONE = Month(2026, 10), 1


@pytest.mark.parametrize(
    ("view", "part", "label"),
    [
        ("commitments:change_entry", ONE, "Tự soi"),
        ("commitments:delete_entry", ONE, "Tự soi"),
        ("commitments:follow_up", ONE, "Tự soi"),
        ("commitments:journal_month", MONTH, "Tự soi"),
        ("commitments:submit_slips", MONTH, "Tự soi"),
        ("commitments:submitted_slips", MONTH, "Tự soi"),
        ("commitments:settle_withdrawal", ONE, "Lời hứa"),
        ("commitments:campaign", ONE, "Cam kết"),
        ("commitments:pledge", ONE, "Cam kết"),
    ],
)
def test_pages_of_one_app_lie_under_their_own_entry(cast: Cast, view: str, part: object, label: str) -> None:
    assert [e.label for e in seen_by(cast.lan, reverse(view, args=[part])).entries if e.current] == [label]


def test_wide_screens_keep_the_last_entries_in_a_menu(cast: Cast) -> None:
    frame = seen_by(cast.tam, reverse("surveys:points"))
    assert [entry.label for entry in frame.bar] == [entry.label for entry in frame.entries[:BAR]]
    assert frame.bar + frame.more == frame.entries
    assert frame.is_in_more
    assert not seen_by(cast.tam, "/").is_in_more


def test_a_menu_of_one_entry_is_not_made() -> None:
    entry = Entry("/", "Hôm nay", "home", current=False)
    assert Shell(entries=(entry,) * (BAR + 1)).more == ()
    assert len(Shell(entries=(entry,) * (BAR + 2)).more) == 2


def test_every_entry_opens(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam, BACKEND)
    for entry in seen_by(cast.tam).entries:
        assert client.get(entry.url, follow=True).status_code == 200
