"""What workers do; Celery finds the modules that are imported here."""

from . import imports

__all__ = ["imports"]
