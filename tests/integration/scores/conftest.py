"""What several tests of the roll-up need."""

from collections.abc import Iterator

import pytest

from conduct.celery import app


@pytest.fixture
def session_worker_rests() -> Iterator[None]:
    """The worker of the whole run takes no tasks, so that the test knows who has them."""
    names = ["session@tests"]
    for lane in ("celery", "bulk"):
        app.control.cancel_consumer(lane, destination=names, reply=True, timeout=2)
    yield
    for lane in ("celery", "bulk"):
        app.control.add_consumer(lane, destination=names, reply=True, timeout=2)
