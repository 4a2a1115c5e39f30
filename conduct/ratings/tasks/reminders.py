"""What the timetable does for sheets: one call into a service."""

from celery import shared_task
from django.utils import timezone

from ..services.reminders import remind_of_sheets


@shared_task(name="ratings.morning")
def morning(**_: object) -> None:
    """At half past seven: tell people which step of a sheet is due or late."""
    remind_of_sheets(now=timezone.now())
