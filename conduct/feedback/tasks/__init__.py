"""Celery tasks of feedback; Celery finds the modules that are imported here."""

from . import apologies, cases

__all__ = ["apologies", "cases"]
