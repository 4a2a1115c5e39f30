"""Registers made by real workers: told, killed in the middle, out of reach."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from conduct.celery import app
from conduct.commitments.models import Campaign, RegisterPrint
from conduct.commitments.services.prints import request_print
from conduct.commitments.tasks.registers import print_register, sweep_prints
from conduct.kernel.engines.processes import wait_until
from conduct.kernel.publishing import publish
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.harness.worker import Broker, Worker
from tests.integration.commitments.papers import pages_of, sign

pytestmark = pytest.mark.django_db(transaction=True)
STATE = RegisterPrint.State


@pytest.fixture
def clock() -> None:
    """Workers live by the real clock, and so do these tests."""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    year = timezone.localdate().year
    campaign = Campaign.objects.create(
        agency=cast.commune, adoption=cast.adoption, year=year, opens_on=date(year, 1, 1),
        due_on=date(year, 12, 31), opened_by=cast.tam, opened_at=NOW,
    )  # fmt: skip
    sign(campaign, cast.lan_posting)
    return campaign


@pytest.fixture
def session_worker_rests() -> Iterator[None]:
    """The worker of the whole run takes no tasks, so that the test knows who has them."""
    names = ["session@tests"]
    app.control.cancel_consumer("celery", destination=names, reply=True, timeout=2)
    yield
    app.control.add_consumer("celery", destination=names, reply=True, timeout=2)


def request(campaign: Campaign, cast: Cast) -> RegisterPrint:
    return request_print(campaign=campaign, agency=cast.commune, by=cast.tam, now=timezone.now())[0]


def is_done(pk: int) -> bool:
    return RegisterPrint.objects.filter(pk=pk, state=STATE.DONE).exists()


def text_of(pk: int) -> str:
    with RegisterPrint.objects.get(pk=pk).file.open("rb") as stored:
        return " ".join(pages_of(stored.read()))


def test_worker_makes_what_the_page_asks_for(
    worker: Worker, client: Client, cast: Cast, campaign: Campaign
) -> None:
    client.force_login(cast.tam)
    client.post(f"/commitments/{campaign.pk}/register/", {"office": cast.commune.code})
    pk = RegisterPrint.objects.get().pk
    assert wait_until(lambda: is_done(pk), seconds=30)
    assert "Tôn Nữ Hoàng Thảo Lan" in text_of(pk)


def test_request_while_the_broker_is_away_is_delivered_by_the_sweep(
    worker: Worker, broker: Broker, cast: Cast, campaign: Campaign
) -> None:
    broker.stop()
    one = request(campaign, cast)
    assert publish(print_register, print_id=one.pk) is False
    one.refresh_from_db()
    assert one.state == STATE.WAITING
    broker.start()

    def swept() -> bool:
        sweep_prints()
        return is_done(one.pk)

    assert wait_until(swept, seconds=60, pause=0.5)


@pytest.mark.usefixtures("session_worker_rests")
def test_register_of_a_killed_worker_is_made_by_another_after_its_lease(
    cast: Cast,
    campaign: Campaign,
    start_worker: Callable[..., Worker],
    superuser_connection: psycopg.Connection,
) -> None:
    victim = start_worker("victim")
    # The request is claimed, the pledges cannot be read: the middle of the work.
    with superuser_connection.transaction():
        one = request(campaign, cast)
        superuser_connection.execute("LOCK TABLE commitments_pledge IN ACCESS EXCLUSIVE MODE")
        publish(print_register, print_id=one.pk)
        running = RegisterPrint.objects.filter(pk=one.pk, state=STATE.RUNNING)
        assert wait_until(running.exists, seconds=30)
        victim.kill()
    one.refresh_from_db()
    assert (one.state, one.n_tries, one.file.name) == (STATE.RUNNING, 1, "")
    sweep_prints()
    assert not is_done(one.pk)
    RegisterPrint.objects.filter(pk=one.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    start_worker("heir")
    sweep_prints()
    assert wait_until(lambda: is_done(one.pk), seconds=60)
    one.refresh_from_db()
    assert one.n_tries == 2
    assert "Tôn Nữ Hoàng Thảo Lan" in text_of(one.pk)
