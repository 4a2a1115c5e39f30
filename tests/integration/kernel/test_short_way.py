"""Citizens' pages skip sessions and sign-in; what browsers are told stays the same."""

import pytest
from django.test import Client
from pytest_django import Settings

from surveys.models import ServicePoint
from tests.cast import make_cast
from tests.integration.surveys.arrange import SLUG, make_point, send

pytestmark = pytest.mark.django_db
SHORT_WAY = "conduct.kernel.middleware.ShortWayMiddleware"
PATHS = (f"/r/{SLUG}/", f"/r/{SLUG}/thanks/", "/r/zzzzzzz/", f"/r/{SLUG}/nothing/", f"/r/{SLUG}")


@pytest.fixture
def point(questionnaires: None) -> ServicePoint:
    return make_point(make_cast().one_stop)


def headers(path: str, *, is_secure: bool) -> dict[str, object]:
    """Status and headers; which ones a cache tells answers apart by, without their order."""
    answer = Client().get(path, secure=is_secure)
    told = {name: value for name, value in answer.headers.items() if name != "Vary"}
    varies = {name.strip() for name in answer.headers.get("Vary", "").split(",")} - {""}
    return {**told, "status": answer.status_code, "Vary": varies}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("is_secure", [False, True])
def test_headers_are_those_of_the_long_way(
    point: ServicePoint, settings: Settings, path: str, is_secure: bool
) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    short = headers(path, is_secure=is_secure)
    assert SHORT_WAY in settings.MIDDLEWARE
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != SHORT_WAY]
    assert headers(path, is_secure=is_secure) == short
    names = {"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"}
    assert names <= set(short)
    assert ("Strict-Transport-Security" in short) == is_secure


def test_a_foreign_host_is_refused_as_everywhere(client: Client, point: ServicePoint) -> None:
    assert client.get(f"/r/{SLUG}/", headers={"Host": "evil.example"}).status_code == 400


def test_a_session_is_neither_read_nor_made(client: Client, point: ServicePoint) -> None:
    client.cookies["sessionid"] = "made-up"
    answer = send(client, {"overall": "4"})
    assert answer.status_code == 302
    assert set(answer.cookies) == {"cm_sent"}


def test_other_pages_take_the_long_way(client: Client, point: ServicePoint) -> None:
    assert client.get("/points/").status_code == 302
    assert client.get("/r/").status_code == 404
