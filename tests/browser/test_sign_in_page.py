"""Sign-in and error pages in a real browser: no axe violation, no sideways scroll, no console error."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.factories import PASSWORD, make_user

type NewContext = Callable[..., BrowserContext]

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {[node['html'] for node in rule['nodes'][:3]]}" for rule in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/no/such/page/"])
def test_public_page_is_accessible(new_context: NewContext, address: str, width: int, scheme: str) -> None:
    page = new_context(viewport={"width": width, "height": 740}, color_scheme=scheme).new_page()
    page.goto(address)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_system_theme_follows_the_device_before_the_first_paint(new_context: NewContext) -> None:
    page = new_context(color_scheme="dark").new_page()
    page.goto("/accounts/login/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_menu_closes_on_escape_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/accounts/login/")
    summary = page.locator("details.menu > summary")
    summary.click()
    expect(page.get_by_role("button", name="English")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="English")).to_be_hidden()
    expect(summary).to_be_focused()


def test_signing_in_with_the_keyboard_alone(page: Page) -> None:
    make_user("Tôn Nữ Hoàng Thảo Lan", username="lan")
    page.goto("/accounts/login/?next=/accounts/2fa/")
    page.get_by_label("Tên đăng nhập").press_sequentially("lan")
    page.keyboard.press("Tab")
    page.get_by_label("Mật khẩu").press_sequentially(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Xác thực hai bước")
    assert violations(page) == []
