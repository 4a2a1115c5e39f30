"""A desk of the cast's one-stop centre, and a citizen in front of it."""

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from conduct.agencies.models import Agency
from surveys.models import ServicePoint
from tests.factories import START

SLUG = "hv2kmpx"


def make_point(agency: Agency, slug: str = SLUG, **fields: Any) -> ServicePoint:
    values = {"name": "Quầy 2 · Hộ tịch, chứng thực", "opened_on": START, **fields}
    return ServicePoint.objects.create(agency=agency, slug=slug, **values)


def fetch_key(client: Client, slug: str = SLUG) -> str:
    """The hidden key of a form that was just fetched."""
    found = re.search(r'name="key" value="([^"]+)"', client.get(f"/r/{slug}/").content.decode())
    assert found, "the form has no key"
    return found[1]


def send(client: Client, fields: dict[str, Any], slug: str = SLUG, **headers: Any) -> HttpResponse:
    """Post a form as a browser does; without a key, with that of a fresh form."""
    said = fields if "key" in fields else {"key": fetch_key(client, slug), **fields}
    body = urlencode(said, doseq=True, errors="surrogatepass")
    answer = client.post(f"/r/{slug}/", body, content_type="application/x-www-form-urlencoded", **headers)
    assert isinstance(answer, HttpResponse)
    return answer
