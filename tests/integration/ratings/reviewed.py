"""Sheets of October on their way through review, for the tests of review and confirmation."""

from datetime import UTC, datetime
from typing import Any

import pytest

from conduct.agencies.models import Posting
from conduct.kernel.months import Month
from conduct.oversight.models import Finding, Inspection, InspectionLine
from conduct.ratings.models import Sheet
from conduct.ratings.rules.scheme import parse_scheme
from models_catalog.models import Item
from tests.cast import Cast
from tests.factories import DAY, NOW, make_posting, make_user

from .arrange import OCTOBER, add_task, give_points, make_sheet

REVIEW_DAY = datetime(2026, 10, 27, 3, 0, tzinfo=UTC)


def submitted(posting: Posting, *, less: str = "0", month: Month = OCTOBER, **fields: Any) -> Sheet:
    """A sheet handed in with full points, the first line less by so much, and one task all done."""
    sheet = make_sheet(posting, month, state="submitted", submitted_at=NOW, **fields)
    give_points(sheet, "self", less=less)
    add_task(sheet)
    Sheet.objects.filter(pk=sheet.pk).update(self_total=100)
    sheet.refresh_from_db()
    return sheet


def reviewed(posting: Posting, cast: Cast, *, less: str = "0", own_less: str = "", **fields: Any) -> Sheet:
    """A sheet that Minh has reviewed, the own view like the review unless told otherwise."""
    sheet = submitted(posting, less=own_less or less, month=fields.pop("month", OCTOBER))
    give_points(sheet, "review", less=less)
    if less == "0":
        sheet.lines.update(review_reason="")
    reviewer = fields.pop("reviewer", cast.minh)
    fields = {"state": "reviewed", "reviewer": reviewer, "reviewed_at": NOW, "review_total": 100, **fields}
    Sheet.objects.filter(pk=sheet.pk).update(**fields)
    sheet.refresh_from_db()
    return sheet


def finding_of(cast: Cast, state: str = "waiting", **fields: Any) -> Finding:
    """Lan opened the desk late on the day of the inspection."""
    inspection = Inspection.objects.create(
        agency=cast.commune, kind="weekly", on=DAY, subject="Giờ giấc", inspector=cast.phuong, done_at=NOW
    )
    item = Item.objects.kept_under(cast.adoption)[1]
    line = InspectionLine.objects.create(
        inspection=inspection, posting=cast.lan_posting, adoption=cast.adoption, item=item
    )
    return Finding.objects.create(line=line, state=state, text="Mở quầy muộn", answer_by=DAY, **fields)


def confirmed_breach(cast: Cast) -> Finding:
    """The same, confirmed as a breach that counts in October."""
    return finding_of(
        cast, "confirmed", decided_by=cast.tam, decided_at=NOW, decision="Đúng.",
        counts_in=OCTOBER.first, is_breach=True,
    )  # fmt: skip


def colleague(cast: Cast, name: str) -> Posting:
    """One more person at the one-stop shop."""
    return make_posting(make_user(name), cast.one_stop, serves_citizens=True)


def full_points(sheet: Sheet, **changed: Any) -> dict[str, Any]:
    """What a form sends that gives the maximum everywhere."""
    criteria = parse_scheme(sheet.scheme.document).criteria
    points = {f"points_{one.code}": f"{one.maximum:.2f}" for one in criteria}
    return {"revision": sheet.revision, **points, **changed}


@pytest.fixture
def at_review(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the pages stands at 27/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: REVIEW_DAY)
