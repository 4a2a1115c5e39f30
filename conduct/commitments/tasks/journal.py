"""What the timetable does for journals: one call into a service."""

from celery import shared_task
from django.utils import timezone

from ..services.journal import push_due_remedies


@shared_task(name="commitments.journal_morning")
def journal_morning(**_: object) -> None:
    """At half past seven: tell people whose remedy is due."""
    push_due_remedies(now=timezone.now())
