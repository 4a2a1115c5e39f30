"""A desk of the cast's one-stop centre, and a citizen in front of it."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from conduct.agencies.models import Agency
from surveys.models import Poster, ServicePoint
from surveys.rules.keys import issued_at, sign_key
from surveys.services import posters
from tests.cast import Cast
from tests.factories import DAY, NOW, START

SLUG = "hv2kmpx"


def make_point(agency: Agency, slug: str = SLUG, **fields: Any) -> ServicePoint:
    values = {"name": "Quầy 2 · Hộ tịch, chứng thực", "opened_on": START, **fields}
    return ServicePoint.objects.create(agency=agency, slug=slug, **values)


def fetch_key(client: Client, slug: str = SLUG) -> str:
    """The hidden key of a form that was fetched a minute ago, as nobody answers at once."""
    found = re.search(r'name="key" value="([^"]+)"', client.get(f"/r/{slug}/").content.decode())
    assert found, "the form has no key"
    return given_before(found[1], slug)


def given_before(key: str, slug: str = SLUG, tenths: int = 600) -> str:
    """The same key, as if it had been given out some tenths of a second earlier."""
    return sign_key(UUID(hex=key[:32]), slug, settings.SECRET_KEY, issued_at(key) - tenths)


def another_network() -> None:
    """Whoever sends from now on comes from a network that nobody signed in from: the salt begins anew."""
    cache.delete("surveys:seen:key")


def send(client: Client, fields: dict[str, Any], slug: str = SLUG, **headers: Any) -> HttpResponse:
    """Post a form as a browser does; without a key, with that of a fresh form."""
    said = fields if "key" in fields else {"key": fetch_key(client, slug), **fields}
    body = urlencode(said, doseq=True, errors="surrogatepass")
    answer = client.post(f"/r/{slug}/", body, content_type="application/x-www-form-urlencoded", **headers)
    assert isinstance(answer, HttpResponse)
    return answer


def hang(cast: Cast, place: str = "Sảnh tầng 1", **fields: Any) -> Poster:
    """A poster of the commune's model, to be checked in a month; ``fields`` are set afterwards."""
    poster, _created = posters.hang_poster(
        adoption=cast.adoption, point=None, place=place, paper="a3", hung_on=DAY,
        check_by=DAY + timedelta(days=30), by=cast.quan, now=NOW,
    )  # fmt: skip
    Poster.objects.filter(pk=poster.pk).update(**{"place": place, **fields})
    poster.refresh_from_db()
    return poster
