"""What the timetable does for privacy."""

from celery import shared_task
from django.utils import timezone

from ..services.erasure import erase_what_is_due


@shared_task(name="feedback.erasure")
def erasure(**_: object) -> None:
    """At half past two: what has been kept long enough is erased."""
    erase_what_is_due(now=timezone.now())
