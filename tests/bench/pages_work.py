"""Every staff page of the country in one process: how many queries each takes. Nothing of it stays."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

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
    from tests.visiting import MOST, open_pages, readings, readings_of

    counts: dict[str, int] = {}
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        settings.MEDIA_ROOT, settings.KEY_ROOT = Path(folder) / "media", Path(folder) / "keys"
        settings.ALLOWED_HOSTS = ["*"]
        province = largest_province()
        head = heads([province.pk])[0]
        arrange_everything(Words())
        visits, without = readings()
        for page in open_pages([*visits, *readings_of(province, MONTH[:7], head)]):
            if page.status >= 500:
                failed.append(f"{page.url} {page.status}")
            elif page.status == 200:
                counts[f"{page.url} ({page.reader.username or 'head of a province'})"] = len(page.statements)
        transaction.set_rollback(True)
    most = max(counts, key=counts.__getitem__)
    over = [f"{address}: {number}" for address, number in sorted(counts.items()) if number > MOST]
    return asdict(Pages(counts[most], most, len(counts), over, failed, without))


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
