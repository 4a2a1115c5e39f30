"""Whatever a citizen or an officer types stays text: on every page, in every list and file that shows it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from conduct.agencies.models import Agency, Role, User
from tests.cast import Cast
from tests.factories import grant
from tests.integration.citizens_side import Words
from tests.integration.everything import arrange_everything
from tests.routes import VISITS, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires", "consent_texts")]
BACKEND = "django.contrib.auth.backends.ModelBackend"
SCRIPT = '"><img src=x onerror=alert(1)>'
FORMULA = "=HYPERLINK(1)&"
# What a spreadsheet program would compute, or take for the start of something it computes.
STARTS = ("=", "+", "-", "@", "\t", "\r")


def arranged(mark: str, folder: Path, settings: Any) -> Cast:
    """A closed October whose words all bear the mark, and somebody who may look at everything."""
    settings.MEDIA_ROOT, settings.KEY_ROOT = folder / "media", folder / "keys"
    cast = arrange_everything(Words(mark))
    Agency.objects.filter(pk=cast.department.pk).update(name=f"{mark}Phòng")
    for role in (Role.AUDITOR, Role.SYSTEM_ADMIN):
        grant(cast.khoi, cast.province, role)
    return cast


def answers(client: Client) -> Iterator[tuple[str, bytes]]:
    """Every address as its own readers open it."""
    for address, visit in VISITS.items():
        url = url_of(address)
        for who in (visit.who, *visit.also):
            client.logout()
            if who:
                client.force_login(User.objects.get(username=who), BACKEND)
            answer = client.get(url)
            assert answer.status_code < 500, url
            content = b"".join(answer) if answer.streaming else answer.content
            yield url, content


def test_no_page_runs_what_was_typed(client: Client, settings: Any, tmp_path: Path) -> None:
    arranged(SCRIPT, tmp_path, settings)
    shown = set()
    for url, content in answers(client):
        page = content.decode(errors="replace")
        assert "<img src=x" not in page, url
        shown |= {words for words in Words(SCRIPT).said if escape(words) in page}
    assert shown == set(Words(SCRIPT).said), "the test saw no page with these words"


def test_no_file_computes_what_was_typed(client: Client, settings: Any, tmp_path: Path) -> None:
    arranged(FORMULA, tmp_path, settings)
    n_books = n_lists = 0
    for url, content in answers(client):
        if content.startswith(b"PK"):  # a sheet, whatever its address ends with
            n_books += 1
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
                assert not any(b"<f>" in book.read(name) for name in sheets), url
        elif url.partition("?")[0].endswith(".csv"):
            n_lists += 1
            rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
            assert not [cell for row in rows for cell in row if cell.startswith(STARTS)], url
    assert n_books > 8
    assert n_lists
