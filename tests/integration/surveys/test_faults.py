"""The database is restarted and Valkey stopped while citizens send: what was acknowledged is in the table."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from conduct.kernel.engines import Engines
from surveys.models import Response, ServicePoint
from surveys.rules.keys import sign_key
from tests.bench.client import Connection
from tests.bench.servers import server
from tests.cast import make_cast
from tests.harness.worker import Broker
from tests.integration.surveys.arrange import SLUG, make_point

pytestmark = pytest.mark.django_db(transaction=True)
SENDERS = 6


class Sender(threading.Thread):
    """A citizen who sends one form after the other, each again until it is acknowledged."""

    def __init__(self, port: int, stop: threading.Event) -> None:
        super().__init__()
        self._port, self._stop_asked = port, stop
        self.acknowledged: set[UUID] = set()
        self.attempts: set[UUID] = set()
        self.failures = 0

    def run(self) -> None:
        while not self._stop_asked.is_set():
            key = uuid4()
            self.attempts.add(key)
            while not self._send(key) and not self._stop_asked.is_set():
                self.failures += 1
                time.sleep(0.05)

    def _send(self, key: UUID) -> bool:
        body = f"key={sign_key(key, SLUG, settings.SECRET_KEY)}&overall=4&comment=Chờ+lâu"
        try:
            phone = Connection(self._port)
            answer = phone.post(f"/r/{SLUG}/", body.encode())
            phone.close()
        except (OSError, RuntimeError):
            return False
        if answer.status // 100 not in {2, 3}:
            assert answer.status in {500, 503}, answer.head
            return False
        self.acknowledged.add(key)
        return True


@pytest.fixture
def point(questionnaires: None) -> ServicePoint:
    return make_point(make_cast().one_stop)


@contextmanager
def senders(port: int) -> Iterator[list[Sender]]:
    """Citizens who send until the block ends."""
    stop = threading.Event()
    people = [Sender(port, stop) for _ in range(SENDERS)]
    for one in people:
        one.start()
    try:
        yield people
    finally:
        stop.set()
        for one in people:
            one.join(30)


def wait_for_more(people: list[Sender], n: int = 30) -> None:
    """Return when so many further forms were acknowledged."""
    before = sum(len(one.acknowledged) for one in people)
    end = time.monotonic() + 60
    while sum(len(one.acknowledged) for one in people) < before + n:
        assert time.monotonic() < end, "nothing is acknowledged any more"
        time.sleep(0.05)


def test_everything_acknowledged_is_stored_once_through_restarts(
    point: ServicePoint, engines: Engines, broker: Broker
) -> None:
    environment = {
        **engines.environment(),
        "DJANGO_SETTINGS_MODULE": "conduct.settings",
        "LOG_LEVEL": "ERROR",
    }
    with server("conduct.wsgi:application", environment) as port, senders(port) as people:
        wait_for_more(people)
        broker.stop()
        wait_for_more(people)
        restart_postgres(engines)
        wait_for_more(people)
        broker.start()
        wait_for_more(people)
        restart_postgres(engines)
        wait_for_more(people)
    acknowledged = set().union(*(one.acknowledged for one in people))
    attempts = set().union(*(one.attempts for one in people))
    stored = set(Response.objects.values_list("key", flat=True))
    assert acknowledged <= stored
    # What was sent last may have been stored without its sender hearing of it, and nothing else.
    assert len(stored - acknowledged) <= SENDERS
    assert stored <= attempts
    assert Response.objects.count() == len(stored)
    assert len(acknowledged) >= 150


def restart_postgres(engines: Engines) -> None:
    """Stop the database under its connections and start it again."""
    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]
    engines.postgres.stop()
    time.sleep(0.5)
    engines.postgres.start()
    with psycopg.connect(engines.superuser_url) as again:
        again.execute("SELECT 1")
