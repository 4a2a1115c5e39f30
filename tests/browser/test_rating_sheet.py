"""The own sheet in the browser: autosave, two windows on one sheet, a session that ends."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from conduct.kernel.months import Month
from conduct.ratings.models import Sheet
from conduct.ratings.services.schemes import load_schemes
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD
from tests.integration.ratings.arrange import add_task, give_points, make_sheet

from .test_sign import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = "[name='points_I.1']"


@pytest.fixture
def cast() -> Cast:
    load_schemes()
    return make_cast()


@pytest.fixture
def sheet(cast: Cast) -> Sheet:
    sheet = make_sheet(cast.lan_posting, Month.of(timezone.localdate()))
    add_task(sheet)
    return sheet


def fill(page: Page, sheet: Sheet) -> Page:
    page.goto(f"/ratings/sheets/{sheet.pk}/fill/")
    return page


def test_what_is_typed_is_stored_by_itself_and_counted(
    new_context: Callable[..., BrowserContext], cast: Cast, sheet: Sheet
) -> None:
    give_points(sheet, "self")
    page = fill(signed_in(new_context, cast.lan, viewport={"width": 360, "height": 740}), sheet)
    saved = page.locator("#saved")
    expect(saved).to_contain_text("30,00 + 70,00 = 100,00")
    note = page.get_by_label("Chưa đạt ở điểm nào").first
    expect(note).to_be_hidden()
    page.locator(FIRST).select_option("3.50")
    expect(note).to_be_visible()
    expect(saved).to_contain_text("Đã lưu lúc")
    expect(saved).to_contain_text("28,50 + 70,00 = 98,50")
    page.get_by_label("Ưu điểm").fill("Đúng hẹn với dân")
    expect(saved.locator("[name=revision]")).to_have_value("3")
    page.reload()
    expect(page.get_by_label("Ưu điểm")).to_have_value("Đúng hẹn với dân")
    page.get_by_role("button", name="Lưu và gửi").click()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.locator(".says")).to_contain_text("Đã gửi phiếu")
    sheet.refresh_from_db()
    assert sheet.state == "submitted"


def test_two_browsers_on_one_sheet_overwrite_nothing(
    new_context: Callable[..., BrowserContext], cast: Cast, sheet: Sheet
) -> None:
    first = fill(signed_in(new_context, cast.lan), sheet)
    second = fill(signed_in(new_context, cast.lan), sheet)
    first.get_by_label("Ưu điểm").fill("Của máy thứ nhất")
    expect(first.locator("#saved")).to_contain_text("Đã lưu lúc")

    second.get_by_label("Ưu điểm").fill("Của máy thứ hai")
    expect(second.locator("#saved")).to_contain_text("thay đổi ở cửa sổ khác")
    second.get_by_role("button", name="Lưu phiếu").click()
    expect(second.get_by_role("alert")).to_contain_text("Chưa có gì bị ghi đè")
    expect(second.locator(".stored")).to_contain_text("Của máy thứ nhất")
    expect(second.get_by_label("Ưu điểm")).to_have_value("Của máy thứ hai")
    sheet.refresh_from_db()
    assert sheet.strengths == "Của máy thứ nhất"

    second.get_by_role("button", name="Lưu phiếu").click()
    expect(second.locator(".says")).to_contain_text("Đã lưu bản nháp")
    sheet.refresh_from_db()
    assert sheet.strengths == "Của máy thứ hai"


def test_a_session_that_ends_loses_nothing(
    new_context: Callable[..., BrowserContext], cast: Cast, sheet: Sheet
) -> None:
    page = fill(signed_in(new_context, cast.lan), sheet)
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Hạn chế, khuyết điểm").fill("Trả lời chậm một phản ánh")
    expect(page.get_by_label("Mật khẩu")).to_be_visible()  # the autosave led here
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()

    expect(page.locator("#restored")).to_be_visible()
    expect(page.get_by_label("Hạn chế, khuyết điểm")).to_have_value("Trả lời chậm một phản ánh")
    expect(page.locator("#saved")).to_contain_text("Đã lưu lúc")
    sheet.refresh_from_db()
    assert sheet.shortcomings == "Trả lời chậm một phản ánh"
