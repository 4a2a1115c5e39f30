"""A list brought in by real workers: told, and killed in the middle."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conduct.celery import app
from conduct.dossiers.models import Dossier, DossierImport
from conduct.dossiers.tasks.imports import import_list, sweep
from conduct.kernel.engines.processes import wait_until
from conduct.kernel.publishing import publish
from tests.cast import Cast, make_cast
from tests.harness.worker import Worker
from tests.integration.dossiers.lists import as_csv, asked, line

pytestmark = pytest.mark.django_db(transaction=True)
STATE = DossierImport.State
ROWS = 30_000


@pytest.fixture
def clock() -> None:
    """Workers live by the real clock, and so do these tests."""


@pytest.fixture
def media(settings: Any) -> None:
    """Workers read where the application writes."""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def session_worker_rests() -> Iterator[None]:
    """The worker of the whole run takes no tasks, so that the test knows who has them."""
    names = ["session@tests"]
    app.control.cancel_consumer("celery", destination=names, reply=True, timeout=2)
    yield
    app.control.add_consumer("celery", destination=names, reply=True, timeout=2)


def list_of(n: int) -> bytes:
    return as_csv(line(f"W{number}", name=f"Người thứ {number}") for number in range(n))


def is_done(pk: int) -> bool:
    return DossierImport.objects.filter(pk=pk, state=STATE.DONE).exists()


def test_a_worker_brings_in_what_it_is_told(worker: Worker, cast: Cast) -> None:
    found = asked(list_of(50), cast.one_stop, cast.quan)
    assert publish(import_list, import_id=found.pk)
    assert wait_until(lambda: is_done(found.pk), seconds=30)
    assert Dossier.objects.count() == 50


def test_a_killed_worker_has_stored_nothing_and_another_finishes(
    worker: Worker, session_worker_rests: None, start_worker: Callable[..., Worker], cast: Cast
) -> None:
    found = asked(list_of(ROWS), cast.one_stop, cast.quan)
    victim = start_worker("victim")
    publish(import_list, import_id=found.pk)

    def is_in_the_middle() -> bool:
        return DossierImport.objects.filter(pk=found.pk, state=STATE.RUNNING, n_done__gt=0).exists()

    assert wait_until(is_in_the_middle, seconds=30, pause=0.05)
    victim.kill()
    found.refresh_from_db()
    assert (found.state, Dossier.objects.count()) == (STATE.RUNNING, 0)
    assert found.n_done < ROWS
    DossierImport.objects.filter(pk=found.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    start_worker("heir")
    sweep()
    assert wait_until(lambda: is_done(found.pk), seconds=60)
    found.refresh_from_db()
    assert (found.n_new, found.n_same, found.n_tries) == (ROWS, 0, 2)
    assert Dossier.objects.count() == ROWS
    assert wait_until(lambda: not DossierImport.objects.get(pk=found.pk).file, seconds=10)
