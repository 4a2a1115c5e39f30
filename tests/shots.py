"""`make shots`: a picture of every page with demo data, and what a demanding eye can be told to check.

Each page is opened at 360 and 1280 px, light and dark, into var/shots/. It fails on: sideways scroll, clipped
text, an axe violation, an error in the console, an answer other than 200, one unknown to tests/routes.py.
`make shots ARGS="--only scores"` takes the addresses whose name contains a word.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from conduct.kernel.engines import Engines, remove_instance
from tests.harness.browser import FLAGS, find_chromium

ROOT = Path(__file__).resolve().parents[1]
SHOTS = ROOT / "var" / "shots"
PORT = int(os.environ.get("SHOTS_PORT", "8765"))
SITE = f"http://localhost:{PORT}"
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
SIZE = ("--offices", "5", "--staff", "150", "--responses", "9000")
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CLIPPED = """() => [...document.querySelectorAll('main *, header *, nav *, footer *')].filter(e => {
  const s = getComputedStyle(e);
  if (!e.textContent.trim() || !e.offsetParent) return false;
  if (e.closest('[class*=visually-hidden], .skip, svg')) return false;
  const hides = v => v === 'hidden' || v === 'clip';
  if (s.clipPath !== 'none' || e.closest('thead')) return false;
  return hides(s.overflowX) && e.scrollWidth > e.clientWidth + 1
      || hides(s.overflowY) && e.scrollHeight > e.clientHeight + 1;
}).map(e => e.tagName + '.' + e.className + ': ' + e.textContent.trim().slice(0, 40))"""


@contextmanager
def demo_server() -> Iterator[None]:
    """A small demo on servers of its own, and the production web server in front of it."""
    remove_instance(ROOT, "shots")
    engines = Engines(ROOT, "shots", durable=False)
    web = None
    try:
        engines.start()
        static = {"STATIC_ROOT": str(ROOT / "var" / "shots-static"), "ALLOWED_HOSTS": "localhost"}
        environment = {**os.environ, **engines.environment(), **static, "DEMO": "1", "SITE_URL": SITE}
        manage = [sys.executable, "manage.py"]
        owner = {**environment, **engines.owner_environment()}
        subprocess.run([*manage, "migrate", "--no-input", "-v0"], env=owner, cwd=ROOT, check=True)
        subprocess.run([*manage, "collectstatic", "--no-input", "-v0"], env=environment, cwd=ROOT, check=True)
        filling = {**environment, "DATABASE_OWNER_URL": owner["DATABASE_OWNER_URL"]}
        subprocess.run([*manage, "fill_demo", *SIZE], env=filling, cwd=ROOT, check=True)
        os.environ.update(environment)
        command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT)]
        binary = Path(sys.executable).parent / command[0]
        web = subprocess.Popen(
            [str(binary), *command[1:], "conduct.wsgi:application"], env=environment, cwd=ROOT
        )
        wait_for_server()
        yield
    finally:
        if web:
            web.terminate()
            web.wait(10)
        engines.stop()
        remove_instance(ROOT, "shots")


def wait_for_server() -> None:
    """Until the server takes connections; TimeoutError after half a minute."""
    for _ in range(150):
        try:
            with socket.create_connection(("127.0.0.1", PORT), timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{SITE} does not answer")


class Camera:
    """A browser that signs people in once and looks at pages."""

    def __init__(self, browser: Browser, password: str) -> None:
        self.browser, self.password = browser, password
        self.faults: list[str] = []
        self.taken = 0
        self._signed_in: dict[str, str] = {}

    def context(self, who: str, width: int, scheme: str) -> BrowserContext:
        """A fresh context for a person, at a width, in a scheme."""
        context = self.browser.new_context(
            base_url=SITE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce",
            color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 800},
        )  # fmt: skip
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "theme", "value": scheme, "url": SITE}])
        if who:
            self._sign_in(context, who)
        return context

    def _sign_in(self, context: BrowserContext, who: str) -> None:
        if who not in self._signed_in:
            page = context.new_page()
            page.goto("/accounts/login/")
            page.fill("input[name=login]", who)
            page.fill("input[name=password]", self.password)
            page.click("main button[type=submit], form[action*=login] button[type=submit]")
            page.wait_for_url(re.compile(r"/$"))
            cookies = {c.get("name"): str(c.get("value")) for c in context.cookies()}
            self._signed_in[who] = cookies["sessionid"]
            page.close()
        context.add_cookies([{"name": "sessionid", "value": self._signed_in[who], "url": SITE}])

    def look(self, name: str, who: str, path: str) -> None:
        """All widths and schemes of one page."""
        for width in WIDTHS:
            for scheme in SCHEMES:
                context = self.context(who, width, scheme)
                try:
                    self._look(context.new_page(), f"{name}-{who or 'public'}-{width}-{scheme}", path)
                finally:
                    context.close()

    def _look(self, page: Page, label: str, path: str) -> None:
        page.on("console", lambda m: self.fault(label, f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda error: self.fault(label, f"script: {error}"))
        answer = page.goto(path)
        page.wait_for_load_state("networkidle")
        if answer is None or answer.status != 200:
            self.fault(label, f"answered {answer.status if answer else 'nothing'}")
        if (over := page.evaluate(OVERFLOW)) > 0:
            self.fault(label, f"scrolls sideways by {over} px")
        for clipped in page.evaluate(CLIPPED):
            self.fault(label, f"clipped text: {clipped}")
        page.screenshot(path=SHOTS / f"{re.sub(r'[^a-z0-9-]+', '_', label)}.png", full_page=True)
        self.taken += 1
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", AXE_TAGS)
        for violation in found["violations"]:
            nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            self.fault(label, f"axe {violation['id']}: {nodes}")

    def fetch(self, name: str, who: str, path: str) -> None:
        """A document or a picture: it must come."""
        context = self.context(who, WIDTHS[1], "light")
        answer = context.request.get(path)
        if answer.status != 200:
            self.fault(name, f"answered {answer.status}")
        context.close()

    def fault(self, label: str, what: str) -> None:
        """Note what is wrong, and say it at once."""
        print(f"FAULT {label}: {what}", flush=True)
        self.faults.append(f"{label}: {what}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="addresses whose name contains this")
    only = parser.parse_args().only
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    with demo_server(), sync_playwright() as playwright:
        os.environ["DJANGO_SETTINGS_MODULE"] = "conduct.settings"
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        import django

        django.setup()
        from conduct.demo.filling import PHRASE
        from tests.routes import A_FILE, VISITS, unknown_addresses, url_of

        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        camera = Camera(browser, PHRASE)
        for name, _parts in sorted(unknown_addresses()):
            camera.fault(name, "stands only in the urls or only in tests/routes.py")
        for address, visit in VISITS.items():
            label = f"{address[0].replace(':', '-')}-{address[1]}"
            if only not in label or (visit.no_picture and visit.no_picture != A_FILE):
                continue
            for who in (visit.who, *visit.also):
                (camera.fetch if visit.no_picture else camera.look)(label, who, url_of(address))
        browser.close()
    print(f"{camera.taken} pictures in {SHOTS.relative_to(ROOT)}, {len(camera.faults)} faults")
    print("\n".join(camera.faults))
    return 1 if camera.faults else 0


if __name__ == "__main__":
    sys.exit(main())
