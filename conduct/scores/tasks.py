"""Celery tasks: ids only, one call into a service. The chunk row is the truth, a message only says "look"."""

import os
import socket
from collections.abc import Iterable
from datetime import timedelta
from uuid import uuid4

from celery import current_app, shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import ChannelError, OperationalError

from conduct.kernel.publishing import publish

from .models import RollUpChunk
from .services import rollup, runs, what_if
from .tallies import tally_ready_chunks

SWEEP_LIMIT = 2000
PROMPT_ROOM = 50


def worker_name() -> str:
    """A name that no other claim bears: host, process and a random end."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid4().hex[:8]}"


def lease() -> timedelta:
    """How long a claim holds without an answer."""
    return timedelta(seconds=settings.ROLLUP_LEASE_SECONDS)


def dispatch(chunk_ids: Iterable[int]) -> bool:
    """Tell the workers about chunks, each on its lane; when the broker is away, log it and leave the rows to
    the sweep."""
    ids = list(chunk_ids)
    prompt = set(RollUpChunk.objects.filter(pk__in=ids, is_prompt=True).values_list("pk", flat=True))
    return all(publish(run_prompt_chunk if pk in prompt else run_chunk, chunk_id=pk) for pk in ids)


def dispatch_ready() -> int:
    """Tell the workers about what waits, as long as the lane has room; returns how many chunks.

    What lies there already is told again only while there is room: a long roll-up piles up no messages.
    """
    ready = tally_ready_chunks(timezone.now(), limit=max(PROMPT_ROOM, SWEEP_LIMIT - _waiting_in_bulk()))
    dispatch(ready)
    return len(ready)


def _waiting_in_bulk() -> int:
    """How many messages lie in the lane of bulk work; 0 when the broker cannot say."""
    try:
        with current_app.connection_for_read() as connection:
            return int(connection.default_channel.queue_declare("bulk", passive=True).message_count)
    except (OperationalError, ChannelError, OSError):
        return 0


@shared_task(name="scores.run_chunk")
def run_chunk(*, chunk_id: int, **_: object) -> None:
    """Work on a chunk and those beside it, then pass on what became ready by it (the office above)."""
    _run(chunk_id)


@shared_task(name="scores.run_prompt_chunk")
def run_prompt_chunk(*, chunk_id: int, **_: object) -> None:
    """The same on the lane of receipts, for what somebody waits for."""
    _run(chunk_id)


def _run(chunk_id: int) -> None:
    if rollup.run_chunks(chunk_id=chunk_id, worker=worker_name(), lease=lease(), now=timezone.now()):
        dispatch(rollup.ready_after(chunk_id=chunk_id, now=timezone.now()))


@shared_task(name="scores.sweep")
def sweep(**_: object) -> None:
    """Each minute: deliver what is due and what a dead worker left behind, end the runs that are done."""
    runs.settle_runs(now=timezone.now())
    dispatch_ready()
    for what_if_id in what_if.sweep_what_ifs(now=timezone.now()):
        publish(run_what_if, what_if_id=what_if_id)


@shared_task(name="scores.nightly")
def nightly(**_: object) -> None:
    """Each night: roll up the open months."""
    rollup.ask_for_open_months(now=timezone.now())
    dispatch_ready()


@shared_task(name="scores.run_what_if")
def run_what_if(*, what_if_id: int, **_: object) -> None:
    """Try a draft scheme out over past months."""
    what_if.run_what_if(what_if_id=what_if_id, worker=worker_name(), clock=timezone.now)
