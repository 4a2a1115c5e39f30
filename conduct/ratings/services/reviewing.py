"""The reviewer's side of a sheet, and its confirmation (Điều 10, 17), with a watch on who writes second."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused
from conduct.audit.services import record
from conduct.notices.services import Message, push

from ..models import Result, Sheet, SheetEvent, SheetLine
from ..permissions.sheets import check_can_approve, check_can_review
from ..rules.reviewing import Given, ReviewFault, faults_of
from ..rules.scheme import Scheme
from ..rules.sheet import EXACT, STORED
from .reading import leading_of, points_of, rules_of, total_of
from .results import confirm_result, missing_in, result_in_force
from .sheets import SITTING, SheetChanged, lock_sheet, touch_sheet
from .steps import label_of, period_of_sheet

REASON_MOST = 1000
OPINION_MOST = 4000
State = Sheet.State
_SAYS = {
    ReviewFault.NO_POINTS: lambda: _("Give points for this line."),
    ReviewFault.NO_REASON: lambda: _("A score below the maximum needs a reason."),
    ReviewFault.NOT_GIVEN: lambda: _("Choose one of the points that the scheme gives."),
    ReviewFault.NOT_SAID: lambda: _("This is 100 % or 50 %."),
}


@dataclass(frozen=True, slots=True)
class Review:
    """What a reviewer says: points and reasons by criterion, d/đ/e in percent, an opinion."""

    points: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    leading: Mapping[str, int | None] = field(default_factory=dict)
    opinion: str = ""


@transaction.atomic
def save_review(*, sheet_id: int, revision: int, review: Review, by: User, now: datetime) -> Sheet:
    """Store what the reviewer typed so far; half-filled is fine. Returns the sheet as it stands.

    One audit row a sitting, not one a keystroke. The same words once more change nothing, whatever their
    revision. Raises Refused, SheetChanged, ValidationError for points that cannot be given.
    """
    held = lock_sheet(sheet_id, None)
    check_can_review(by, held, timezone.localdate(now))
    if held.state == State.REVIEWED and held.revision != revision:
        raise SheetChanged(held)  # somebody else handed it on meanwhile
    if held.state != State.SUBMITTED:
        raise Refused(_("Only a submitted sheet is reviewed."))
    _check(rules_of(held), review, only_what_is_there=True)
    change = _changes(held, review)
    if not change.is_any:
        return held
    if held.revision != revision:
        raise SheetChanged(held)
    if held.changed_by_id != by.pk or now - held.changed_at >= SITTING:
        record(act="ratings.save_review", by=by, obj=held, agency=held.office, now=now)
    _put(held, change, by, now)
    return held


@transaction.atomic
def review_sheet(
    *, sheet: Sheet, revision: int, by: User, now: datetime, review: Review | None = None
) -> bool:
    """Hand a reviewed sheet to whoever confirms. Returns whether this call did (False: said before).

    ``review`` None: what was saved so far. A reviewed sheet can be reviewed anew until it is confirmed. Every
    line needs points, below the maximum a reason, and the whole needs a total. Raises Refused, SheetChanged,
    ValidationError by field (``points_…``, ``reason_…``, ``leading_…``).
    """
    held = lock_sheet(sheet.pk, None)
    stands_in_for = check_can_review(by, held, timezone.localdate(now))
    if held.state not in (State.SUBMITTED, State.REVIEWED):
        raise Refused(_("Only a submitted sheet is reviewed."))
    scheme = rules_of(held)
    said = review or _as_stored(held)
    change = _changes(held, said)
    if held.state == State.REVIEWED and not change.is_any:
        return False
    if held.revision != revision:
        raise SheetChanged(held)
    _check(scheme, said, only_what_is_there=False)
    _put(held, change, by, now)
    found = total_of(held, "review")
    if found.total is None:
        raise ValidationError(missing_in(found.common is None, held))
    held.state, held.reviewer, held.reviewed_at = State.REVIEWED, by, now
    held.review_total = found.total.quantize(STORED, context=EXACT)
    held.save(update_fields=["state", "reviewer", "reviewed_at", "review_total"])
    SheetEvent.objects.create(
        sheet=held, kind=SheetEvent.Kind.REVIEWED, at=now, by=by, stands_in_for_id=stands_in_for,
        total=held.review_total,
    )  # fmt: skip
    record(
        act="ratings.review_sheet", by=by, obj=held, agency=held.office, now=now,
        data={"total": str(held.review_total), "stands_in_for": stands_in_for},
    )  # fmt: skip
    return True


@transaction.atomic
def approve_sheet(*, sheet: Sheet, revision: int, by: User, now: datetime) -> Result:
    """Confirm a reviewed sheet; returns the result in force, the same one on a second click.

    Raises Refused, SheetChanged, ValidationError when there is no total.
    """
    held = lock_sheet(sheet.pk, None)
    stands_in_for = check_can_approve(by, held, timezone.localdate(now))
    if held.state in (State.APPROVED, State.ACKNOWLEDGED):
        found = result_in_force(held)
        if found is not None:
            return found
    if held.state != State.REVIEWED:
        raise Refused(_("Only a reviewed sheet is confirmed."))
    if held.revision != revision:
        raise SheetChanged(held)
    held.state, held.approver, held.approved_at = State.APPROVED, by, now
    touch_sheet(held, by, now, "state", "approver", "approved_at")
    holder = User.objects.get(pk=stands_in_for) if stands_in_for else None
    result = confirm_result(sheet=held, cause=Result.Cause.CONFIRMED, by=by, now=now, stands_in_for=holder)
    push(messages=[_told(held, result)], now=now)
    return result


def _told(sheet: Sheet, result: Result) -> Message:
    return Message(
        sheet.posting.person_id,
        f"ratings.result:{result.pk}",
        f"Kết quả theo dõi, đánh giá kỳ {label_of(period_of_sheet(sheet))} đã được phê duyệt",
        "Mời xem kết quả và xác nhận đã đọc. Có thể kiến nghị nếu không đồng ý.",
        reverse("ratings:sheet", args=[sheet.pk]),
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """What differs from what is stored."""

    lines: list[SheetLine]
    fields: dict[str, Any]

    @property
    def is_any(self) -> bool:
        return bool(self.lines or self.fields)


def _changes(sheet: Sheet, review: Review) -> _Change:
    lines = []
    for line in sheet.lines.all():
        said = (review.points.get(line.criterion), review.reasons.get(line.criterion, "").strip())
        if (line.review_points, line.review_reason) != said:
            line.review_points, line.review_reason = said
            lines.append(line)
    rule = rules_of(sheet).tasks
    known = [component.value for component in rule.leading] if rule else []
    leading = {name: review.leading[name] for name in known if review.leading.get(name) is not None}
    words = {"opinion": review.opinion.strip(), "review_leading": leading}
    return _Change(lines, {name: value for name, value in words.items() if getattr(sheet, name) != value})


def _put(sheet: Sheet, change: _Change, by: User, now: datetime) -> None:
    SheetLine.objects.bulk_update(change.lines, ["review_points", "review_reason"])
    for name, value in change.fields.items():
        setattr(sheet, name, value)
    touch_sheet(sheet, by, now, *change.fields)


def _as_stored(sheet: Sheet) -> Review:
    lines = list(sheet.lines.all())
    return Review(
        points_of(lines, "review"),
        {line.criterion: line.review_reason for line in lines},
        {component.value: value for component, value in leading_of(sheet, "review").items()},
        sheet.opinion,
    )


def _check(scheme: Scheme, review: Review, *, only_what_is_there: bool) -> None:
    """ValidationError by field; a draft may lack points, reasons and percents."""
    faults = faults_of(scheme, Given(review.points, review.reasons, review.leading))
    unfinished = (ReviewFault.NO_POINTS, ReviewFault.NO_REASON)
    errors = {}
    for name, fault in faults.items():
        is_gap = fault in unfinished or (name.startswith("leading_") and review.leading.get(name[8:]) is None)
        if not (only_what_is_there and is_gap):
            errors[name] = _SAYS[fault]()
    if errors:
        raise ValidationError(errors)
