"""What workers do; Celery finds the modules that are imported here."""

from . import reminders

__all__ = ["reminders"]
