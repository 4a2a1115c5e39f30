"""What the timetable does for petitions."""

from celery import shared_task
from django.utils import timezone

from ..services.petitions import remind_petitions


@shared_task(name="ratings.petitions_morning")
def petitions_morning(**_: object) -> None:
    """At half past seven: petitions that are due or overdue."""
    remind_petitions(now=timezone.now())
