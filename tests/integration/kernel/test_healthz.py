"""The health check: what it says with a server away, and what it never says."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.harness.worker import Broker

pytestmark = pytest.mark.django_db


def test_all_is_well(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "broker": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_without_the_broker_it_is_degraded_and_still_serves(client: Client, broker: Broker) -> None:
    broker.stop()
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "database": "ok", "broker": "away"}


def test_without_the_database_it_is_down_and_tells_no_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("connection to server at 10.0.0.7 failed for user cm_app")

    monkeypatch.setattr(connection, "cursor", fail)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "away", "broker": "ok"}
    assert "cm_app" not in response.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_for_reading_only(client: Client, method: str) -> None:
    assert getattr(client, method)("/healthz").status_code == 405
