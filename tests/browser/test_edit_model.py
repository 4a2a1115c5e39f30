"""A draft is put in order by dragging, by finger, by keyboard, and without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models_catalog.models import ModelVersion
from tests.cast import Cast, make_cast
from tests.integration.models_catalog.drafting import editor, items, next_draft, texts

from .test_sign import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
PROMISE, HOURS, CHEERFUL = (
    "Không thất hứa với dân", "Không vi phạm giờ giấc làm việc", "Biết vui vẻ khi tiếp xúc với dân",
)  # fmt: skip
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def draft(cast: Cast) -> ModelVersion:
    return next_draft(cast)


def middle(page: Page, selector: str) -> tuple[float, float]:
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def shown(page: Page) -> list[str]:
    return page.locator(".edit-items .what > a").all_inner_texts()


def test_item_is_dragged_into_another_group(
    new_context: Callable[..., BrowserContext], cast: Cast, draft: ModelVersion
) -> None:
    first, _second, third = items(draft)
    page = signed_in(new_context, cast.hanh, viewport={"width": 1280, "height": 1400})
    page.goto(editor(draft))
    x, y = middle(page, f"#i{first.pk} .grip")
    to_x, to_y = middle(page, f"#i{third.pk} .what")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=8)
    page.mouse.move(to_x, to_y + 12)
    expect(page.locator(f"#i{third.pk}")).to_have_class("drop-after")
    page.mouse.up()
    expect(page.locator("#problems h2")).to_contain_text("4 điểm cần sửa")  # one item too few, one too many
    assert shown(page) == [HOURS, CHEERFUL, PROMISE]
    assert texts(draft) == [[HOURS], [CHEERFUL, PROMISE]]


def test_escape_lets_go(new_context: Callable[..., BrowserContext], cast: Cast, draft: ModelVersion) -> None:
    first, _second, third = items(draft)
    page = signed_in(new_context, cast.hanh)
    page.goto(editor(draft))
    page.mouse.move(*middle(page, f"#i{first.pk} .grip"))
    page.mouse.down()
    page.mouse.move(*middle(page, f"#i{third.pk} .what"), steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".is-dragged, .drop-after, .drop-before")).to_have_count(0)
    draft.refresh_from_db()
    assert draft.revision == 0


def test_item_is_dragged_by_finger_on_a_phone(
    new_context: Callable[..., BrowserContext], cast: Cast, draft: ModelVersion
) -> None:
    first, second, _third = items(draft)
    page = signed_in(new_context, cast.hanh, **PHONE)
    page.goto(editor(draft))
    page.locator(f"#i{second.pk}").scroll_into_view_if_needed()
    x, y = middle(page, f"#i{first.pk} .grip")
    _x, to_y = middle(page, f"#i{second.pk} .what")
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        at = {"x": x, "y": y + (to_y + 20 - y) * step / 8}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    expect(page.locator(f"#i{second.pk}")).to_have_class("drop-after")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("#wording-form [name=revision]")).to_have_value("1")
    assert shown(page) == [HOURS, PROMISE, CHEERFUL]
    assert texts(draft) == [[HOURS, PROMISE], [CHEERFUL]]


def test_buttons_move_by_keyboard_and_keep_the_focus(
    new_context: Callable[..., BrowserContext], cast: Cast, draft: ModelVersion
) -> None:
    first = items(draft)[0]
    page = signed_in(new_context, cast.hanh)
    page.goto(editor(draft))
    down, up = page.locator(f"#down-i{first.pk}"), page.locator(f"#up-i{first.pk}")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".edit-items .what > a").first).to_have_text(HOURS)
    expect(down).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".edit-items").nth(1).locator("> li")).to_have_count(2)
    expect(down).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".edit-items .what > a").last).to_have_text(PROMISE)
    expect(up).to_be_focused()  # it cannot go further down
    assert texts(draft) == [[HOURS], [CHEERFUL, PROMISE]]


def test_without_a_script_the_buttons_do_the_same(
    new_context: Callable[..., BrowserContext], cast: Cast, draft: ModelVersion
) -> None:
    first = items(draft)[0]
    page = signed_in(new_context, cast.hanh, java_script_enabled=False)
    page.goto(editor(draft))
    expect(page.locator(".grip").first).to_be_hidden()
    page.get_by_role("button", name=f"Chuyển xuống: {PROMISE}").press("Enter")
    expect(page.locator(".edit-items .what > a").first).to_have_text(HOURS)
    expect(page.locator(f"#down-i{first.pk}")).to_be_focused()
    assert texts(draft) == [[HOURS, PROMISE], [CHEERFUL]]


def test_second_writer_sees_the_fresh_order(
    new_context: Callable[..., BrowserContext], cast: Cast, draft: ModelVersion
) -> None:
    first = items(draft)[0]
    mine, yours = signed_in(new_context, cast.hanh), signed_in(new_context, cast.hanh)
    for page in (mine, yours):
        page.goto(editor(draft))
    mine.locator(f"#down-i{first.pk}").click()
    expect(mine.locator(".edit-items .what > a").first).to_have_text(HOURS)
    yours.locator(f"#down-i{first.pk}").click()
    expect(yours.get_by_role("alert")).to_contain_text("Chưa ghi đè nội dung nào")
    expect(yours.locator(".edit-items .what > a").first).to_have_text(HOURS)
    assert texts(draft) == [[HOURS, PROMISE], [CHEERFUL]]
