"""Every staff page of the country in one process: how many queries each takes. Nothing of it stays."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from conduct.agencies.models import Agency, RoleGrant, User

from .nation_data import MONTH

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Pages:
    """The page with most queries, how many pages there were, and which failed."""

    most: int
    address: str
    n_pages: int
    over: list[str]
    failed: list[str]
    without: list[str]
    """Addresses whose object Lan does not have here."""


def largest_province() -> Agency:
    """The province with most communes."""
    provinces = Agency.objects.filter(kind="province")
    return max(provinces, key=lambda one: one.children.count())


def heads(agency_ids: list[int]) -> list[User]:
    """Who leads these offices."""
    grants = RoleGrant.objects.filter(agency_id__in=agency_ids, role="head").select_related("person")
    return [grant.person for grant in grants.order_by("agency_id")]


def count_queries() -> dict[str, object]:
    """Lan's month beside the country: all pages with her objects, and those of the largest province."""
    from tests.integration.citizens_side import Words
    from tests.integration.everything import arrange_everything
    from tests.routes import VISITS, url_of

    counts: dict[str, int] = {}
    failed: list[str] = []
    without: list[str] = []
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        settings.MEDIA_ROOT, settings.KEY_ROOT = Path(folder) / "media", Path(folder) / "keys"
        settings.ALLOWED_HOSTS = ["*"]
        province = largest_province()
        head = heads([province.pk])[0]
        arrange_everything(Words())
        visits = []
        for address, visit in VISITS.items():
            try:
                url = url_of(address)
            except (ObjectDoesNotExist, MultipleObjectsReturned, IndexError):
                without.append(f"{address[0]}/{address[1]}")
                continue
            readers = User.objects.filter(username__in={visit.who, *visit.also} - {""})
            visits += [(user.username, user, url) for user in readers]
        visits += [("head of a province", head, url) for url in _of_province(province)]
        for who, user, url in visits:
            with transaction.atomic():  # rolled back each, or the locks of all pages would add up
                n_queries, status = _visit(user, url)
                transaction.set_rollback(True)
            if status >= 500:
                failed.append(f"{url} {status}")
            elif status == 200:
                counts[f"{url} ({who})"] = n_queries
        transaction.set_rollback(True)
    most = max(counts, key=counts.__getitem__)
    over = [f"{address}: {number}" for address, number in sorted(counts.items()) if number > 12]
    return asdict(Pages(counts[most], most, len(counts), over, failed, without))


def _of_province(province: Agency) -> list[str]:
    """The pages without an object, and those of an office with the province as the office."""
    from tests.routes import VISITS

    urls = []
    for name, n_parts in VISITS:
        for arguments in (
            (),
            (province.code,),
            (province.code, MONTH[:7]),
            (MONTH[:7],),
            (MONTH[:7], province.code),
        ):
            if len(arguments) == n_parts:
                try:
                    urls.append(reverse(name, args=arguments))
                except (NoReverseMatch, ValueError, AttributeError):
                    continue
    return sorted(set(urls))


def _visit(user: User, url: str) -> tuple[int, int]:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=_BACKEND)
    client.get(url)  # what is cached, is cached
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        response = client.get(url)
        b"".join(response)
    queries = [one for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]
    return len(queries), response.status_code


def sign_in(n_heads: int) -> dict[str, object]:
    """Sessions of heads of the largest provinces and of communes, with their dashboards' addresses."""
    provinces = sorted(
        Agency.objects.filter(kind="province"), key=lambda one: one.children.count(), reverse=True
    )[:n_heads]
    communes = list(Agency.objects.filter(kind="commune").order_by("code")[:n_heads])
    signed = []
    for office in [*provinces, *communes]:
        client = Client()
        client.force_login(heads([office.pk])[0], backend=_BACKEND)
        urls = [
            reverse("reports:today"),
            reverse("reports:office", args=[office.code]),
            reverse("reports:citizens", args=[office.code]),
        ]
        if office.kind == "province":
            urls.append(reverse("reports:compare_offices", args=[office.code]))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        signed += [(url, f"{settings.SESSION_COOKIE_NAME}={cookie}") for url in urls]
    return {"signed": signed}
