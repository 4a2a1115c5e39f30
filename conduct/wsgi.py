"""WSGI entry point, served by Granian."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conduct.settings")

application = get_wsgi_application()
# Read every list of addresses now: the first citizen of a new worker would wait seconds for all our pages.
reverse("kernel:healthz")
