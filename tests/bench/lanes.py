"""What somebody waits for while the country's month is rolled up: a head's own office, by real workers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median

from conduct.kernel.engines.processes import spawn, stop, wait_until

from .nation import country
from .report import Row
from .rollup import WHOLE, ask, empty
from .servers import ROOT

TRIES = 20
_WAIT = """
import json, sys, time
import django
django.setup()
from conduct.agencies.models import Agency
from conduct.kernel.months import Month
from conduct.scores import tasks
from conduct.scores.models import RollUpChunk, RollUpRun
from conduct.scores.services.rollup import ask_for_months
from django.utils import timezone
month, seconds = Month(2026, 10), []
done = RollUpChunk.objects.filter(month=month.first, finished_from__isnull=False)
tasks.dispatch_ready()
while done.count() < 60:
    time.sleep(0.05)
for office in Agency.objects.filter(kind="commune").order_by("code")[: int(sys.argv[1])]:
    now = timezone.now()
    begin = time.perf_counter()
    _run, offices = ask_for_months(
        months=[month], cause=RollUpRun.Cause.ASKED, root=office, by=None, now=now
    )
    mine = RollUpChunk.objects.filter(month=month.first, agency_id__in=[one.agency_id for one in offices])
    tasks.dispatch([one.pk for one in mine])
    while mine.exclude(finished_at__gte=now).exists():
        time.sleep(0.01)
    seconds.append(time.perf_counter() - begin)
    tasks.dispatch_ready()
left = RollUpChunk.objects.filter(month=month.first, finished_from__isnull=True).count()
print(json.dumps([seconds, left]))
"""


@contextmanager
def workers(environment: Mapping[str, str]) -> Iterator[None]:
    """As `make demo` runs them: one with two processes for everything, one that never takes bulk work."""
    log = ROOT / "var" / "bench" / "lanes.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "celery", "-A", "conduct.celery", "worker", "--loglevel", "INFO"]
    running = [
        spawn(
            [*command, "--hostname", f"{name}@bench", *more],
            log=log, environment={**os.environ, **environment}, death_signal=signal.SIGTERM, folder=ROOT,
        )
        for name, more in (
            ("worker", ["--concurrency", "2"]),
            ("receipts", ["--concurrency", "1", "-Q", "celery"]),
        )
    ]  # fmt: skip
    try:
        wait_until(lambda: log.read_text().count(" ready.") >= len(running), seconds=60)
        yield
    finally:
        for process in running:
            stop(process, signal.SIGTERM)
        log.unlink(missing_ok=True)


def lane_rows() -> list[Row]:
    """Seconds from a head's request to the finished month of a commune, again and again meanwhile."""
    with country(WHOLE) as built:
        with built.superuser() as connection:
            empty(connection)
        ask(built)
        with workers(built.environment):
            done = subprocess.run(
                [sys.executable, "-c", _WAIT, str(TRIES)], cwd=ROOT, check=True, text=True,
                env={**os.environ, **built.environment}, stdout=subprocess.PIPE,
            )  # fmt: skip
    seconds, left = json.loads(done.stdout.splitlines()[-1])
    note = (
        f"from the request to the month of a commune, {TRIES} times while two processes roll up the nation, "
        f"median {median(seconds):.2f} s; {left:,} offices were still waiting at the end"
    )
    return [Row("prompt_behind_rollup_s", round(max(seconds), 2), 5, "lower", "s", note)]
