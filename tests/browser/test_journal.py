"""A member of staff keeps the journal on a phone, with and without a script."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from conduct.commitments.models import JournalEntry
from conduct.kernel.months import Month
from conduct.kernel.wording import date_text
from tests.cast import Cast, make_cast

from .test_sign import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.mark.parametrize("with_script", [True, False])
def test_slip_is_written_put_right_submitted_and_read(
    new_context: Callable[..., BrowserContext], cast: Cast, with_script: bool
) -> None:
    today = timezone.localdate()
    month = Month.of(today)
    lan = signed_in(new_context, cast.lan, viewport=PHONE, java_script_enabled=with_script)
    lan.goto("/")
    lan.get_by_role("navigation", name="Chính, trên điện thoại").get_by_role("link", name="Tự soi").click()
    lan.get_by_label("Điều nào").select_option(label="Không thất hứa với dân")
    remedy = lan.get_by_label("Cách khắc phục")
    expect(remedy).to_be_hidden()
    lan.get_by_label("Chưa giữ được").check()
    expect(remedy).to_be_visible()
    lan.get_by_label("Giữ được", exact=True).check()
    expect(remedy).to_be_hidden()

    lan.get_by_label("Chưa giữ được").check()
    lan.get_by_label("Việc đã xảy ra").fill("Hẹn trả bản sao mà quên")
    remedy.fill("Mang bản sao đến tận nhà")
    lan.get_by_label("Khắc phục trước ngày").fill(date_text(today + timedelta(days=2)))
    lan.get_by_role("button", name="Ghi lại").click()
    expect(lan.locator(".says")).to_contain_text("Không ai khác đọc được")

    lan.get_by_role("link", name="Đã khắc phục chưa").first.click()
    lan.get_by_label("Đã khắc phục", exact=True).check()
    expect(lan.get_by_label("Ngày hẹn mới")).to_be_hidden()
    lan.get_by_label("Kết quả").fill("Bà cụ đã nhận")
    lan.get_by_role("button", name="Ghi lại").click()

    minh = signed_in(new_context, cast.minh)
    minh.goto(f"/commitments/journal/{month}/submitted/")
    expect(minh.locator("main")).to_contain_text("Tháng này chưa có ai gửi.")

    lan.get_by_role("link", name="Tháng của tôi").click()
    lan.get_by_role("link", name="Chọn nội dung gửi kèm phiếu tháng").click()
    lan.get_by_role("checkbox").check()
    lan.get_by_role("button", name="Gửi những lần đã chọn").click()
    expect(lan.locator(".says")).to_contain_text("Đã gửi 1 lần chưa giữ được.")

    minh.reload()
    row = minh.get_by_role("row", name="Tôn Nữ Hoàng Thảo Lan")
    expect(row).to_contain_text("Hẹn trả bản sao mà quên")
    expect(row).to_contain_text("Bà cụ đã nhận")

    lan.get_by_role("button", name="Rút lại").click()
    minh.reload()
    expect(minh.locator("main")).to_contain_text("Tháng này chưa có ai gửi.")
    assert JournalEntry.objects.get().submitted_at is None
