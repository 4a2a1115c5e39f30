"""How many SQL queries the pages take, with Lan's objects and for those who read them.

A page is opened twice and the second time counts: what is cached, is cached. Three of its queries are the
session, the user and the frame around every page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from conduct.agencies.models import Agency, User
from tests.routes import VISITS, url_of

MOST = 12
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Opened:
    """A page as its reader opened it; the statements are without savepoints."""

    reader: User
    url: str
    status: int
    statements: list[str]


def readings() -> tuple[list[tuple[User, str]], list[str]]:
    """Every address with each of its readers, and the addresses whose object is not there."""
    names = {name for visit in VISITS.values() for name in (visit.who, *visit.also) if name}
    users = {user.username: user for user in User.objects.filter(username__in=names)}
    found: list[tuple[User, str]] = []
    without: list[str] = []
    for address, visit in VISITS.items():
        try:
            url = url_of(address)
        except (ObjectDoesNotExist, MultipleObjectsReturned, IndexError):
            without.append(f"{address[0]}/{address[1]}")
            continue
        found += [(users[name], url) for name in sorted({visit.who, *visit.also} & users.keys())]
    return found, without


def readings_of(office: Agency, month: str, reader: User) -> list[tuple[User, str]]:
    """The pages about nothing, this office, this month (``2026-10``) or both."""
    urls = set()
    for name, n_parts in VISITS:
        for arguments in ((), (office.code,), (office.code, month), (month,), (month, office.code)):
            if len(arguments) == n_parts:
                try:
                    urls.add(reverse(name, args=arguments))
                except (NoReverseMatch, ValueError, AttributeError):
                    continue
    return [(reader, url) for url in sorted(urls)]


def open_pages(visits: Iterable[tuple[User, str]]) -> Iterator[Opened]:
    """Each page, opened; nothing of it stays, or the locks of all pages would add up."""
    for reader, url in visits:
        with transaction.atomic():
            opened = _open(reader, url)
            transaction.set_rollback(True)
        yield opened


def _open(reader: User, url: str) -> Opened:
    client = Client(raise_request_exception=False)
    client.force_login(reader, backend=_BACKEND)
    client.get(url)
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        response = client.get(url)
        b"".join(response)
    statements = [one["sql"] for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]
    return Opened(reader, url, response.status_code, statements)
