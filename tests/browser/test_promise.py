"""On a phone at the desk: a promise is written down, the citizen is told a code, and the promise is kept."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from conduct.commitments.models import Promise
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_promise_is_made_and_kept_on_a_phone(new_context: Callable[..., BrowserContext]) -> None:
    cast, client = make_cast(), Client()
    client.force_login(cast.lan)
    context = new_context(viewport={"width": 360, "height": 740})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}]
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Ghi lời hứa").click()

    # Only the fields of the chosen way to say when are there.
    expect(page.get_by_label("Hết ngày làm việc thứ mấy")).to_be_visible()
    expect(page.get_by_label("Trong bao nhiêu giờ làm việc")).to_be_hidden()
    page.get_by_label("Số giờ").check()
    expect(page.get_by_label("Hết ngày làm việc thứ mấy")).to_be_hidden()

    page.get_by_label("Nội dung hứa").fill("Trả bản sao trích lục")
    page.get_by_label("Mã hồ sơ").fill("H29.2411.0042")
    page.get_by_label("Trong bao nhiêu giờ làm việc").fill("3")
    page.get_by_role("button", name="Tính thời điểm hẹn").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Hẹn trước")
    assert not Promise.objects.exists()

    page.get_by_role("button", name="Lưu lời hứa").click()
    expect(page.get_by_role("heading", name="Đọc mã này cho người dân")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Đọc mã này cho người dân")).to_have_count(0)

    page.get_by_role("button", name="Đã giữ lời").click()
    expect(page.locator(".head .state")).to_have_text("Đã giữ lời")
    made = Promise.objects.get()
    assert (made.outcome, made.dossier_code) == ("kept", "H29.2411.0042")
