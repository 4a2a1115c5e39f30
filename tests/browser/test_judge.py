"""A supervisor judges by keyboard alone."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from conduct.judgements.models import Judgement, JudgementSheet
from conduct.kernel.months import Month
from tests.cast import Cast, make_cast

from .test_sign import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_supervisor_judges_by_keyboard(new_context: Callable[..., BrowserContext], cast: Cast) -> None:
    month = Month.of(timezone.localdate())
    page = signed_in(new_context, cast.minh)
    page.goto(f"/judgements/{month}/{cast.lan_posting.pk}/{cast.adoption.pk}/")
    chosen = page.locator("[data-chosen]")
    expect(chosen).to_have_text("0")

    page.locator(".judge-item input").first.focus()
    page.keyboard.press("4")  # goes on to the second item
    expect(chosen).to_have_text("1")
    page.keyboard.press("2")  # asks why
    page.keyboard.type("Đi muộn hai buổi")
    page.keyboard.press("Tab")  # the third item
    page.keyboard.press("4")
    expect(chosen).to_have_text("3")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".says")).to_contain_text("Đã lưu phiếu của Tôn Nữ Hoàng Thảo Lan")
    values = Judgement.objects.order_by("item_id").values_list("value", "reason")
    assert list(values) == [(4, ""), (2, "Đi muộn hai buổi"), (4, "")]


def test_reason_is_asked_only_below_always_kept(
    new_context: Callable[..., BrowserContext], cast: Cast
) -> None:
    month = Month.of(timezone.localdate())
    page = signed_in(new_context, cast.minh, java_script_enabled=False)
    page.goto(f"/judgements/{month}/{cast.lan_posting.pk}/{cast.adoption.pk}/")
    first = page.locator(".judge-item").first
    expect(first.locator("textarea")).to_be_hidden()
    first.locator("label", has_text="thường giữ").click()
    expect(first.locator("textarea")).to_be_visible()
    first.locator("label", has_text="luôn giữ").first.click()
    expect(first.locator("textarea")).to_be_hidden()
    page.get_by_label("Tất cả điều còn lại: luôn giữ").check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    assert JudgementSheet.objects.get().judgements.filter(value=4).count() == 3


def test_next_and_previous_person_by_key(new_context: Callable[..., BrowserContext], cast: Cast) -> None:
    month = Month.of(timezone.localdate())
    page = signed_in(new_context, cast.tam)
    page.goto(f"/judgements/{month}/{cast.lan_posting.pk}/{cast.adoption.pk}/")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phạm Hữu Minh")
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tôn Nữ Hoàng Thảo Lan")
