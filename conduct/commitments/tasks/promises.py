"""What the timetable does for promises: one call into a service."""

from celery import shared_task
from django.utils import timezone

from ..services.promise_reminders import remind_of_promises


@shared_task(name="commitments.promises_morning")
def promises_morning(**_: object) -> None:
    """At half past seven: tell people what they promised for today, and what has slipped."""
    remind_of_promises(now=timezone.now())
