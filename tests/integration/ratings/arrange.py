"""Sheets of October 2026 for the cast, at any step of their way."""

from decimal import Decimal
from typing import Any

from conduct.agencies.models import Posting
from conduct.agencies.permissions import own_office_ids
from conduct.kernel.months import Month
from conduct.ratings.models import Sheet, SheetLine, SheetTask
from conduct.ratings.rules.scheme import parse_scheme
from conduct.ratings.services.schemes import scheme_for
from tests.factories import NOW

OCTOBER = Month(2026, 10)


def make_sheet(posting: Posting, month: Month = OCTOBER, **fields: Any) -> Sheet:
    """A draft with its empty lines; needs the fixture ``rating_schemes``."""
    office_id = min(own_office_ids(posting.person, month.last))
    scheme = scheme_for(posting, month.last)
    fields = {"kind": "month", "changed_at": NOW, **fields}
    sheet = Sheet.objects.create(
        posting=posting, office_id=office_id, period=month.first, scheme=scheme, **fields
    )
    SheetLine.objects.bulk_create(
        SheetLine(sheet=sheet, criterion=criterion.code)
        for criterion in parse_scheme(scheme.document).criteria
    )
    return sheet


def add_task(sheet: Sheet, **fields: Any) -> SheetTask:
    """A task of ten pieces, all done, unless told otherwise."""
    fields = {"name": "Giải quyết hồ sơ", "assigned": Decimal(10), "done": Decimal(10), **fields}
    return SheetTask.objects.create(sheet=sheet, place=sheet.tasks.count() + 1, **fields)


def give_points(sheet: Sheet, *sides: str, less: str = "0") -> None:
    """The maximum on every line of these sides (self, review), the first line less by so much."""
    maxima = {criterion.code: criterion.maximum for criterion in parse_scheme(sheet.scheme.document).criteria}
    for place, line in enumerate(sheet.lines.order_by("pk")):
        for side in sides:
            setattr(line, f"{side}_points", maxima[line.criterion] - (Decimal(less) if place == 0 else 0))
        line.review_reason = "Đi làm muộn hai buổi." if place == 0 and "review" in sides else ""
        line.save()
