"""Celery tasks of surveys."""

from . import invitations

__all__ = ["invitations"]
