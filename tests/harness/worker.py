"""A real Celery worker over real Valkey, in a process of its own, and faults of the broker."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from celery.exceptions import OperationalError

from conduct.kernel.engines import Engines
from conduct.kernel.engines.processes import spawn, stop, tail, wait_until

from .plugin import ROOT

_READY_SECONDS = 60
_IDLE_SECONDS = 60
# Kombu's keys of the two lanes (bulk has priority 9). Not FLUSHALL: it would take the worker's bindings
# along.
_LANES = ("celery", "bulk\x06\x169")
_QUEUE_KEYS = (*_LANES, "unacked", "unacked_index", "unacked_mutex")


class Worker:
    """A ``celery worker`` with two prefork children."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        self.name = f"{name}@tests"
        self.log = ROOT / "var" / "test" / f"worker-{name}-{os.getpid()}.log"
        self.log.unlink(missing_ok=True)
        self._environment = environment
        self.process = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        return spawn(
            [
                *(sys.executable, "-m", "celery", "-A", "conduct.celery", "worker"),
                *("--pool", "prefork", "--concurrency", "2", "--hostname", self.name),
                *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
            ],
            log=self.log,
            environment={**os.environ, **self._environment},
            death_signal=signal.SIGTERM,
            folder=ROOT,
        )

    def ensure_ready(self) -> None:
        """Start it again if it ended, as every supervisor of a worker does, and wait for it.

        A worker that holds an unacknowledged task when its broker goes away ends with an error of Kombu's.
        """

        def ready() -> bool:
            if not self.alive():  # also when it ends only now, a moment after its broker
                self.process = self._spawn()
            return self.answers()

        wait_until(ready, seconds=_READY_SECONDS, pause=0.5)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return when the worker answers a ping; fail with the end of its log when it does not."""
        wait_until(lambda: not self.alive() or self.answers(), seconds=_READY_SECONDS)
        if not self.alive() or not self.answers():
            pytest.fail(f"The worker {self.name} did not come up:\n{tail(self.log, 30)}", pytrace=False)

    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def answers(self) -> bool:
        """Whether it answers a ping within a second."""
        from conduct.celery import app

        # A connection of its own: the pool's may be dead after a stop of the broker.
        try:
            with app.connection_for_write() as connection:
                return bool(app.control.ping(destination=[self.name], timeout=1, connection=connection))
        except OperationalError:
            return False

    def active(self) -> list[dict[str, Any]]:
        """The tasks it is running now, as Celery describes them."""
        from conduct.celery import app

        with app.connection_for_write() as connection:
            inspect = app.control.inspect(destination=[self.name], timeout=2, connection=connection)
            replies = inspect.active() or {}
        return list(replies.get(self.name, []))

    def kill(self) -> None:
        """SIGKILL the worker and its children, as the kernel does when memory is short."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Let it finish its tasks and end."""
        stop(self.process, signal.SIGTERM)


def waiting_tasks(engines: Engines) -> int:
    """How many tasks lie in the lanes or are delivered and not acknowledged."""
    with closing(engines.valkey.client()) as client:
        queued: list[Any] = [client.llen(lane) for lane in _LANES]
        unacknowledged: Any = client.hlen("unacked")
    return sum(map(int, queued)) + int(unacknowledged)


def purge_tasks(engines: Engines) -> None:
    """Forget every task, those of killed workers included."""
    with closing(engines.valkey.client()) as client:
        client.delete(*_QUEUE_KEYS)


def wait_until_idle(engines: Engines, *workers: Worker) -> None:
    """Return when nothing waits and no worker works, so that no late task writes into the next test."""

    def idle() -> bool:
        return waiting_tasks(engines) == 0 and not any(worker.active() for worker in workers)

    if not wait_until(idle, seconds=_IDLE_SECONDS, pause=0.1):
        pytest.fail(f"Tasks were still running after {_IDLE_SECONDS} s.", pytrace=False)


@pytest.fixture(scope="session")
def celery_worker(engines: Engines, django_db_setup: None) -> Iterator[Worker]:
    """One worker for the whole run. Tests take ``worker``, which also waits for it."""
    with closing(engines.valkey.client()) as client:
        client.flushall()
    worker = Worker("session", engines.environment())
    worker.wait_until_ready()
    yield worker
    worker.stop()


@pytest.fixture
def worker(transactional_db: None, engines: Engines, celery_worker: Worker) -> Iterator[Worker]:
    """The worker, with an empty queue before the test and an idle one after it."""
    purge_tasks(engines)
    yield celery_worker
    wait_until_idle(engines, celery_worker)


@pytest.fixture
def start_worker(transactional_db: None, engines: Engines) -> Iterator[Callable[..., Worker]]:
    """Start workers that the test may kill: ``start_worker("victim", ROLLUP_LEASE_SECONDS="2")``."""
    started: list[Worker] = []

    def start(name: str, **environment: str) -> Worker:
        one = Worker(name, {**engines.environment(), **environment})
        started.append(one)
        one.wait_until_ready()
        return one

    purge_tasks(engines)
    yield start
    for one in started:
        if one.alive():
            one.stop()
    purge_tasks(engines)


class Broker:
    """The broker, to be stopped and started again."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def stop(self) -> None:
        """Take the broker down; what it held is lost."""
        self._engines.valkey.stop()

    def start(self) -> None:
        """Bring it back, empty."""
        self._engines.valkey.start()

    def alive(self) -> bool:
        """Whether it runs."""
        return self._engines.valkey.alive()

    def waiting(self) -> int:
        """How many tasks it holds."""
        return waiting_tasks(self._engines)


@pytest.fixture
def broker(request: pytest.FixtureRequest, engines: Engines) -> Iterator[Broker]:
    """Stop and start the broker. It is back when the test ends, and a running session worker has noticed."""
    broker = Broker(engines)
    yield broker
    if not broker.alive():
        broker.start()
    if "celery_worker" in request.fixturenames:
        request.getfixturevalue("celery_worker").ensure_ready()
