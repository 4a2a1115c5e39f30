"""Sheets of October 2026 for the cast, at any step of their way."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from conduct.agencies.models import Agency, Delegation, Posting, User
from conduct.agencies.permissions import own_office_ids
from conduct.kernel.months import Month
from conduct.ratings.models import Result, Sheet, SheetEvent, SheetLine, SheetTask
from conduct.ratings.rules.scheme import parse_scheme
from conduct.ratings.services.reading import total_of
from conduct.ratings.services.results import confirm_result
from conduct.ratings.services.schemes import load_schemes, scheme_for
from tests.cast import Cast
from tests.factories import DAY, NOW, make_posting, make_user

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


def submitted_sheet(posting: Posting, month: Month = OCTOBER, *, less: str = "0", **fields: Any) -> Sheet:
    """A sheet with a task done, scored by the person and submitted."""
    sheet = make_sheet(posting, month, **fields)
    add_task(sheet)
    give_points(sheet, "self", less=less)
    if posting.is_leader:
        sheet.self_leading = {"unit": 100, "organising": 100, "unity": 100}
        sheet.save(update_fields=["self_leading"])
    total = total_of(sheet, "self").total
    Sheet.objects.filter(pk=sheet.pk).update(state="submitted", submitted_at=NOW, self_total=total)
    SheetEvent.objects.create(sheet=sheet, kind="submitted", at=NOW, by=posting.person, total=total)
    sheet.refresh_from_db()
    return sheet


def reviewed_sheet(posting: Posting, by: User, month: Month = OCTOBER, *, less: str = "0") -> Sheet:
    """A submitted sheet that somebody reviewed, with so much less on the first line."""
    sheet = submitted_sheet(posting, month)
    give_points(sheet, "review", less=less)
    sheet.review_leading = sheet.self_leading
    total = total_of(sheet, "review").total
    Sheet.objects.filter(pk=sheet.pk).update(
        state="reviewed", reviewer=by, reviewed_at=NOW, review_total=total, review_leading=sheet.self_leading
    )
    SheetEvent.objects.create(sheet=sheet, kind="reviewed", at=NOW, by=by, total=total)
    sheet.refresh_from_db()
    return sheet


def approved_sheet(posting: Posting, reviewer: User, approver: User, month: Month = OCTOBER) -> Sheet:
    """A reviewed sheet that somebody confirmed, with its result."""
    sheet = reviewed_sheet(posting, reviewer, month)
    Sheet.objects.filter(pk=sheet.pk).update(state="approved", approver=approver, approved_at=NOW)
    confirm_result(sheet=sheet, cause=Result.Cause.CONFIRMED, by=approver, now=NOW)
    sheet.refresh_from_db()
    return sheet


def delegate(absent: User, to: User, agency: Agency, **fields: Any) -> Delegation:
    """Somebody acts in another's place in the days around the tests' day."""
    values = {
        "starts_on": DAY, "ends_on": DAY + timedelta(days=10), "reason": "Nghỉ phép năm", "made_by": absent,
        "made_at": NOW, **fields,
    }  # fmt: skip
    return Delegation.objects.create(absent=absent, delegate=to, agency=agency, **values)


def sheets_at_every_step(cast: Cast) -> None:
    """Lan's sheets from July to October: confirmed, reviewed, submitted, a draft; a colleague's at her desk,
    submitted and reviewed; Lan stands in for Minh."""
    load_schemes()
    colleague = make_posting(make_user("Vũ Thị Đồng Nghiệp"), cast.one_stop)
    submitted_sheet(colleague, Month(2026, 9))
    reviewed_sheet(colleague, cast.minh, Month(2026, 8))
    approved_sheet(cast.lan_posting, cast.minh, cast.tam, Month(2026, 7))
    reviewed_sheet(cast.lan_posting, cast.minh, Month(2026, 8))
    submitted_sheet(cast.lan_posting, Month(2026, 9))
    add_task(make_sheet(cast.lan_posting))
    ends_on = timezone.localdate() + timedelta(days=10)
    delegate(cast.minh, cast.lan, cast.one_stop, ends_on=ends_on)
