"""A tablet at the desk: paired, asked, cut off from the network, left alone, revoked."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from surveys.models import Kiosk, Questionnaire, Response, ServicePoint
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
        """() => [...document.querySelectorAll("label:has(input), button, a.btn, textarea, input[type=text]")]
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


def test_twenty_answers_without_network_arrive_once(
    new_context: NewContext, code: str, point: ServicePoint
) -> None:
    """The network is cut, the tablet reloaded in between; then everything arrives, and nothing twice."""
    page = pair(new_context, code, is_cut_off=True)
    page.context.set_offline(True)
    page.route(ANSWERS, abort)
    for n in range(20):
        give(page, ("Hài lòng", "Rất hài lòng", "Bình thường")[n % 3])
        if n in (6, 13):
            page.reload()
            expect(page.get_by_role("heading", level=1)).to_have_text(FIRST)
            page.route(ANSWERS, abort)
    expect(page.locator("#waiting")).to_have_text("chưa gửi: 20")
    assert not Response.objects.exists()
    page.unroute(ANSWERS)
    page.context.set_offline(False)
    wait_for(page, 20)
    expect(page.locator("#waiting")).to_have_text("")
    page.reload()
    page.wait_for_timeout(1_000)
    marks = sorted(Response.objects.values_list("overall", flat=True))
    assert marks == [3] * 6 + [4] * 7 + [5] * 7
    days = set(Response.objects.values_list("cluster", "month", "channel", "is_late"))
    assert len(days) == 1


def test_an_answer_of_the_server_that_got_lost_makes_no_twin(
    new_context: NewContext, code: str, point: ServicePoint
) -> None:
    """The form was stored, but the connection broke before the tablet heard so: it sends the same key."""
    page = pair(new_context, code, is_cut_off=True)
    page.clock.install()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(ANSWERS, lose)
    give(page)
    wait_for(page, 1)
    expect(page.locator("#waiting")).to_have_text("chưa gửi: 1")
    page.unroute(ANSWERS)
    page.clock.fast_forward(60_000)
    expect(page.locator("#waiting")).to_have_text("")
    assert Response.objects.count() == 1


def test_who_walks_away_is_heard_and_the_next_person_finds_the_beginning(
    new_context: NewContext, code: str, point: ServicePoint
) -> None:
    page = pair(new_context, code)
    page.clock.install()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Very dissatisfied").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How satisfied are you with:")
    page.clock.fast_forward(32_000)
    expect(page.get_by_role("alertdialog", name="Is anybody still there?")).to_be_visible()
    page.get_by_role("button", name="Go on answering").click()
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    page.clock.fast_forward(20_000)
    page.clock.run_for(1_500)
    assert not Response.objects.exists()
    page.clock.fast_forward(25_000)
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST)
    wait_for(page, 1)
    row = Response.objects.get()
    assert (row.overall, row.language, row.factors) == (1, "en", [None] * 5)


def test_a_reload_keeps_the_form_that_was_begun(
    new_context: NewContext, code: str, point: ServicePoint
) -> None:
    page = pair(new_context, code, is_cut_off=True)
    page.context.set_offline(True)
    tap(page, "Không hài lòng")
    page.get_by_role("group", name="Giấy tờ và các bước phải làm").get_by_label("2").check(force=True)
    page.wait_for_timeout(1500)  # the tablet writes down what was ticked beside everything else
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST)
    expect(page.locator("#waiting")).to_have_text("chưa gửi: 1")
    page.context.set_offline(False)
    wait_for(page, 1)
    row = Response.objects.get()
    assert (row.overall, row.factors[1]) == (2, 2)


def test_a_revoked_tablet_says_so_and_sends_nothing_more(
    new_context: NewContext, code: str, cast: Cast, point: ServicePoint
) -> None:
    page = pair(new_context, code, is_cut_off=True)
    give(page)
    wait_for(page, 1)
    kiosks.revoke_kiosk(kiosk=Kiosk.objects.get(), reason="Máy bị mất", by=cast.quan, now=timezone.now())
    tap(page)
    page.get_by_role("button", name="Kết thúc và gửi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Máy này không còn nhận ý kiến")
    expect(page.locator("#waiting")).to_have_text("chưa gửi: 1")
    assert Response.objects.count() == 1
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Máy này không còn nhận ý kiến")
    page.context.set_offline(False)


def test_a_tablet_that_is_not_paired_leads_to_pairing(
    new_context: NewContext, code: str, point: ServicePoint
) -> None:
    page = new_context(viewport=TABLET).new_page()
    page.goto("/k/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Máy này chưa được ghép với quầy nào")
    page.get_by_role("link", name="Ghép máy này").click()
    page.get_by_label("Mã ghép").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST)


def test_follow_up_is_asked_after_the_answer_it_belongs_to(
    new_context: NewContext, code: str, point: ServicePoint
) -> None:
    asked = Questionnaire.objects.in_force(timezone.localdate())
    assert asked
    why = {
        "key": "why", "factor": None, "kind": "choice", "kept": [],
        "text": {"vi": "Vì sao ông/bà chưa hài lòng?", "en": "Why not satisfied?"},
        "options": [
            {"value": 1, "text": {"vi": "Chờ lâu", "en": "Long wait"}},
            {"value": 2, "text": {"vi": "Đòi thêm giấy tờ", "en": "More papers asked"}},
        ],
        "shown_if": {"key": "overall", "answers": [1, 2]},
    }  # fmt: skip
    Questionnaire.objects.create(
        code=asked.code, number=asked.number + 1, name=asked.name, asked_at="desk", state="published",
        valid_from=timezone.localdate(), questions=[*asked.questions, why],
    )  # fmt: skip
    page = pair(new_context, code)
    tap(page, "Hài lòng")
    page.get_by_role("button", name="Quay lại").click()
    page.get_by_role("button", name="Không hài lòng", exact=True).click()
    page.get_by_role("group", name="Vì sao ông/bà chưa hài lòng?").get_by_label("Chờ lâu").check(force=True)
    page.get_by_role("button", name="Kết thúc và gửi").click()
    wait_for(page, 1)
    row = Response.objects.get()
    assert (row.overall, row.others) == (2, [1])


def test_everything_works_by_keyboard(new_context: NewContext, code: str, point: ServicePoint) -> None:
    page = pair(new_context, code)
    for _ in range(3):  # the other language, then two faces
        page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.textContent.trim()")
    assert focused in ("Hài lòng", "Bình thường"), focused
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=f1][value='2']")).to_be_checked()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Kết thúc và gửi":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cảm ơn ông/bà. Ý kiến đã được ghi nhận.")
    wait_for(page, 1)
    assert Response.objects.get().factors[0] == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (360, 740)])
def test_every_screen_is_accessible_and_fits(
    new_context: NewContext, code: str, point: ServicePoint, size: tuple[int, int], scheme: str
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    page = new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce").new_page()

    def check() -> None:
        assert violations(page) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    page.goto("/k/pair/")
    check()
    page.get_by_label("Mã ghép").fill(code)
    page.get_by_role("button", name="Ghép máy này").click()
    page.get_by_role("button", name="Hài lòng", exact=True).wait_for()
    check()
    if size != (360, 740):  # nobody has to scroll on a tablet to find a face
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    tap(page)
    check()
    page.get_by_role("button", name="Tiếp tục").click()
    check()
    page.evaluate(
        "KioskScreen.still(JSON.parse(document.getElementById('words').textContent).vi, 9, () => 0)"
    )
    check()
    page.evaluate("KioskScreen.still(null, null)")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Kết thúc và gửi").wait_for()
    check()
    page.get_by_role("button", name="Kết thúc và gửi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cảm ơn ông/bà. Ý kiến đã được ghi nhận.")
    check()
