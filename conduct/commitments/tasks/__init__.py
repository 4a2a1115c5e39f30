"""What workers do; Celery finds the modules that are imported here."""

from . import promises, reminders

__all__ = ["promises", "reminders"]
