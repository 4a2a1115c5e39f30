"""Celery tasks of the statutory rating; Celery finds the modules that are imported here."""

from . import petitions, reminders

__all__ = ["petitions", "reminders"]
