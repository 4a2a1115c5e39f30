"""`make shots`: a picture of every page at 360 and 1280 px, light and dark, into var/shots/.

Runs servers of its own with a small demo. Ends with 1 when a page scrolls sideways, cuts a text, breaks rules
of axe, logs an error in the console or does not answer, or when an address is missing in tests/routes.
"""

import argparse
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from conduct.kernel.engines import Engines
from conduct.kernel.engines.processes import spawn, stop, tail, wait_until

from .harness.browser import FLAGS, find_chromium

ROOT = Path(__file__).resolve().parents[1]
WIDTHS = (360, 1280)
THEMES = ("light", "dark")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SMALL = ("--offices", "8", "--staff", "240", "--responses", "8000")

# Text that is cut off: hidden overflow around own text, apart from what is hidden on purpose.
_CUT = """() => [...document.querySelectorAll('body *')].filter(e => {
  const style = getComputedStyle(e);
  if (!['hidden', 'clip'].includes(style.overflowX) || style.clipPath !== 'none') return false;
  if (e.closest('svg, select')) return false;
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  return own && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1;
}).map(e => e.outerHTML.slice(0, 120))"""
_WIDE = """() => [document.documentElement.scrollWidth, window.innerWidth]"""


@dataclass(frozen=True)
class Trouble:
    """What is wrong on a page."""

    page: str
    what: str


def main() -> int:
    """Make the pictures; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", default="", help="addresses whose name holds one of these, divided by commas"
    )
    parser.add_argument(
        "--into", type=Path, default=ROOT / "var" / "shots", help="the folder of the pictures"
    )
    parser.add_argument("--full", action="store_true", help="the whole demo instead of a small one")
    options = parser.parse_args()
    if find_chromium() is None:
        print("There is no Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM.")
        return 1
    with served(full=options.full) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        troubles = Camera(browser, site, options.into).shoot(options.only)
        browser.close()
    for trouble in troubles:
        print(f"✗ {trouble.page}: {trouble.what}")
    print(f"{len(list(options.into.glob('*.png')))} pictures in {options.into}, {len(troubles)} troubles.")
    return 1 if troubles else 0


@contextmanager
def served(*, full: bool) -> Iterator[str]:
    """The site with demo data on servers of its own, as long as the block lasts; gives its address."""
    port = _free_port()
    engines = Engines(ROOT, f"shots-{os.getpid()}", durable=False)
    static = ROOT / "var" / f"shots-static-{os.getpid()}"
    try:
        engines.start()
        environment = {
            **os.environ,
            **engines.environment(),
            "DEMO": "1",
            "PORT": str(port),
            "SITE_URL": f"http://localhost:{port}",
            "ALLOWED_HOSTS": "localhost",
            "STATIC_ROOT": str(static),
            "DJANGO_SETTINGS_MODULE": "conduct.settings",
        }
        os.environ.update(environment, DJANGO_ALLOW_ASYNC_UNSAFE="true")
        _manage({**environment, **engines.owner_environment()}, "migrate", "--no-input", "--verbosity=0")
        _manage(environment, "collectstatic", "--no-input", "--verbosity=0")
        _manage(environment, "fill_demo", *(() if full else SMALL))
        with _web(environment, port):
            _set_up_django()
            yield f"http://localhost:{port}"
    finally:
        engines.remove()
        shutil.rmtree(static, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _manage(environment: Mapping[str, str], *arguments: str) -> None:
    print(f"· manage.py {' '.join(arguments)}", flush=True)
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=dict(environment), check=True)


@contextmanager
def _web(environment: Mapping[str, str], port: int) -> Iterator[None]:
    log = ROOT / "var" / "shots.log"
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web = spawn(
        [sys.executable, "-m", *command, "--no-access-log", "conduct.wsgi:application"],
        log=log,
        environment=environment,
        death_signal=signal.SIGTERM,
        folder=ROOT,
    )
    try:
        wait_until(lambda: web.poll() is not None or _answers(port), seconds=60, pause=0.1)
        if not _answers(port):
            raise SystemExit(f"The web process does not answer:\n{tail(log, 15)}")
        yield
    finally:
        stop(web, signal.SIGTERM)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _set_up_django() -> None:
    import django

    django.setup()


def _session_of(username: str) -> str:
    """A session as signing in makes it, without the second that Argon2 takes."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from conduct.agencies.models import User

    user = User.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    # Pages of the second step ask for a recent sign-in.
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return str(session.session_key)


class Camera:
    """Visits every address at every width in every theme, takes its picture and notes what is wrong."""

    def __init__(self, browser: Browser, site: str, folder: Path) -> None:
        self.browser, self.site, self.folder = browser, site, folder

    def shoot(self, only: str) -> list[Trouble]:
        """All addresses whose name holds ``only``."""
        from django.core.exceptions import ObjectDoesNotExist

        from .routes import VISITS, unknown_addresses, url_of

        troubles = [Trouble(f"{name}/{n}", "not in tests/routes") for name, n in sorted(unknown_addresses())]
        wanted = only.split(",")
        chosen = [
            address
            for address, visit in sorted(VISITS.items())
            if not visit.no_picture and any(word in address[0] for word in wanted)
        ]
        urls = {}
        for address in chosen:
            try:
                urls[address] = url_of(address)
            except (ObjectDoesNotExist, IndexError) as error:
                troubles.append(Trouble(f"{address[0]}/{address[1]}", f"the demo has no object: {error}"))
        readers = sorted({VISITS[address].who for address in urls})
        sessions = {who: _session_of(who) if who else "" for who in readers}
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for width, theme in product(WIDTHS, THEMES):
            print(f"· {width} px, {theme}", flush=True)
            for who in readers:
                theirs = {address: url for address, url in urls.items() if VISITS[address].who == who}
                troubles += self._as_one(width, theme, sessions[who], theirs)
        return troubles

    def _as_one(
        self, width: int, theme: str, session: str, urls: Mapping[tuple[str, int], str]
    ) -> Iterator[Trouble]:
        """One reader's pages."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 740 if width < 500 else 800},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        cookies: list[Any] = [{"name": "theme", "value": theme, "url": self.site}]
        if session:
            cookies.append({"name": "sessionid", "value": session, "url": self.site})
        context.add_cookies(cookies)
        for (view, n_parts), url in urls.items():
            ending = "-dark" if theme == "dark" else ""
            name = f"{view.replace(':', '-')}-{n_parts}-{width}{ending}"
            page = context.new_page()
            for what in self._look(page, url, name):
                yield Trouble(name, what)
            page.close()
        context.close()

    def _look(self, page: Page, url: str, name: str) -> list[str]:
        """One page: its picture, and what is wrong with it."""
        found: list[str] = []
        page.on("pageerror", lambda error: found.append(f"script error: {error}"))
        page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
        try:
            response = page.goto(f"{self.site}{url}", wait_until="load")
        except PlaywrightError as error:
            return [f"cannot be opened: {url}: {error.message.splitlines()[0]}"]
        page.evaluate("() => document.fonts.ready")
        if response is None or response.status >= 400:
            found.append(f"answers {response.status if response else 'nothing'}: {url}")
        # As tall as the page, so that what sticks to the window's edge stands where the page ends.
        width, height = page.evaluate("() => [window.innerWidth, document.documentElement.scrollHeight]")
        page.set_viewport_size({"width": width, "height": min(max(height, 740), 9000)})
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        wide, window = page.evaluate(_WIDE)
        if wide > window:
            found.append(f"scrolls sideways: {wide} px")
        found += [f"cuts a text: {html}" for html in page.evaluate(_CUT)]
        for violation in Axe().run(page, options=RULES).response["violations"]:
            nodes = "; ".join(node["html"][:100] for node in violation["nodes"][:3])
            found.append(f"axe {violation['id']}: {violation['help']}: {nodes}")
        return found


if __name__ == "__main__":
    sys.exit(main())
