"""Chromium on plain Playwright: no plugin, the machine's own browser, errors in the console count."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
# A refused form is an answer (403, 404, 409, 422, 429); Chromium logs it as an error all the same.
# A refusal is an answer: the browser logs it, and htmx after it.
_EXPECTED = re.compile(
    r"(Failed to load resource: the server responded with a status of|Response Status Error Code) 4\d\d"
)


def find_chromium() -> str | None:
    """The path of the browser, or None."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in _NAMES if (path := shutil.which(name))), None)


NO_BROWSER = "no Chromium on this machine: install it (Debian: apt-get install chromium), or set CHROMIUM"


def skip_without_browser(items: list[pytest.Item]) -> None:
    """Skip browser tests where there is no browser: here and nowhere else.

    With ``BROWSER=required`` (as `.ci/run` says) a missing browser is a failure.
    """
    browser_tests = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    if not browser_tests or find_chromium():
        return
    if os.environ.get("BROWSER") == "required":
        raise pytest.UsageError(f"BROWSER=required, but {NO_BROWSER}.")
    for item in browser_tests:
        item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts (one per person) on the live server: ``new_context(locale="en-GB")``.

    Server and base URL are on ``localhost``: passkeys refuse a bare address. The test fails when a page of
    any context threw or logged an error; with ``is_cut_off`` lost connections are no error, since the test
    itself cuts them.
    """
    contexts: list[BrowserContext] = []
    cut_off: list[BrowserContext] = []
    errors: list[str] = []

    def is_expected(page: Page, text: str) -> bool:
        is_cut = page.context in cut_off and "Failed to load resource: net::ERR_" in text
        return bool(_EXPECTED.match(text)) or is_cut

    def note(page: Page) -> None:
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                errors.append(f"{page.url}: {message.text}")
                if message.type == "error" and not is_expected(page, message.text)
                else None
            ),
        )

    def make(*, is_cut_off: bool = False, **options: Any) -> BrowserContext:
        settings: dict[str, Any] = {
            "base_url": live_server.url,
            "locale": "vi-VN",
            "timezone_id": "Asia/Ho_Chi_Minh",
            "viewport": {"width": 1280, "height": 800},
        }
        context = browser.new_context(**{**settings, **options})
        context.set_default_timeout(10_000)
        context.on("page", note)
        contexts.append(context)
        if is_cut_off:
            cut_off.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not errors, "errors in the browser's console:\n" + "\n".join(errors)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a fresh context, 1280 × 800, in Vietnamese."""
    return new_context().new_page()
