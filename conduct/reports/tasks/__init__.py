"""What workers do for reports."""

from celery import shared_task
from django.utils import timezone

from ..services.hints import tell_of_hints
from ..services.publication import publish_due


@shared_task(name="reports.sweep")
def sweep(**_: object) -> None:
    """Each five minutes: publish what was closed, tell inspectors of quarters that just ended."""
    now = timezone.now()
    publish_due(now=now)
    tell_of_hints(now=now)
