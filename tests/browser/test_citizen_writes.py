"""A citizen on a phone without JavaScript writes to the office, follows with the code, has it erased."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from conduct.feedback.models import Case, Contact
from conduct.feedback.services.contacts import read_contact
from surveys.models import ServicePoint
from tests.browser.test_citizen_rates import RULES
from tests.cast import Cast, make_cast
from tests.integration.feedback.test_follow import answered
from tests.integration.feedback.writing import EMAIL, NAME, SLUG, make_desk

type NewContext = Callable[..., BrowserContext]

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 740}
REMARK = "Xếp hàng từ bảy giờ, tám giờ rưỡi quầy mới mở"


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.KEY_ROOT = tmp_path / "keys"
    return make_cast()


@pytest.fixture(autouse=True)
def desk(cast: Cast, consent_texts: None) -> ServicePoint:
    return make_desk(cast)


@pytest.fixture
def phone(new_context: NewContext) -> Page:
    """A small phone whose browser runs no JavaScript."""
    return new_context(viewport=PHONE, java_script_enabled=False, has_touch=True).new_page()


def write(page: Page) -> str:
    """Send a remark with a name and an address; returns the follow code."""
    page.goto(f"/f/{SLUG}/")
    page.get_by_label("Ý kiến của ông/bà gửi cơ quan").fill(REMARK)
    page.get_by_text("Cách liên hệ với ông/bà").click()
    page.get_by_label("Họ tên của ông/bà").fill(NAME)
    page.get_by_label("Thư điện tử").fill(EMAIL)
    page.get_by_label("Tôi đồng ý để Xã An Thuận lưu và dùng thông tin liên hệ").check()
    page.get_by_role("button", name="Gửi cơ quan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cơ quan đã nhận được ý kiến.")
    return page.locator(".code b").inner_text()


def follow(page: Page, code: str) -> None:
    page.goto("/f/follow/")
    page.get_by_label("Mã theo dõi").fill(code)
    page.get_by_role("button", name="Xem ý kiến").click()


def test_written_followed_and_erased_without_javascript(phone: Page) -> None:
    code = write(phone)
    case = Case.objects.get()
    known = read_contact(case)
    assert known
    assert (known.name, known.email) == (NAME, EMAIL)
    follow(phone, code.lower().replace("-", " "))
    expect(phone.get_by_text(REMARK)).to_be_visible()
    answered(case)
    follow(phone, code)
    phone.get_by_text("Chưa hài lòng: yêu cầu xem xét lại").click()
    phone.get_by_label("Việc gì vẫn chưa ổn?").fill("Vẫn mở muộn")
    phone.get_by_role("button", name="Mở lại ý kiến").click()
    expect(phone.get_by_role("status")).to_have_text("Ý kiến đã được mở lại.")
    phone.get_by_role("button", name="Xóa thông tin liên hệ của tôi").click()
    expect(phone.get_by_role("status")).to_contain_text("Thông tin liên hệ đã được xóa.")
    assert not Contact.objects.exists()
    phone.get_by_role("button", name="Xóa tất cả").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Xóa vĩnh viễn tất cả?")
    phone.get_by_role("button", name="Xóa tất cả").click()
    expect(phone.get_by_text("Đã xóa", exact=True).first).to_be_visible()
    assert REMARK not in phone.content()
    assert phone.context.cookies() == []


def test_what_was_typed_stays_when_something_is_missing(phone: Page) -> None:
    phone.goto(f"/f/{SLUG}/")
    phone.get_by_label("Ý kiến của ông/bà gửi cơ quan").fill(REMARK)
    phone.get_by_text("Cách liên hệ với ông/bà").click()
    phone.get_by_label("Điện thoại").fill("0987 654 321")
    phone.get_by_role("button", name="Gửi cơ quan").click()
    expect(phone.get_by_role("alert")).to_contain_text("Xin đánh dấu đồng ý")
    expect(phone.get_by_label("Điện thoại")).to_have_value("0987 654 321")
    expect(phone.get_by_label("Ý kiến của ông/bà gửi cơ quan")).to_have_value(REMARK)
    assert not Case.objects.exists()


def test_the_whole_form_works_by_keyboard_alone(page: Page) -> None:
    page.goto(f"/f/{SLUG}/")
    page.get_by_label("Ý kiến của ông/bà gửi cơ quan").focus()
    page.keyboard.type(REMARK)
    for _stop in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cơ quan đã nhận được ý kiến.")


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {[node['html'] for node in rule['nodes'][:3]]}" for rule in found]


def small_targets(page: Page) -> list[str]:
    """Controls whose area for a finger is lower than 44 px."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("label, button, summary, a.btn, .offices a, input")]
            .filter(one => one.offsetParent && one.type !== "hidden" && !one.closest("label > *")
                && !one.classList.contains("lab"))
            .map(one => [one.textContent.trim().slice(0, 30) || one.name, one.getBoundingClientRect()])
            .filter(([, box]) => box.height && box.height < 44)
            .map(([words, box]) => `${words}: ${box.width} × ${box.height}`)"""
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_page_is_accessible_and_fits(
    new_context: NewContext, cast: Cast, width: int, scheme: str
) -> None:
    page = new_context(viewport={"width": width, "height": 740}, color_scheme=scheme).new_page()

    def check(name: str) -> None:
        assert violations(page) == [], name
        assert small_targets(page) == [], name
        fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert fits, name

    page.goto("/f/?q=an thuan")
    expect(page.get_by_role("link", name="Xã An Thuận")).to_be_visible()
    check("mailbox")
    page.goto(f"/f/{SLUG}/")
    page.get_by_text("Cách liên hệ với ông/bà").click()
    page.get_by_text("Tôi dưới 16 tuổi").first.click()
    check("write")
    page.get_by_label("Họ tên của ông/bà").fill(NAME)
    page.get_by_role("textbox", name="Ý kiến của ông/bà gửi cơ quan").fill("Dài quá " + "ạ" * 4000)
    page.get_by_role("button", name="Gửi cơ quan").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check("write, refused")
    code = write(page)
    check("write, sent")
    page.goto("/f/follow/")
    check("follow")
    follow(page, "0" * 20)
    check("follow, wrong")
    follow(page, code)
    check("followed, open")
    case = answered(Case.objects.get())
    Case.objects.filter(pk=case.pk).update(closed_on=timezone.localdate() - timedelta(days=30))
    follow(page, code)
    expect(page.get_by_role("button", name="Khắc phục một phần")).to_be_visible()
    check("followed, answered")
    page.get_by_role("button", name="Xem toàn bộ dữ liệu đang lưu").click()
    check("my data")
    page.get_by_role("button", name="Quay lại ý kiến").click()
    page.get_by_role("button", name="Xóa tất cả").click()
    check("erase, sure")
    page.get_by_role("button", name="Xóa tất cả").click()
    check("erased")
