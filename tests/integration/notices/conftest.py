"""Lan with lines in her inbox, at 10:00 on Tuesday 20/10/2026, and a real mail server."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from conduct.agencies.models import User
from tests.factories import NOW, make_user
from tests.integration.notices.sink import Sink


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def lan(db: None) -> User:
    lan = make_user("Tôn Nữ Hoàng Thảo Lan", username="lan")
    lan.email = "lan@an-thuan.example"
    lan.save()
    return lan


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    sink = Sink()
    settings.MAILERS = {"default": sink.mailer()}
    settings.SITE_URL = "https://chuanmuc.example"
    yield sink
    sink.stop()
