"""A petition goes from the officer to the second reader, to the head, and back with a new result."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from conduct.ratings.models import Result
from conduct.ratings.services.schemes import load_schemes
from tests.browser.test_sign import signed_in
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD
from tests.integration.ratings.petitioning import confirmed, make_deputy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    load_schemes()
    return make_cast()


def test_the_answer_reaches_the_officer(new_context: Callable[..., BrowserContext], cast: Cast) -> None:
    deputy = make_deputy(cast)
    confirmed(cast, now=timezone.now())
    lan = signed_in(new_context, cast.lan, viewport={"width": 360, "height": 740})
    lan.goto("/ratings/petitions/")
    lan.get_by_role("link", name="Kiến nghị", exact=True).last.click()
    lan.get_by_label("Nội dung đề nghị xem lại và lý do").fill("Tôi chỉ đi muộn một buổi.")
    lan.get_by_role("button", name="Gửi kiến nghị").click()
    expect(lan.locator("main")).to_contain_text("chờ trả lời")

    tam = signed_in(new_context, cast.tam)
    tam.goto(lan.url)
    tam.get_by_role("link", name="Đề nghị người đọc thứ hai").click()
    tam.get_by_label("Người đọc thứ hai").select_option(label=deputy.full_name)
    tam.get_by_role("button", name="Gửi đề nghị").click()

    reader = signed_in(new_context, deputy)
    reader.goto(lan.url)
    reader.get_by_role("link", name="Cho ý kiến").click()
    reader.get_by_label("Ý kiến", exact=True).fill("Nên tính một buổi.")
    reader.get_by_role("button", name="Đính kèm ý kiến").click()

    tam.goto(lan.url)
    tam.get_by_role("link", name="Trả lời và ký").click()
    tam.locator("#id_points_0").select_option(label="4,50")
    tam.locator("#id_reason_0").fill("Chỉ một buổi.")
    tam.locator("#id_outcome_1").check()
    tam.get_by_label("Trả lời và lý do").fill("Đã xem lại bảng chấm công.")
    tam.get_by_label("Mật khẩu").fill(PASSWORD)
    tam.get_by_role("button", name="Ký trả lời").click()
    expect(tam.locator("main")).to_contain_text("99,50")

    lan.reload()
    expect(lan.locator("main")).to_contain_text("Đã xem lại bảng chấm công.")
    assert Result.objects.get(replaced_by=None).number == 2
