"""Each test has a cache of its own: what one test's pages left there cannot be served in the next."""

from uuid import uuid4

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key prefix for this test, in this thread and in those the live server starts."""
    prefix = f"t{uuid4().hex}"
    monkeypatch.setitem(caches.settings["default"], "KEY_PREFIX", prefix)
    monkeypatch.setattr(caches["default"], "key_prefix", prefix)
