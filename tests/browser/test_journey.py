"""The main job in a real browser, the roll-up on a real worker: sign, rate, judge, close, see the score."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from conduct.kernel.months import Month
from conduct.scores.models import PersonScore
from tests.cast import Cast, make_cast
from tests.factories import PASSWORD
from tests.harness.worker import Worker
from tests.integration.surveys.arrange import another_network, send
from tests.journeys import month as story

from .test_sign import signed_in

type NewContext = Callable[..., BrowserContext]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("schemes", "questionnaires"),
]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def written(number: Decimal) -> str:
    return f"{number:.2f}".replace(".", ",")


def sign(page: Page) -> None:
    """Lan on a phone: signs in, finds on the start page what waits, reads and signs."""
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hôm nay có 1 bản cam kết cần ký")
    page.get_by_role("link", name="Đọc và ký").click()
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Ký cam kết").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã ký ngày")


def rate(page: Page, slug: str) -> None:
    """A citizen without JavaScript at the QR code's address."""
    page.goto(f"/r/{slug}/")
    page.get_by_label("Rất hài lòng", exact=True).check(force=True)
    page.wait_for_timeout(1600)  # nobody reads faster
    page.get_by_role("button", name="Gửi đánh giá").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cảm ơn ông/bà")


def judge(page: Page, path: str) -> None:
    """Minh: one item was not always kept, all others were."""
    page.goto(path)
    second = page.locator(".judge-item").nth(1)
    second.locator("label", has_text="thường giữ").click()
    second.locator("textarea").fill("Mở quầy muộn ngày 12")
    page.get_by_label("Tất cả điều còn lại: luôn giữ").check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".says")).to_contain_text("Đã lưu phiếu của Tôn Nữ Hoàng Thảo Lan")


def add_up(page: Page, cast: Cast, month: Month, after: datetime | None) -> datetime:
    """Tâm presses the button; the worker adds up."""
    page.goto(reverse("scores:months", args=[month]))
    page.locator("form[action*='roll-up'] button").click()
    expect(page.locator(".says")).to_be_visible()
    return story.wait_for_the_worker(cast, month, after)


def sign_and_watch(new_context: NewContext, cast: Cast, month: Month) -> None:
    """An officer signs: the coverage rises."""
    campaign = story.open_campaign(cast, month)
    tam = signed_in(new_context, cast.tam)
    tam.goto(reverse("commitments:campaign", args=[campaign.pk]))
    expect(tam.locator("#coverage .figure")).to_have_text("0/4")
    sign(new_context(viewport=PHONE).new_page())
    tam.reload()
    expect(tam.locator("#coverage .figure")).to_have_text("1/4")


def rate_and_watch(new_context: NewContext, cast: Cast, month: Month) -> None:
    """A citizen rates: the office's open share goes from x/n to (x+1)/(n+1), no person's row changes."""
    point = story.desk(cast)
    story.invited_citizens_answer(cast, point, month)
    another_network()
    for mark in (5, 4, 2, 5, 3):
        send(Client(), {"overall": str(mark)}, point.slug)
    tam = signed_in(new_context, cast.tam)
    finished = add_up(tam, cast, month, None)
    before = story.persons(month)
    figures = reverse("reports:office", args=[cast.commune.code, month])
    tam.goto(figures)
    expect(tam.get_by_text("3/5", exact=True)).to_be_visible()
    another_network()
    rate(new_context(viewport=PHONE, java_script_enabled=False).new_page(), point.slug)
    add_up(tam, cast, month, finished)
    tam.goto(figures)
    expect(tam.get_by_text("4/6", exact=True)).to_be_visible()
    assert story.persons(month) == before


def test_a_month_in_the_browser(new_context: NewContext, cast: Cast, worker: Worker) -> None:
    month = story.last_month()
    with story.lived_in(month):
        sign_and_watch(new_context, cast, month)
        rate_and_watch(new_context, cast, month)
        path = reverse("judgements:judge", args=[month, cast.lan_posting.pk, cast.adoption.pk])
        judge(signed_in(new_context, cast.minh), path)

    # The month has ended: the head closes it, the worker does the rest.
    tam = signed_in(new_context, cast.tam)
    tam.goto("/")
    tam.get_by_role("link", name="Xem và chốt").last.click()
    tam.get_by_role("button", name=f"Chốt tháng {month.month}/{month.year}").click()
    story.wait_until_closed(cast, month)

    # The officer's new score, and what it is made of.
    score = PersonScore.objects.get(posting=cast.lan_posting, month=month.first).score
    assert score is not None
    lan = signed_in(new_context, cast.lan, viewport=PHONE)
    lan.goto("/")
    expect(lan.get_by_text(written(score)).first).to_be_visible()
    lan.goto(reverse("scores:why", args=[month, cast.lan_posting.pk, cast.adoption.pk]))
    for figure in (written(score), "3/4", "7/8"):
        expect(lan.get_by_text(figure).first).to_be_visible()
