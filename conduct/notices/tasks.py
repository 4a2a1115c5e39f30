"""Celery tasks of the inbox."""

from celery import shared_task
from django.utils import timezone

from . import services
from .mail import deliver


@shared_task(name="notices.sweep")
def sweep(**_: object) -> None:
    """Each minute: mail what waits unread, forget what was read long ago."""
    deliver(timezone.now())
    services.forget_read_lines(now=timezone.now())
