"""The Celery app: transport only. The truth about work is a row, the broker delivers it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conduct.settings")

app = Celery("conduct")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
