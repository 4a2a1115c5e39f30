"""What the timetable does for cases: one call each."""

from celery import shared_task
from django.utils import timezone

from ..services.asking import ask_about_cases
from ..services.escalation import remind_of_cases
from .mail import deliver


@shared_task(name="feedback.sweep")
def sweep(**_: object) -> None:
    """Each minute: mails to citizens."""
    deliver(timezone.now())


@shared_task(name="feedback.morning")
def morning(**_: object) -> None:
    """At half past seven: what is due or late, what the agency above must know, whom to ask again."""
    now = timezone.now()
    remind_of_cases(now=now)
    ask_about_cases(now=now)
