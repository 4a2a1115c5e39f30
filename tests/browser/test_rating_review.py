"""A supervisor reviews sheets in a browser: by keyboard, kept as typed, and two at one sheet."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from conduct.agencies.models import Role, User
from conduct.ratings.models import Sheet, SheetEvent
from conduct.ratings.services.schemes import load_schemes
from tests.cast import Cast, make_cast
from tests.factories import grant, make_user
from tests.integration.ratings.reviewed import colleague, submitted

from .test_sign import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    load_schemes()
    return make_cast()


def opened(new_context: Callable[..., BrowserContext], user: User, address: str) -> Page:
    """The page of somebody signed in; it is a heavy one, so it may take its time on a busy machine."""
    page = signed_in(new_context, user)
    page.set_default_timeout(60_000)
    page.goto(address)
    return page


def url(sheet: Sheet) -> str:
    return f"/ratings/review/sheets/{sheet.pk}/"


def test_from_person_to_person_by_key_and_kept_as_typed(
    new_context: Callable[..., BrowserContext], cast: Cast
) -> None:
    sheet, other = submitted(cast.lan_posting), submitted(colleague(cast, "Hồ Thị Mai Vy"))
    page = opened(new_context, cast.minh, url(sheet))
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Điểm tôi chấm, tiêu chí I.1").select_option("4.00")
    reason = page.get_by_label("Lý do, tiêu chí I.1")
    expect(reason).to_be_visible()  # below the maximum a reason is asked for
    reason.fill("Đi muộn hai buổi")
    expect(page.locator("#saved [name=revision]")).not_to_have_value("1", timeout=30_000)
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hồ Thị Mai Vy")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tôn Nữ Hoàng Thảo Lan")
    expect(page.get_by_label("Lý do, tiêu chí I.1")).to_have_value("Đi muộn hai buổi")
    page.get_by_label("Các dòng chưa có điểm").check()
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(f"{page.url.split('/ratings')[0]}{url(other)}")
    sheet.refresh_from_db()
    assert (sheet.state, sheet.review_total) == ("reviewed", Decimal(99))


def test_of_two_browsers_on_one_sheet_the_second_is_told(
    new_context: Callable[..., BrowserContext], cast: Cast
) -> None:
    deputy = make_user("Trịnh Quốc Bảo", username="bao")
    grant(deputy, cast.one_stop, Role.SUPERVISOR)
    sheet = submitted(cast.lan_posting)
    first, second = (opened(new_context, user, url(sheet)) for user in (cast.minh, deputy))
    first.get_by_label("Các dòng chưa có điểm").check()
    first.get_by_role("button", name="Đánh giá, sang người kế").click()
    expect(first.locator(".says")).to_contain_text("Đã đánh giá phiếu của Tôn Nữ Hoàng Thảo Lan")
    second.get_by_label("Điểm tôi chấm, tiêu chí I.2").select_option("3.00")
    second.get_by_label("Lý do, tiêu chí I.2").fill("Họp muộn")
    second.get_by_label("Các dòng chưa có điểm").check()
    second.get_by_role("button", name="Đánh giá, sang người kế").click()
    expect(second.get_by_role("alert").first).to_contain_text("Phiếu vừa được Phạm Hữu Minh lưu")
    expect(second.get_by_text("Đang lưu:").first).to_be_visible()
    assert SheetEvent.objects.count() == 1
    sheet.refresh_from_db()
    assert (sheet.reviewer, sheet.review_total) == (cast.minh, Decimal(100))
