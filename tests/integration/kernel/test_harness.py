"""The harness itself: a flush that works on frozen rows, a real worker, a broker that can be taken away."""

import pytest
from celery.exceptions import OperationalError
from django.contrib.sessions.models import Session
from django.utils import timezone

from conduct.celery import app
from conduct.kernel.engines import Engines
from tests.harness.worker import Broker, Worker, wait_until_idle


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_flush_between_tests_empties_what_cm_app_may_not_truncate(turn: int) -> None:
    assert not Session.objects.exists()
    Session.objects.create(session_key=f"turn-{turn}", session_data="", expire_date=timezone.now())


def test_a_worker_takes_tasks_and_a_broker_comes_back(
    worker: Worker, broker: Broker, engines: Engines
) -> None:
    app.send_task("scores.sweep")
    assert worker.alive()

    broker.stop()
    with pytest.raises(OperationalError):
        app.send_task("scores.sweep", retry=False)
    broker.start()
    worker.ensure_ready()

    with app.connection_for_write() as fresh:
        app.send_task("scores.sweep", connection=fresh)
    wait_until_idle(engines, worker)
    assert "scores.sweep" in worker.log.read_text()
