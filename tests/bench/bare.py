"""What `submit_ratio` compares with: a bare Django view that does one six-column INSERT."""

import os
from uuid import uuid4

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLE = """
CREATE TABLE bench_bare (
    key uuid PRIMARY KEY, point integer NOT NULL, month date NOT NULL, overall smallint NOT NULL,
    factors smallint[] NOT NULL, comment text NOT NULL
)
"""
_INSERT = (
    "INSERT INTO bench_bare (key, point, month, overall, factors, comment) VALUES (%s, %s, %s, %s, %s, %s)"
)


def insert(request: HttpRequest) -> HttpResponse:
    """Store six fixed values under a new key."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [uuid4(), 1, "2026-11-01", 4, [4, 4, 4, 4, 4], "Cán bộ giải thích rõ."])
    return HttpResponse("ok", headers={"Content-Length": "2"})


urlpatterns = [path("insert/", insert)]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.bare_settings")
application = get_wsgi_application()
