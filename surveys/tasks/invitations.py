"""Invitations. The row is the request; a message only says "look"."""

import os
from uuid import uuid4

from celery import shared_task
from django.utils import timezone

from conduct.kernel.publishing import publish

from ..services.rounds import close_ended_rounds
from ..services.sending import sweep_batches
from .mailing import deliver


@shared_task(name="surveys.send_batch")
def send_batch(*, batch_id: int, **_: object) -> None:
    """Send a batch, or its reminder."""
    deliver(batch_id=batch_id, worker=f"{os.getpid()}:{uuid4().hex}", clock=timezone.now)


@shared_task(name="surveys.sweep")
def sweep(**_: object) -> None:
    """Each minute: deliver what waits or was left behind, blur what was spent, end rounds that are over."""
    now = timezone.now()
    for batch_id in sweep_batches(now=now):
        publish(send_batch, batch_id=batch_id)
    close_ended_rounds(now=now)
