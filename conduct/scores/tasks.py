"""Celery tasks: ids only, one call into a service. The chunk row is the truth, a message only says "look"."""

import os
import socket
from collections.abc import Iterable
from datetime import timedelta
from uuid import uuid4

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from conduct.kernel.publishing import publish

from .models import RollUpChunk
from .services import rollup, runs
from .tallies import tally_ready_chunks

SWEEP_LIMIT = 2000


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
    """Tell the workers about everything that waits; returns how many chunks."""
    ready = tally_ready_chunks(timezone.now(), limit=SWEEP_LIMIT)
    dispatch(ready)
    return len(ready)


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


@shared_task(name="scores.nightly")
def nightly(**_: object) -> None:
    """Each night: roll up the open months."""
    rollup.ask_for_open_months(now=timezone.now())
    dispatch_ready()
