"""Celery tasks of surveys."""
