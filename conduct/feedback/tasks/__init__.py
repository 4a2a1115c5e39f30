"""Celery tasks of feedback; Celery finds the modules that are imported here."""

from . import cases

__all__ = ["cases"]
