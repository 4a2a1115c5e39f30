"""A citizen on a phone: rates without JavaScript, in Vietnamese or English, and is thanked."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from surveys.models import Response, ServicePoint
from tests.cast import make_cast
from tests.integration.surveys.arrange import SLUG, make_point

type NewContext = Callable[..., BrowserContext]

pytestmark = pytest.mark.django_db(transaction=True)

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def point(questionnaires: None) -> ServicePoint:
    return make_point(make_cast().one_stop, name_en="Desk 2 · Civil status, certification")


@pytest.fixture
def phone(new_context: NewContext) -> Page:
    """A small phone whose browser runs no JavaScript."""
    return new_context(viewport=PHONE, java_script_enabled=False, has_touch=True).new_page()


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check(force=True)


def test_one_tap_and_send_is_a_stored_response(phone: Page, point: ServicePoint) -> None:
    phone.goto(f"/r/{SLUG}/")
    send = phone.get_by_role("button", name="Gửi đánh giá")
    phone.get_by_label("Không hài lòng", exact=True).check(force=True)
    send.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Cảm ơn ông/bà. Ý kiến đã được ghi nhận.")
    assert Response.objects.get().overall == 2
    phone.reload()
    phone.go_back()
    assert Response.objects.count() == 1
    assert [cookie["name"] for cookie in phone.context.cookies()] == ["cm_sent"]  # two numbers, no name


def test_the_send_button_is_on_the_first_screen(phone: Page, point: ServicePoint) -> None:
    phone.goto(f"/r/{SLUG}/")
    box = phone.get_by_role("button", name="Gửi đánh giá").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE["height"]


def test_everything_can_be_said_and_is_kept_when_something_is_wrong(phone: Page, point: ServicePoint) -> None:
    phone.goto(f"/r/{SLUG}/")
    phone.get_by_text("Nói rõ hơn").click()
    choose(phone, "Thái độ, sự tận tình của cán bộ", "5")
    choose(phone, "Ông/bà đi lại mấy lần để xong việc này?", "2 lần")
    choose(phone, "Cán bộ có giữ đúng lời hẹn với ông/bà không?", "Có")
    phone.get_by_label("Ý kiến của ông/bà").fill("Cán bộ nói nhanh quá 🙂 " + "ạ" * 2000)
    phone.get_by_role("button", name="Gửi đánh giá").click()

    expect(phone.get_by_role("alert")).to_contain_text("Xin chọn một trong năm mức.")
    expect(phone.get_by_role("alert")).to_contain_text("Tối đa 2.000 ký tự")
    expect(phone.get_by_label("2 lần", exact=True)).to_be_checked()
    assert not Response.objects.exists()

    phone.get_by_label("Hài lòng", exact=True).check(force=True)
    phone.get_by_label("Ý kiến của ông/bà").fill("Cán bộ nói nhanh quá 🙂")
    phone.get_by_role("button", name="Gửi đánh giá").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Cảm ơn ông/bà. Ý kiến đã được ghi nhận.")
    stored = Response.objects.get()
    assert (stored.overall, stored.factors[2], stored.trips, stored.item_answers) == (4, 5, 2, [1])
    assert stored.comment == "Cán bộ nói nhanh quá 🙂"


def test_english_is_kept_from_the_link_to_the_thanks(phone: Page, point: ServicePoint) -> None:
    phone.goto(f"/r/{SLUG}/")
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("How satisfied are you with today's service?")
    phone.get_by_label("Very satisfied", exact=True).check(force=True)
    phone.get_by_role("button", name="Send the rating").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you. Your opinion has been recorded.")
    assert Response.objects.get().language == "en"


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {[node['html'] for node in rule['nodes'][:3]]}" for rule in found]


def small_targets(page: Page) -> list[str]:
    """Controls whose area for a finger is lower or narrower than 44 px (320 px: 43 for the five steps)."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("label, button, summary, a.btn, header a")]
            .filter(one => one.offsetParent && one.control?.type !== "textarea")
            .map(one => [one.textContent.trim().slice(0, 30), one.getBoundingClientRect()])
            .filter(([, box]) => box.height && (box.height < 44 || box.width < 44))
            .map(([words, box]) => `${words}: ${box.width} × ${box.height}`)"""
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_citizen_pages_are_accessible_and_fit(
    new_context: NewContext, point: ServicePoint, width: int, scheme: str
) -> None:
    page = new_context(viewport={"width": width, "height": 740}, color_scheme=scheme).new_page()

    def check() -> None:
        assert violations(page) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    page.goto(f"/r/{SLUG}/")
    check()
    page.get_by_text("Nói rõ hơn").click()
    check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check()
    page.goto(f"/r/{SLUG}/thanks/?lang=vi&again=1")
    check()
    page.goto("/r/zzzzzzz/")
    check()
