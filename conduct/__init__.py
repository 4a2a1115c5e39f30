"""Chuẩn Mực. Loading the Celery app here gives every ``@shared_task`` its broker, in the web process too."""

from .celery import app as celery_app

__all__ = ["celery_app"]
