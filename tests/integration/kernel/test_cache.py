"""The cache fails open, and what was read a moment ago stays near."""

import time
from typing import Any

import pytest
from django.core.cache import cache

from conduct.kernel.cache import NearCache, OneClient
from conduct.kernel.engines import Engines
from tests.harness.worker import Broker


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("conduct.kernel.cache.time.monotonic", lambda: now[0])
    return now


def test_value_is_kept_near_for_some_seconds(engines: Engines, clock: list[float]) -> None:
    near = NearCache(seconds=5)
    near.set("a", {"n": 1}, 60)
    cache.set("a", {"n": 2}, 60)
    assert near.get("a") == {"n": 1}
    clock[0] += 5.1
    assert near.get("a") == {"n": 2}


def test_what_is_forgotten_is_gone_near_and_far(engines: Engines) -> None:
    near = NearCache()
    near.set("a", 1, 60)
    near.delete("a")
    assert near.get("a") is None
    assert cache.get("a") is None


def test_near_cache_does_not_grow_without_end(engines: Engines) -> None:
    near = NearCache(size=10)
    for n in range(35):
        near.set(f"k{n}", n, 60)
    assert len(near._values) <= 10
    assert near.get("k34") == 34


@pytest.mark.parametrize(
    ("act", "answer"),
    [
        (lambda: cache.get("a", "miss"), "miss"),
        (lambda: cache.set("a", 1), None),
        (lambda: cache.add("a", 1), True),
        (lambda: cache.incr("a"), 1),
        (lambda: cache.delete("a"), False),
    ],
)
def test_cache_without_valkey_is_quick_and_no_error(
    engines: Engines, broker: Broker, act: Any, answer: Any
) -> None:
    cache.get("warm")
    broker.stop()
    began = time.perf_counter()
    assert act() == answer
    assert time.perf_counter() - began < 2


def test_one_client_serves_all_calls() -> None:
    client = OneClient(["redis://localhost"])
    assert client.get_client("a") is client.get_client("b")
    assert client.get_client("a", write=True) is client.get_client(None, write=True)
