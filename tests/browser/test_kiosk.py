"""A tablet at the desk: paired, asked, cut off from the network, left alone, revoked."""

from collections.abc import Callable
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from surveys.models import Kiosk, Response, ServicePoint
from surveys.services import kiosks
from tests.cast import Cast, make_cast
from tests.integration.surveys.arrange import make_point

from .test_citizen_rates import RULES

type NewContext = Callable[..., BrowserContext]

pytestmark = pytest.mark.django_db(transaction=True)
TABLET = {"width": 1280, "height": 800}
ANSWERS = "**/k/answers/"
FIRST = "Ông/bà hài lòng thế nào về lần phục vụ hôm nay?"


@pytest.fixture
def cast(questionnaires: None) -> Cast:
    return make_cast()


@pytest.fixture
def point(cast: Cast) -> ServicePoint:
    return make_point(cast.one_stop, name_en="Desk 2 · Civil status, certification")


@pytest.fixture
def code(cast: Cast, point: ServicePoint) -> str:
    """A code that waits to be typed."""
    return kiosks.add_kiosk(point=point, name="Máy ở quầy 2", by=cast.quan, now=timezone.now())[1]


def pair(new_context: NewContext, code: str, **options: object) -> Page:
    """A tablet that was paired and shows the first question; its worker is ready."""
    page = new_context(**{"viewport": TABLET, "has_touch": True, **options}).new_page()
    page.goto("/k/pair/")
    page.get_by_label("Mã ghép").fill(f"{code[:4].lower()}-{code[4:]}")
    page.get_by_role("button", name="Ghép máy này").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def tap(page: Page, face: str = "Hài lòng") -> None:
    page.get_by_role("button", name=face, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ông/bà hài lòng thế nào về:")


def give(page: Page, face: str = "Hài lòng") -> None:
    """One form with one answer, and back to the beginning."""
    tap(page, face)
    page.get_by_role("button", name="Kết thúc và gửi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cảm ơn ông/bà. Ý kiến đã được ghi nhận.")
    page.get_by_role("button", name="Về đầu trang").click()


def wait_for(page: Page, n_rows: int) -> None:
    """Until so many forms have arrived."""
    for _ in range(100):
        if Response.objects.count() == n_rows:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{Response.objects.count()} forms instead of {n_rows}")


def abort(route: Route) -> None:
    route.abort()


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{rule['id']}: {[node['html'] for node in rule['nodes'][:3]]}" for rule in found]


def small_targets(page: Page) -> list[str]:
    """Controls on the screen whose area for a finger is lower or narrower than 44 px."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("label, button, a.btn, textarea, input[type=text]")]
            .map(one => [one.textContent.trim().slice(0, 30), one.getBoundingClientRect()])
            .filter(([, box]) => box.height && (box.height < 44 || box.width < 44))
            .map(([words, box]) => `${words}: ${box.width} × ${box.height}`)"""
    )
    return found


def test_everything_is_asked_in_turn_and_stored_as_one_form(
    new_context: NewContext, code: str, cast: Cast, point: ServicePoint
) -> None:
    page = pair(new_context, code)
    tap(page, "Rất hài lòng")
    page.get_by_role("group", name="Thái độ, sự tận tình của cán bộ").get_by_label("4").check(force=True)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vài câu hỏi nữa")
    page.get_by_role("group", name="Ông/bà đi lại mấy lần để xong việc này?").get_by_label("2 lần").check(
        force=True
    )
    page.get_by_role("group", name="Cán bộ có giữ đúng lời hẹn với ông/bà không?").get_by_label(
        "Có", exact=True
    ).check(force=True)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Ý kiến của ông/bà").fill("Cán bộ hướng dẫn tận tình")
    page.get_by_role("button", name="Kết thúc và gửi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cảm ơn ông/bà. Ý kiến đã được ghi nhận.")
    wait_for(page, 1)
    row = Response.objects.get()
    assert (row.channel, row.point_id, row.is_verified, row.is_late) == ("kiosk", point.pk, False, False)
    assert (row.overall, row.factors, row.trips, row.item_answers) == (5, [None, None, 4, None, None], 2, [1])
    assert row.comment == "Cán bộ hướng dẫn tận tình"
    assert row.key.version == 4
    kiosk = Kiosk.objects.get()
    assert kiosk.answered_on == timezone.localdate()
    # Nobody touches the tablet: it goes back to the beginning by itself.
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST, timeout=9_000)
