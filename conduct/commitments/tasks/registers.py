"""Registers to print. The row is the request; a message only says "look"."""

import os
from uuid import uuid4

from celery import shared_task
from django.utils import timezone

from conduct.kernel.publishing import publish

from ..services import prints


@shared_task(name="commitments.print_register")
def print_register(*, print_id: int, **_: object) -> None:
    """Make the file of one request."""
    prints.make_print(print_id=print_id, worker=f"{os.getpid()}:{uuid4().hex}", clock=timezone.now)


@shared_task(name="commitments.sweep_prints")
def sweep_prints(**_: object) -> None:
    """Each minute: deliver what waits or was left behind, remove files that are a week old."""
    for print_id in prints.sweep_prints(now=timezone.now()):
        publish(print_register, print_id=print_id)
