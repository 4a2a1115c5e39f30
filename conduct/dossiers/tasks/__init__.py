"""Celery tasks of dossiers."""
