"""Handing a task back, giving it to a colleague, confirming an objective cause (Điều 14.2, 18.1d)."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Posting, User
from conduct.audit.services import record

from ..models import Sheet, SheetTask
from ..permissions.tasks import check_can_assign, check_can_hand_back, period_of_sheet
from .sheets import check_revision, lock_sheet, open_sheet, touch_sheet
from .tasks import data_of, next_place


@transaction.atomic
def hand_back_task(
    *, sheet_id: int, task_id: int, revision: int, reason: str, by: User, now: datetime
) -> bool:
    """Say that the person cannot do a task: it stays in what was assigned and counts as not done.

    Returns whether it was handed back now. Raises Refused, SheetChanged.
    """
    sheet = lock_sheet(sheet_id, None)
    check_can_hand_back(by, sheet, timezone.localdate(now))
    task = sheet.tasks.get(pk=task_id)
    if task.handed_back_at is not None:
        return False
    check_revision(sheet, revision)
    task.handed_back_at, task.handed_back_reason = now, reason
    task.save(update_fields=["handed_back_at", "handed_back_reason"])
    touch_sheet(sheet, by, now)
    record(
        act="ratings.hand_back_task", by=by, obj=sheet, agency=sheet.office, now=now,
        data=data_of(sheet, task=task.pk),
    )  # fmt: skip
    return True


@transaction.atomic
def give_again(*, sheet_id: int, task_id: int, revision: int, by: User, now: datetime) -> bool:
    """Undo a handing back that was a mistake, as long as no colleague has taken the task over.

    Returns whether it was undone now. Raises Refused, SheetChanged, ValidationError.
    """
    sheet = lock_sheet(sheet_id, None)
    check_can_assign(by, sheet, timezone.localdate(now))
    task = sheet.tasks.get(pk=task_id)
    if task.handed_back_at is None:
        return False
    check_revision(sheet, revision)
    if SheetTask.objects.filter(came_from=task).exists():
        raise ValidationError(_("A colleague has taken this task over, so it stays handed back."))
    task.handed_back_at, task.handed_back_reason = None, ""
    task.save(update_fields=["handed_back_at", "handed_back_reason"])
    touch_sheet(sheet, by, now)
    record(
        act="ratings.give_task_again", by=by, obj=sheet, agency=sheet.office, now=now,
        data=data_of(sheet, task=task.pk),
    )  # fmt: skip
    return True


@transaction.atomic
def take_over_task(
    *, task_id: int, sheet_id: int, colleague: Posting, assigned: Decimal, by: User, now: datetime
) -> bool:
    """Give a handed-back task to a colleague of the office: beside what they were assigned at first.

    Returns whether it was given now; a task is given once. Raises Refused, and ValidationError for a task
    that was not handed back, for more than was assigned, or for a colleague of another office.
    """
    period = period_of_sheet(Sheet.objects.get(pk=sheet_id))
    other = open_sheet(posting=colleague, period=period, by=by, now=now)
    held = {pk: lock_sheet(pk, None) for pk in sorted({sheet_id, other.pk})}
    source, target = held[sheet_id], held[other.pk]
    today = timezone.localdate(now)
    check_can_assign(by, source, today)
    check_can_assign(by, target, today)
    task = source.tasks.get(pk=task_id)
    if SheetTask.objects.filter(came_from=task).exists():
        return False
    if task.handed_back_at is None:
        raise ValidationError(_("Only a task that was handed back can be taken over."))
    if target.pk == source.pk or target.office_id != source.office_id:
        raise ValidationError({"colleague": _("It is taken over by a colleague of the same office.")})
    if assigned > task.assigned:
        raise ValidationError({"assigned": _("This is more than was assigned.")})
    SheetTask.objects.create(
        sheet=target, place=next_place(target), work=task.work, name=task.name, product=task.product,
        unit=task.unit, factor=task.factor, kind=SheetTask.Kind.TAKEN_OVER, assigned=assigned,
        due_on=task.due_on, came_from=task, assigned_by=by,
    )  # fmt: skip
    touch_sheet(target, by, now)
    record(
        act="ratings.take_over_task", by=by, obj=target, agency=target.office, now=now,
        data=data_of(target, task=task.pk, came_from=source.pk),
    )  # fmt: skip
    return True


@transaction.atomic
def confirm_cause(
    *, sheet_id: int, task_id: int, revision: int, returns: int, delays: int, by: User, now: datetime
) -> bool:
    """Confirm that so many returns and delays had an objective cause, which the person has stated.

    Returns whether anything changed. Raises Refused (nobody excuses themselves), SheetChanged, and
    ValidationError without a stated cause, or for more than there were.
    """
    sheet = lock_sheet(sheet_id, None)
    check_can_assign(by, sheet, timezone.localdate(now))
    task = sheet.tasks.get(pk=task_id)
    if (task.excused_returns, task.excused_delays) == (returns, delays):
        return False
    check_revision(sheet, revision)
    if (returns or delays) and not task.cause:
        raise ValidationError(_("The person has not stated a cause; there is nothing to confirm."))
    if returns > task.returns:
        raise ValidationError({"excused_returns": _("There were not so many.")})
    if delays > task.delays:
        raise ValidationError({"excused_delays": _("There were not so many.")})
    task.excused_returns, task.excused_delays = returns, delays
    is_any = bool(returns or delays)
    task.excused_by, task.excused_at = (by, now) if is_any else (None, None)
    task.save(update_fields=["excused_returns", "excused_delays", "excused_by", "excused_at"])
    touch_sheet(sheet, by, now)
    record(
        act="ratings.confirm_cause", by=by, obj=sheet, agency=sheet.office, now=now,
        data=data_of(sheet, task=task.pk, returns=returns, delays=delays),
    )  # fmt: skip
    return True
