"""Fifty killed workers, a restarted database, a stopped broker, a month that ends: the same table."""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from conduct.kernel.engines import Engines
from conduct.kernel.engines.processes import wait_until
from conduct.kernel.months import Month
from conduct.scores import tasks
from conduct.scores.models import AgencyCount, AgencyScore, PersonScore, RollUpChunk
from conduct.scores.services.rollup import ask_for_roll_up, run_chunk
from conduct.scores.tallies import tally_ready_chunks
from tests.cast import Cast, make_cast
from tests.factories import make_agency
from tests.harness.worker import Broker, Worker
from tests.integration.scores.arrange import OCTOBER, fill, make_point, roll_up
from tests.integration.scores.arrange import answer as answers
from tests.integration.scores.checksum import checksum

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("schemes")]
type Checksum = dict[str, tuple[int, str]]
KILLS = 50
OFFICES = 12
MONTHS = (OCTOBER.previous(), OCTOBER)
SWEEP_EVERY = 2.0
CHANCE = random.Random(20261031)


@pytest.fixture
def cast(schemes: None) -> Cast:
    """The cast with a dozen more communes, each with a desk where citizens answered."""
    cast = make_cast()
    fill(cast)
    for number in range(OFFICES):
        commune = make_agency(f"Xã số {number}", parent=cast.province)
        answers(make_point(commune, f"ban{number}"), [5] * (number + 1) + [2] * 3)
    return cast


def empty() -> None:
    for table in (PersonScore, AgencyScore, AgencyCount, RollUpChunk):
        table.objects.all().delete()


@pytest.fixture
def expected(cast: Cast) -> Checksum:
    """What one undisturbed run writes; the tables are empty again afterwards."""
    for month in MONTHS:
        roll_up(month, now=timezone.now())
    found = checksum()
    empty()
    return found


def ask() -> None:
    for month in MONTHS:
        ask_for_roll_up(month=month)


def all_done() -> bool:
    done = [chunk.finished_from == chunk.requested_at for chunk in RollUpChunk.objects.all()]
    return bool(done) and all(done)


def swept_until_done() -> bool:
    """What beat's sweep does each minute, and whether it was the last one needed."""
    tasks.dispatch_ready()
    return all_done()


def children(worker: Worker) -> list[int]:
    """The processes of a worker that do the work."""
    pid = worker.process.pid
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.usefixtures("session_worker_rests")
def test_fifty_workers_killed_at_random_moments_leave_the_same_table(
    expected: Checksum, start_worker: Callable[..., Worker]
) -> None:
    worker = start_worker("victims", ROLLUP_LEASE_SECONDS="1")
    ask()
    tasks.dispatch_ready()
    killed, swept, hit = set[int](), time.monotonic(), 0
    while len(killed) < KILLS:
        if time.monotonic() - swept > SWEEP_EVERY:
            swept = time.monotonic()
            if swept_until_done():
                assert checksum() == expected
                hit += RollUpChunk.objects.filter(attempts__gt=1).count()
                empty()
                ask()
                tasks.dispatch_ready()
        time.sleep(CHANCE.uniform(0.05, 0.6))
        alive = [pid for pid in children(worker) if pid not in killed]
        if alive:
            victim = CHANCE.choice(alive)
            os.kill(victim, signal.SIGKILL)
            killed.add(victim)
    assert worker.alive()
    assert wait_until(swept_until_done, seconds=60, pause=1)
    assert checksum() == expected
    hit += RollUpChunk.objects.filter(attempts__gt=1).count()
    assert hit, "no chunk was hit: kill more often"


def test_a_restarted_database_and_a_stopped_broker_leave_the_same_table(
    worker: Worker, broker: Broker, engines: Engines, expected: Checksum
) -> None:
    ask()
    tasks.dispatch_ready()
    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]
    engines.postgres.stop()
    engines.postgres.start()
    broker.stop()
    assert not tasks.dispatch(RollUpChunk.objects.values_list("pk", flat=True))
    broker.start()
    worker.ensure_ready()
    RollUpChunk.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert wait_until(swept_until_done, seconds=90, pause=0.5)
    assert checksum() == expected


def test_a_clock_that_passes_the_end_of_the_month_leaves_the_same_table(cast: Cast) -> None:
    """Half of the offices are added up before midnight, half after, then all of them in the morning."""
    midnight = datetime(2026, 10, 31, 17, tzinfo=UTC)  # 1 November, 00:00 in Hà Nội
    morning = midnight + timedelta(hours=7)
    roll_up(OCTOBER, now=morning)
    expected = checksum()
    empty()
    ask_for_roll_up(month=OCTOBER)
    for place, now in enumerate(
        [midnight - timedelta(seconds=1), midnight, midnight + timedelta(seconds=1)] * 4
    ):
        ready = tally_ready_chunks(now, limit=1)
        if ready:
            run_chunk(chunk_id=ready[0], worker=f"w{place}", lease=tasks.lease(), now=now)
    assert Month.of(timezone.localdate(midnight)) == OCTOBER.next()
    roll_up(OCTOBER, now=morning)
    assert checksum() == expected
