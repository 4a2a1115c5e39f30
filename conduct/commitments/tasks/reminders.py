"""What the timetable does for campaigns: ids only, one call into a service."""

from celery import shared_task
from django.utils import timezone

from ..services.reminders import remind_unsigned
from ..services.renewals import renew_campaigns


@shared_task(name="commitments.sweep")
def sweep(**_: object) -> None:
    """Each minute: campaigns whose wording an office replaced."""
    renew_campaigns(now=timezone.now())


@shared_task(name="commitments.morning")
def morning(**_: object) -> None:
    """At half past seven: remind those who have not signed."""
    remind_unsigned(now=timezone.now())
