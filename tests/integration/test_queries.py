"""A page takes at most 12 SQL queries, whoever opens it."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.citizens_side import Words
from tests.integration.everything import arrange_everything
from tests.visiting import MOST, open_pages, readings, readings_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires", "consent_texts")]


def test_no_page_takes_more_than_twelve_queries(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.KEY_ROOT = tmp_path / "media", tmp_path / "keys"
    cast = arrange_everything(Words())
    visits, without = readings()
    pages = list(open_pages([*visits, *readings_of(cast.province, "2026-10", cast.phuong)]))
    assert not without
    assert [f"{page.url} {page.status}" for page in pages if page.status >= 500] == []
    over = sorted(
        f"{page.url} ({page.reader.username}): {len(page.statements)}"
        for page in pages
        if page.status == 200 and len(page.statements) > MOST
    )
    assert not over, "\n".join(over)
