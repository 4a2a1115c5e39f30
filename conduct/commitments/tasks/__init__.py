"""What workers do; Celery finds the modules that are imported here."""

from . import journal, promises, reminders

__all__ = ["journal", "promises", "reminders"]
