"""The person's steps of a sheet, and returning one: submitted, taken back, returned, acknowledged.

Late steps are marked in lists and never refused. Reviewing and confirming are in ``reviewing``.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused
from conduct.audit.services import record
from conduct.kernel.months import Month
from conduct.notices.services import Message, push

from ..models import Sheet, SheetEvent
from ..permissions.sheets import check_can_fill, check_can_return, check_is_own
from ..rules.periods import Dates, Period
from ..rules.sheet import STORED
from .reading import leading_of, points_of, rules_of, total_of
from .sheets import check_revision, lock_sheet, touch_sheet

REASON_MOST = 1000
State, Kind = Sheet.State, SheetEvent.Kind


@transaction.atomic
def submit_sheet(*, sheet: Sheet, revision: int, by: User, now: datetime) -> bool:
    """Hand the own sheet to the reviewer. Returns whether this call did (False: it was submitted already).

    Raises Refused, SheetChanged, ValidationError while a criterion is without points. A sheet without tasks
    has no total yet; the reviewer sees that no task was assigned.
    """
    held = lock_sheet(sheet.pk, None)
    check_is_own(by, held)
    if held.state == State.SUBMITTED:
        return False
    check_revision(held, revision)
    check_can_fill(by, held, timezone.localdate(now))
    n_missing = missing_in(held)
    if n_missing:
        raise ValidationError(
            _("%(n)s lines of the sheet have no points yet.") % {"n": n_missing}, code="missing"
        )
    total = total_of(held, "self").total
    held.state, held.submitted_at = State.SUBMITTED, now
    held.self_total = None if total is None else total.quantize(STORED)
    touch_sheet(held, by, now, "state", "submitted_at", "self_total")
    _note(held, Kind.SUBMITTED, by, now, total=held.self_total)
    return True


def missing_in(sheet: Sheet) -> int:
    """How many criteria and leading components the person has not scored yet; one query."""
    scheme = rules_of(sheet)
    points, leading = points_of(sheet.lines.all(), "self"), leading_of(sheet, "self")
    asked = scheme.tasks.leading if scheme.tasks else ()
    unsaid = sum(points.get(criterion.code) is None for criterion in scheme.criteria)
    return unsaid + sum(leading.get(component) is None for component in asked)


@transaction.atomic
def withdraw_sheet(*, sheet: Sheet, revision: int, by: User, now: datetime) -> bool:
    """Take the own sheet back while nobody has reviewed it. Returns whether this call did."""
    held = lock_sheet(sheet.pk, None)
    check_is_own(by, held)
    if held.state == State.DRAFT:
        return False
    check_revision(held, revision)
    if held.state != State.SUBMITTED:
        raise Refused(_("The sheet has been reviewed; only the reviewer or the head can return it."))
    _back_to_draft(held, by, now)
    _note(held, Kind.WITHDRAWN, by, now)
    return True


@transaction.atomic
def return_sheet(*, sheet: Sheet, revision: int, reason: str, by: User, now: datetime) -> bool:
    """Give a sheet back to the person with a reason. What the reviewer wrote stays with it.

    Returns whether this call did (False: it is a draft already). Raises Refused, SheetChanged,
    ValidationError without a reason.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= REASON_MOST:
        raise ValidationError({"reason": _("Say in a few words what is to be changed.")})
    held = lock_sheet(sheet.pk, None)
    if held.state == State.DRAFT:
        return False
    check_revision(held, revision)
    stands_in_for = check_can_return(by, held, timezone.localdate(now))
    _back_to_draft(held, by, now)
    event = _note(held, Kind.RETURNED, by, now, reason=reason, stands_in_for=stands_in_for)
    _tell(
        held,
        event,
        f"{by.full_name} trả lại phiếu đánh giá kỳ {label_of(period_of_sheet(held))}",
        reason,
        now,
    )
    return True


@transaction.atomic
def acknowledge_sheet(*, sheet: Sheet, revision: int, by: User, now: datetime) -> bool:
    """Say that the confirmed result was read; it takes no right away. Returns whether this call did."""
    held = lock_sheet(sheet.pk, None)
    check_is_own(by, held)
    if held.state == State.ACKNOWLEDGED:
        return False
    check_revision(held, revision)
    if held.state != State.APPROVED:
        raise Refused(_("There is no confirmed result to acknowledge yet."))
    held.state, held.acknowledged_at = State.ACKNOWLEDGED, now
    touch_sheet(held, by, now, "state", "acknowledged_at")
    _note(held, Kind.ACKNOWLEDGED, by, now)
    return True


@dataclass(frozen=True, slots=True)
class Waiting:
    """The step that a sheet waits for, by when, and how many days late that is today (0 while it is not)."""

    step: Literal["open", "submit", "review", "approve", "acknowledge", ""]
    due: date | None
    days_late: int


def waiting_of(state: str, dates: Dates, today: date) -> Waiting:
    """What comes next for a sheet in this state ("" without a sheet); acknowledging has no day."""
    steps: dict[str, tuple[Literal["open", "submit", "review", "approve", "acknowledge"], date | None]] = {
        "": ("open", dates.submit),
        State.DRAFT: ("submit", dates.submit),
        State.SUBMITTED: ("review", dates.review),
        State.REVIEWED: ("approve", dates.approve),
        State.APPROVED: ("acknowledge", None),
    }
    if state not in steps:
        return Waiting("", None, 0)
    step, due = steps[state]
    return Waiting(step, due, 0 if due is None else max(0, (today - due).days))


def label_of(period: Period) -> str:
    """ "10/2026", or "quý IV/2026" for a quarter; in Vietnamese, as on paper and in notices."""
    if period.n_months == 1:
        return f"{period.first.month:02d}/{period.first.year}"
    return f"quý {('I', 'II', 'III', 'IV')[(period.first.month - 1) // 3]}/{period.first.year}"


def period_of_sheet(sheet: Sheet) -> Period:
    """The month or quarter of a sheet."""
    return Period(Month.of(sheet.period), 1 if sheet.kind == "month" else 3)


def _back_to_draft(sheet: Sheet, by: User, now: datetime) -> None:
    sheet.state, sheet.submitted_at, sheet.self_total = State.DRAFT, None, None
    sheet.reviewer, sheet.reviewed_at, sheet.review_total = None, None, None
    touch_sheet(
        sheet, by, now,
        "state", "submitted_at", "self_total", "reviewer", "reviewed_at", "review_total",
    )  # fmt: skip


def _note(
    sheet: Sheet, kind: SheetEvent.Kind, by: User, now: datetime, *,
    reason: str = "", stands_in_for: int | None = None, total: Decimal | None = None,
) -> SheetEvent:  # fmt: skip
    """The step in the sheet's history, and the audit row beside it."""
    event = SheetEvent.objects.create(
        sheet=sheet, kind=kind, at=now, by=by, stands_in_for_id=stands_in_for, reason=reason, total=total
    )
    verb = {"submitted": "submit", "withdrawn": "withdraw", "returned": "return"}.get(kind, "acknowledge")
    data = {"stands_in_for": stands_in_for} if stands_in_for else {}
    record(act=f"ratings.{verb}_sheet", by=by, obj=sheet, agency=sheet.office, now=now, data=data)
    return event


def _tell(sheet: Sheet, event: SheetEvent, title: str, text: str, now: datetime) -> None:
    key = f"ratings.step:{event.pk}"
    url = reverse("ratings:sheet", args=[sheet.pk])
    push(messages=[Message(sheet.posting.person_id, key, title, text, url)], now=now)
