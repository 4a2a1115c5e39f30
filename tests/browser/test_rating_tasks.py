"""The tasks of a sheet in two browsers: the report counts at once, nobody overwrites the other."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from conduct.kernel.months import Month
from conduct.ratings.models import Sheet
from tests.cast import Cast, make_cast
from tests.integration.ratings.arrange import add_task, make_sheet

from .test_sign import signed_in

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def sheet(cast: Cast, rating_schemes: None) -> Sheet:
    """Lan's sheet of this month with two tasks."""
    sheet = make_sheet(cast.lan_posting, Month.of(timezone.localdate()))
    add_task(sheet, name="Khai sinh", done=Decimal(0))
    add_task(sheet, name="Chứng thực", done=Decimal(0), delays=1)
    return sheet


@pytest.mark.parametrize("scripts", [True, False], ids=["htmx", "without JavaScript"])
def test_report_counts_and_the_second_writer_is_told(
    new_context: Callable[..., BrowserContext], cast: Cast, sheet: Sheet, scripts: bool
) -> None:
    lan = signed_in(new_context, cast.lan, java_script_enabled=scripts)
    minh = signed_in(new_context, cast.minh, java_script_enabled=scripts)
    for page in (lan, minh):
        page.goto(f"/ratings/tasks/{sheet.pk}/")

    minh.get_by_role("button", name="Chuyển “Chứng thực” lên trên").click()
    expect(minh.locator("#task-list tbody tr").first).to_contain_text("Chứng thực")

    lan.get_by_label("Số lượng hoàn thành của “Khai sinh”").fill("10")
    lan.get_by_role("button", name="Lưu kết quả thực hiện").click()
    expect(lan.get_by_role("alert")).to_contain_text("Phạm Hữu Minh đã sửa phiếu này")
    expect(lan.get_by_label("Số lượng hoàn thành của “Khai sinh”")).to_have_value("10")

    lan.get_by_label("Số lượng hoàn thành của “Chứng thực”").fill("10")
    lan.get_by_role("button", name="Lưu kết quả thực hiện").click()
    expect(lan.locator("#task-list .facts")).to_contain_text("87,50")  # one of two was late once
    expect(lan.get_by_role("alert")).to_have_count(0)
    sheet.refresh_from_db()
    assert [task.done for task in sheet.tasks.all()] == [10, 10]
