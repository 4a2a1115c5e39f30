"""The own lines, and the bell that counts them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.urls import resolve

from conduct.agencies.models import User
from conduct.agencies.navigation import Shell
from conduct.notices.frame import shell
from conduct.notices.models import Notice
from conduct.notices.services import Message, push
from tests.factories import NOW, make_user


def fill(person: User, n: int) -> None:
    for number in range(n):
        push(
            messages=[Message(person.pk, f"test:{number}", f"Việc thứ {number}.", "Cần xem", "/catalogue/")],
            now=NOW - timedelta(hours=n - number),
        )


def test_lines_are_shown_newest_first(client: Client, lan: User) -> None:
    fill(lan, 3)
    client.force_login(lan)
    shown = client.get("/inbox/").content.decode()
    assert shown.index("Việc thứ 2.") < shown.index("Việc thứ 1.") < shown.index("Việc thứ 0.")
    assert "3</span> thông báo chưa đọc" in shown


def test_read_lines_can_be_left_out(client: Client, lan: User) -> None:
    fill(lan, 2)
    Notice.objects.filter(key="test:0").update(read_at=NOW)
    client.force_login(lan)
    shown = client.get("/inbox/?show=unread").content.decode()
    assert "Việc thứ 1." in shown
    assert "Việc thứ 0." not in shown
    assert "Việc thứ 0." in client.get("/inbox/?show=nonsense").content.decode()


def test_fifty_lines_make_a_page(client: Client, lan: User) -> None:
    fill(lan, 51)
    client.force_login(lan)
    assert "Việc thứ 0." not in client.get("/inbox/").content.decode()
    assert "Việc thứ 0." in client.get("/inbox/?page=2").content.decode()
    assert client.get("/inbox/?page=999").status_code == 200


def test_nobody_sees_lines_of_others(client: Client, lan: User) -> None:
    fill(lan, 1)
    client.force_login(make_user())
    assert "Việc thứ" not in client.get("/inbox/").content.decode()


def test_empty_inbox_says_what_comes_here(client: Client, lan: User) -> None:
    client.force_login(lan)
    assert "Chưa có thông báo nào." in client.get("/inbox/").content.decode()


def test_bell_counts_on_every_staff_page(client: Client, lan: User) -> None:
    client.force_login(lan)
    assert 'aria-label="Thông báo"' in client.get("/catalogue/").content.decode()
    fill(lan, 2)
    assert 'aria-label="Thông báo, 2 chưa đọc"' in client.get("/catalogue/").content.decode()
    fill(lan, 120)
    assert 'aria-label="Thông báo, 99+ chưa đọc"' in client.get("/catalogue/").content.decode()


def test_frame_of_a_page_asks_once_and_nothing_for_citizens(
    lan: User, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    fill(lan, 3)
    request = RequestFactory().get("/")
    request.user, request.resolver_match = lan, resolve("/")
    with django_assert_num_queries(0):
        found = shell(request)["shell"]
    with django_assert_num_queries(1):
        assert found.n_unread == 3  # type: ignore[attr-defined]
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        assert shell(request)["shell"] == Shell()


def test_inbox_stays_within_the_limit_of_queries(
    client: Client, lan: User, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    fill(lan, 60)
    client.force_login(lan)
    with django_assert_max_num_queries(8):
        client.get("/inbox/")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "evil"])
def test_line_leads_nowhere_else(lan: User, url: str) -> None:
    with pytest.raises(IntegrityError, match="notice_leads_to_a_page_of_this_site"), transaction.atomic():
        push(messages=[Message(lan.pk, "x", "Xem", url=url)], now=NOW)


def test_same_matter_is_pushed_once(lan: User) -> None:
    for _round in range(2):
        push(messages=[Message(lan.pk, "x", "Xem")], now=NOW)
    assert Notice.objects.count() == 1


def test_address_is_entered_on_the_page_the_inbox_names(client: Client, db: None) -> None:
    person = make_user()
    client.force_login(person)
    shown = client.get("/inbox/").content.decode()
    assert "Chưa có địa chỉ thư điện tử nên không gửi thư." in shown
    assert 'href="/accounts/email/"' in shown
    client.post("/accounts/email/", {"action_add": "", "email": "moi@an-thuan.example"})
    client.post("/accounts/email/", {"action_primary": "", "email": "moi@an-thuan.example"})
    assert "moi@an-thuan.example" in client.get("/inbox/").content.decode()
