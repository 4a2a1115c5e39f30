"""Nothing of a month that is still open reaches those whom citizens rate: every page and export is read."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Agency, User
from conduct.kernel.months import Month
from conduct.scores.models import AgencyCount
from surveys.models import ServicePoint
from tests.cast import Cast
from tests.integration.citizens_side import Words
from tests.integration.everything import arrange_everything
from tests.integration.reports.arrange import answer
from tests.routes import VISITS, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires", "consent_texts")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
OPEN = Month(2026, 11)
# 113 answers of which 97 are satisfied, and what the roll-up stored: no other number looks so.
SIGNS = ("97/113", ">113<", "85,8", "7.919", "7919", "6.841", "15.838")


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    """Everything of Lan's office, with citizens' answers in a month that is open."""
    settings.MEDIA_ROOT, settings.KEY_ROOT = tmp_path / "media", tmp_path / "keys"
    cast = arrange_everything(Words())
    point = ServicePoint.objects.filter(agency=cast.one_stop).order_by("pk")[0]
    answer(point, OPEN, *[5] * 97, *[2] * 16, factors=(5, 5, 5, 5, 5))
    for component in ("satisfied", "open"):
        AgencyCount.objects.create(
            agency=cast.commune, office=cast.commune, month=OPEN.first, component=component,
            judged=7919, kept=6841,
        )  # fmt: skip
    return cast


def addresses(office: Agency) -> list[str]:
    """Every address of the site, and those of reports with the open month and each dimension."""
    asked = [f"?period={period}&by={by}" for period in ("2026-11", "2026-Q4", "2026")
             for by in ("respondent", "channel", "trust", "group", "desk")]  # fmt: skip
    names = ("citizens", "citizens_xlsx", "compare_offices", "compare_offices_xlsx")
    reports = [reverse(f"reports:{name}", args=[office.code]) + query for name in names for query in asked]
    dashboards = [
        reverse("reports:office", args=[office.code, OPEN]),
        reverse("reports:office", args=[office.code]),
    ]
    return [url_of(address) for address in VISITS] + reports + dashboards


def readable(content: bytes) -> str:
    """A page as it is, of a sheet every cell."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    cells = [
        cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    ]
    return "".join(
        f">{cell:g}<".replace(".", ",") if isinstance(cell, float) else f">{cell}<" for cell in cells
    )


def signs_for(client: Client, user: User, office: Agency) -> dict[str, list[str]]:
    """Where this reader meets a count of the open month; whether every page opens is asked elsewhere."""
    found = {}
    client.raise_request_exception = False
    for url in addresses(office):
        client.force_login(user, BACKEND)  # anew, since one of the addresses signs out
        text = readable(client.get(url, follow=True).getvalue())
        if signs := [sign for sign in SIGNS if sign in text]:
            found[url] = signs
    return found


@pytest.mark.slow
def test_a_rated_officer_finds_no_count_of_the_open_month(client: Client, cast: Cast) -> None:
    assert signs_for(client, cast.lan, cast.commune) == {}


@pytest.mark.slow
def test_a_supervisor_below_the_head_finds_none_either(client: Client, cast: Cast) -> None:
    assert signs_for(client, cast.minh, cast.commune) == {}


@pytest.mark.slow
def test_the_head_does_find_them(client: Client, cast: Cast) -> None:
    """The test of the test."""
    found = signs_for(client, cast.tam, cast.commune)
    assert any("97/113" in signs for signs in found.values())
