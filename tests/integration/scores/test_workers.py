"""The roll-up on real workers: delivered, two at once, killed in the middle, broker away; the same table."""

import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from conduct.agencies.models import Period
from conduct.kernel.engines.processes import wait_until
from conduct.scores import tasks
from conduct.scores.models import AgencyCount, AgencyScore, PersonScore, RollUpChunk
from conduct.scores.services import computing, evidence, rollup
from conduct.scores.services.months import close_month
from conduct.scores.services.rollup import ask_for_roll_up, run_chunk
from tests.cast import Cast, make_cast
from tests.factories import make_agency
from tests.harness.worker import Broker, Worker
from tests.integration.scores.arrange import OCTOBER, chunk_of, fill, roll_up
from tests.integration.scores.checksum import checksum

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("schemes")]
type Checksum = dict[str, tuple[int, str]]


@pytest.fixture
def cast(schemes: None) -> Cast:
    cast = make_cast()
    fill(cast)
    return cast


@pytest.fixture
def expected(cast: Cast) -> Checksum:
    """What one undisturbed run writes; the tables are empty again afterwards."""
    roll_up(now=timezone.now())
    result = checksum()
    for table in (PersonScore, AgencyScore, AgencyCount, RollUpChunk):
        table.objects.all().delete()
    return result


def all_done() -> bool:
    done = [chunk.finished_from == chunk.requested_at for chunk in RollUpChunk.objects.all()]
    return bool(done) and all(done)


def swept_until_done() -> bool:
    """What beat's sweep does each minute, and whether it was the last one needed."""
    tasks.dispatch_ready()
    return all_done()


def test_a_worker_rolls_up_the_office_and_then_the_province(worker: Worker, expected: Checksum) -> None:
    ask_for_roll_up(month=OCTOBER)
    tasks.dispatch_ready()
    assert wait_until(all_done, seconds=30)
    assert checksum() == expected


def test_the_nightly_task_finds_open_months_by_itself(worker: Worker, cast: Cast) -> None:
    tasks.nightly.delay()
    assert wait_until(lambda: RollUpChunk.objects.exists() and all_done(), seconds=60)
    assert PersonScore.objects.filter(posting=cast.lan_posting, state="scored").count() == 1


def test_two_at_once_write_the_same_table(
    cast: Cast, expected: Checksum, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both claim the chunk (the first lease is over at once); the lock lets one after the other work."""
    ask_for_roll_up(month=OCTOBER)
    pk, real = chunk_of(cast.commune).pk, evidence.gather_offices
    both_claimed = threading.Barrier(2, timeout=20)
    errors: list[Exception] = []

    def gather_late(*args: object, **options: object) -> object:
        if "first" in threading.current_thread().name:
            both_claimed.wait()
        return real(*args, **options)  # type: ignore[arg-type]

    def second_claims() -> None:
        wait_until(lambda: chunk_of(cast.commune).claimed_by == "first", seconds=20)
        claim = rollup.claim_chunk

        def claim_then_tell(**options: object) -> bool:
            claimed = claim(**options)  # type: ignore[arg-type]
            both_claimed.wait()
            return claimed

        monkeypatch.setattr(rollup, "claim_chunk", claim_then_tell)
        run("second")

    def run(name: str) -> None:
        try:
            run_chunk(chunk_id=pk, worker=name, lease=timedelta(0), now=timezone.now())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(computing, "gather_offices", gather_late)
    threads = [
        threading.Thread(target=run, args=["first"], name="first"),
        threading.Thread(target=second_claims, name="second"),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    monkeypatch.undo()
    assert not errors
    assert chunk_of(cast.commune).attempts == 2
    roll_up(now=timezone.now())
    assert checksum() == expected


@pytest.mark.usefixtures("session_worker_rests")
def test_a_killed_workers_chunk_is_finished_by_another_after_its_lease(
    cast: Cast,
    expected: Checksum,
    start_worker: Callable[..., Worker],
    superuser_connection: psycopg.Connection,
) -> None:
    victim = start_worker("victim", ROLLUP_LEASE_SECONDS="2")
    # Scores of persons are written, those of agencies must wait for this lock: the middle of the chunk.
    with superuser_connection.transaction():
        superuser_connection.execute("LOCK TABLE scores_agencyscore IN SHARE MODE")
        ask_for_roll_up(month=OCTOBER, roots=[cast.commune.pk])
        tasks.dispatch_ready()
        assert wait_until(lambda: writers_waiting(superuser_connection) == 1, seconds=30)
        victim.kill()
    assert wait_until(lambda: writers_waiting(superuser_connection) == 0, seconds=10)
    chunk = chunk_of(cast.commune)
    assert (chunk.finished_at, chunk.attempts) == (None, 1)
    assert chunk.claimed_by
    assert checksum()["scores_personscore"][0] == 0
    start_worker("heir", ROLLUP_LEASE_SECONDS="2")
    ask_for_roll_up(month=OCTOBER)
    assert wait_until(swept_until_done, seconds=60)
    assert checksum() == expected
    assert chunk_of(cast.commune).attempts >= 2


def writers_waiting(superuser: psycopg.Connection) -> int:
    """How many sessions wait to write scores of agencies."""
    row = superuser.execute(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'scores_agencyscore'::regclass"
    ).fetchone()
    return int(row[0]) if row else 0


def test_a_request_while_the_broker_is_away_is_delivered_by_the_sweep(
    worker: Worker, broker: Broker, expected: Checksum
) -> None:
    broker.stop()
    ask_for_roll_up(month=OCTOBER)
    assert tasks.dispatch([chunk.pk for chunk in RollUpChunk.objects.all()]) is False
    assert RollUpChunk.objects.filter(finished_from=None).count() == 3
    broker.start()
    assert wait_until(swept_until_done, seconds=60)
    assert checksum() == expected


@pytest.mark.usefixtures("session_worker_rests")
def test_a_closing_queued_behind_two_hundred_chunks_in_bulk_is_done_at_once(
    cast: Cast, start_worker: Callable[..., Worker]
) -> None:
    for number in range(200):
        make_agency(f"Xã số {number}", parent=cast.province)
    ask_for_roll_up(month=OCTOBER)
    assert tasks.dispatch_ready() >= 200  # nobody works yet: all of them lie in the lane of bulk work
    close_month(office=cast.commune, month=OCTOBER, by=cast.tam, now=timezone.now())
    tasks.dispatch([chunk_of(cast.commune).pk])
    start_worker("lanes")
    assert wait_until(lambda: chunk_of(cast.commune).finished_at is not None, seconds=30, pause=0.02)
    closed_at = chunk_of(cast.commune).finished_at
    waiting = RollUpChunk.objects.filter(Q(finished_at=None) | Q(finished_at__gt=closed_at)).count()
    assert waiting > 190
    assert wait_until(swept_until_done, seconds=90, pause=0.5)


@pytest.mark.usefixtures("session_worker_rests")
def test_a_closing_asked_for_during_a_roll_up_in_bulk_waits_for_the_work_at_hand(
    cast: Cast, start_worker: Callable[..., Worker]
) -> None:
    for number in range(200):
        make_agency(f"Xã số {number}", parent=cast.province)
    start_worker("lanes")
    ask_for_roll_up(month=OCTOBER)
    tasks.dispatch_ready()
    assert wait_until(
        lambda: RollUpChunk.objects.exclude(finished_at=None).count() > 5, seconds=30, pause=0.02
    )
    asked_at = timezone.now()
    close_month(office=cast.commune, month=OCTOBER, by=cast.tam, now=asked_at)
    tasks.dispatch([chunk_of(cast.commune).pk])

    def is_closed() -> bool:
        return Period.objects.filter(office=cast.commune, state=Period.State.CLOSED).exists()

    assert wait_until(is_closed, seconds=30, pause=0.02)
    closed_at = chunk_of(cast.commune).finished_at
    assert closed_at is not None
    assert closed_at - asked_at < timedelta(seconds=5)  # one or two, on a machine that does nothing else
    assert wait_until(swept_until_done, seconds=90, pause=0.5)
