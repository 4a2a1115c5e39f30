"""What workers do; Celery finds the modules that are imported here."""

from . import journal, promises, registers, reminders

__all__ = ["journal", "promises", "registers", "reminders"]
