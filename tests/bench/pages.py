"""Staff pages of a nation: their queries, how fast dashboards answer, how heavy they are."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from itertools import cycle, islice
from queue import Queue
from statistics import quantiles

import psycopg

from .client import Connection
from .nation import Country, country
from .nation_data import MONTH
from .report import Row
from .rollup import WHOLE, roll_up
from .servers import ROOT, THREADS, WORKERS, server

BEFORE = "2026-09-01"
"""Dashboards compare with the month before; both have been rolled up, as each night does."""
PER_SECOND = 20
PATIENCE = 90.0
SECONDS = 30
CONNECTIONS = 16
_OURS = "conduct.wsgi:application"
_RUN = """
import json, sys
import django
django.setup()
from tests.bench import pages_work
print(json.dumps(getattr(pages_work, sys.argv[1])(*map(int, sys.argv[2:]))))
"""


def _run(environment: Mapping[str, str], *words: str) -> dict[str, object]:
    run = subprocess.run(
        [sys.executable, "-c", _RUN, *words], cwd=ROOT, env={**os.environ, **environment},
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    return found


def page_rows() -> list[Row]:
    """Queries of every staff page, seconds of dashboards under load, bytes of a first and a next page."""
    with country(WHOLE) as built, built.superuser() as connection:
        _roll_up_both(built, connection)
        connection.execute("VACUUM (ANALYZE)")
        environment = {
            **built.environment,
            "DEBUG": "0",
            "STATIC_ROOT": str(ROOT / "var" / "bench" / "static"),
        }
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
            cwd=ROOT, env={**os.environ, **environment}, check=True,
        )  # fmt: skip
        counted = _run(environment, "count_queries")
        signed = _run(environment, "sign_in", "5")["signed"]
        if not isinstance(signed, list):
            raise TypeError("nobody signed in")
        with server(_OURS, environment) as port:
            for url, cookie in signed:
                _get(port, url, cookie)
            first, charts, following = (
                _bytes(port, *signed[0]),
                _bytes(port, *signed[1]),
                _page(port, *signed[1]),
            )
            seconds, n_lost = _latencies(port, signed)
    p95 = 1000 * quantiles(seconds, n=20)[-1]
    n_over = len(counted["over"]) if isinstance(counted["over"], list) else 0
    return [
        Row(
            "page_queries_max", float(str(counted["most"])), 12, "lower", "",
            f"{counted['address']}; {counted['n_pages']} pages, {n_over} over 12: {counted['over']}; "
            f"failed: {counted['failed']}; without an object: {counted['without']}",
        ),
        Row(
            "page_p95_ms", round(p95), 150, "lower", "ms",
            f"{len(seconds)} dashboards of {len(signed)} at {PER_SECOND} a second, median "
            f"{1000 * quantiles(seconds, n=2)[0]:.0f} ms; {n_lost} without an answer; "
            f"{WORKERS} workers × {THREADS} threads",
        ),
        Row("staff_first_bytes", first, 250_000, "lower", "B", f"{signed[0][0]} with all its files"),
        Row("staff_chart_bytes", charts, 600_000, "lower", "B", f"{signed[1][0]} with all its files"),
        Row("staff_next_bytes", following, 30_000, "lower", "B", f"{signed[1][0]} alone"),
    ]  # fmt: skip


def _roll_up_both(built: Country, connection: psycopg.Connection) -> None:
    if not _is_rolled_up(connection, MONTH):
        roll_up(built)
    if not _is_rolled_up(connection, BEFORE):
        subprocess.run(
            [sys.executable, "manage.py", "rollup", BEFORE[:7], "--inline"],
            cwd=ROOT, env={**os.environ, **built.environment}, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip


def _is_rolled_up(connection: psycopg.Connection, month: str) -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM surveys_monthfigure WHERE month = %s)", [month]
    ).fetchone()
    return bool(row and row[0])


def _get(port: int, url: str, cookie: str) -> bytes:
    browser = Connection(port)
    answer = browser.get(url, f"Cookie: {cookie}\r\nAccept-Encoding: gzip, deflate, br\r\n")
    browser.close()
    if answer.status != 200:
        raise RuntimeError(f"{url}: {answer.head!r}")
    return answer.body


def _latencies(port: int, signed: list[tuple[str, str]]) -> tuple[list[float], int]:
    """Seconds of each request, from the moment at which it was due: whoever waits in line is counted.

    Also how many had no good answer. A line that does not end is left after PATIENCE; those in it have waited
    so long.
    """
    due: Queue[tuple[float, str, str] | None] = Queue()
    seconds: list[float] = []
    lost: list[str] = []
    begin = time.perf_counter()

    def browse() -> None:
        while (one := due.get()) is not None:
            at, url, cookie = one
            if time.perf_counter() - begin < PATIENCE and not _is_answered(port, url, cookie):
                lost.append(url)
            seconds.append(time.perf_counter() - at)

    threads = [threading.Thread(target=browse) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for number, (url, cookie) in enumerate(islice(cycle(signed), PER_SECOND * SECONDS)):
        at = begin + number / PER_SECOND
        time.sleep(max(0.0, at - time.perf_counter()))
        due.put((at, url, cookie))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    return seconds, len(lost)


def _is_answered(port: int, url: str, cookie: str) -> bool:
    browser = Connection(port)
    try:
        answer = browser.get(url, f"Cookie: {cookie}\r\nAccept-Encoding: br\r\n")
    except OSError:
        return False
    finally:
        browser.close()
    return answer.status == 200


def _page(port: int, url: str, cookie: str) -> int:
    return len(_get(port, url, cookie))


def _bytes(port: int, url: str, cookie: str) -> int:
    """The page as the server compresses it, and every file that it names, and those which these name."""
    browser = Connection(port)
    accept = "Accept-Encoding: gzip, deflate, br\r\n"
    plain = browser.get(url, f"Cookie: {cookie}\r\n").body.decode()
    waiting = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', plain))
    seen: set[str] = set()
    size = len(_get(port, url, cookie))
    while waiting:
        address = waiting.pop()
        seen.add(address)
        size += len(browser.get(address, accept).body)
        if address.endswith((".js", ".css")):
            text = browser.get(address).body.decode()
            folder = address.rsplit("/", 1)[0]
            named = re.findall(r"""(?:from\s*|import\s*\(?)["']\./([^"']+\.js)["']""", text)
            fonts = re.findall(r'url\("?([^")]+\.woff2)"?\)', text)
            waiting |= {f"{folder}/{name}" for name in named} - seen
            waiting |= {
                os.path.normpath(f"{folder}/{name}") for name in fonts if not name.startswith("data:")
            } - seen
    browser.close()
    return size
