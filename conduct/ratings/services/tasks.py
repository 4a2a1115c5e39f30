"""The tasks of a sheet: assigned and changed by whoever leads, reported by the person (Điều 14, 18).

Every act holds the sheet and raises its revision. An act that stands there already changes nothing, whatever
its revision (a second click); otherwise a stale revision raises SheetChanged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record

from ..models import Sheet, SheetTask, WorkItem
from ..permissions.tasks import check_can_assign, check_can_report
from .sheets import check_revision, lock_sheet, touch_sheet

MOST_TASKS = 200
Kind = SheetTask.Kind


@dataclass(frozen=True, slots=True)
class TaskSaid:
    """What an assigner says of a task; ``done`` None leaves what the person reported."""

    name: str
    assigned: Decimal
    factor: Decimal = Decimal(1)
    product: str = ""
    unit: str = ""
    work: WorkItem | None = None
    kind: str = Kind.PLANNED.value
    due_on: date | None = None
    returns: int = 0
    delays: int = 0
    done: Decimal | None = None

    def values(self) -> dict[str, Any]:
        """The columns of a task that says this."""
        found = {
            "name": self.name, "assigned": self.assigned, "factor": self.factor, "product": self.product,
            "unit": self.unit, "work_id": self.work.pk if self.work else None, "kind": self.kind,
            "due_on": self.due_on, "returns": self.returns, "delays": self.delays,
        }  # fmt: skip
        return found if self.done is None else {**found, "done": self.done}


def data_of(sheet: Sheet, **data: Any) -> dict[str, Any]:
    """What the audit row of an act on a held sheet's tasks says besides: figures and keys, no words."""
    return {"revision": sheet.revision, **data}


def next_place(sheet: Sheet) -> int:
    """The place below the last task of a held sheet. ValidationError when no more fit."""
    found = sheet.tasks.aggregate(last=Max("place"))["last"] or 0
    if sheet.tasks.count() >= MOST_TASKS:
        raise ValidationError(_("A sheet has at most %(n)s tasks.") % {"n": MOST_TASKS})
    return int(found) + 1


@transaction.atomic
def add_task(
    *, sheet_id: int, revision: int | None, said: TaskSaid, by: User, now: datetime
) -> SheetTask | None:
    """Assign a task; the new task, or None when this person has just written the same one (a second click).

    ``revision`` None: whatever the sheet's revision, unless a task that says the same stands there.
    Raises Refused, SheetChanged, ValidationError.
    """
    sheet = lock_sheet(sheet_id, None)
    check_can_assign(by, sheet, timezone.localdate(now))
    same = sheet.tasks.filter(**said.values(), assigned_by=by, came_from=None)
    is_second_click = revision is None or (sheet.changed_by_id == by.pk and sheet.revision == revision + 1)
    if is_second_click and same.exists():
        return None
    if revision is not None:
        check_revision(sheet, revision)
    task = SheetTask.objects.create(
        sheet=sheet, place=next_place(sheet), assigned_by=by, **{"done": Decimal(0), **said.values()}
    )
    touch_sheet(sheet, by, now)
    record(
        act="ratings.assign_task", by=by, obj=sheet, agency=sheet.office, now=now,
        data=data_of(sheet, task=task.pk, assigned=str(said.assigned), factor=str(said.factor)),
    )  # fmt: skip
    return task


@transaction.atomic
def change_task(
    *, sheet_id: int, task_id: int, revision: int, said: TaskSaid, by: User, now: datetime
) -> bool:
    """Let a task say something else, with its returns and delays; returns whether anything changed.

    Raises Refused, SheetChanged, SheetTask.DoesNotExist, and ValidationError for fewer returns or delays than
    were excused.
    """
    sheet = lock_sheet(sheet_id, None)
    check_can_assign(by, sheet, timezone.localdate(now))
    task = sheet.tasks.get(pk=task_id)
    values = said.values()
    if task.came_from_id is not None:
        values["kind"] = task.kind
    changed = [name for name, value in values.items() if getattr(task, name) != value]
    if not changed:
        return False
    check_revision(sheet, revision)
    if said.returns < task.excused_returns:
        raise ValidationError({"returns": _("More returns than these have been excused.")})
    if said.delays < task.excused_delays:
        raise ValidationError({"delays": _("More delays than these have been excused.")})
    for name in changed:
        setattr(task, name, values[name])
    task.save(update_fields=changed)
    touch_sheet(sheet, by, now)
    figures = {name: str(values[name]) for name in changed if name not in ("name", "product")}
    record(
        act="ratings.change_task", by=by, obj=sheet, agency=sheet.office, now=now,
        data=data_of(sheet, task=task.pk, changed=sorted(changed), **figures),
    )  # fmt: skip
    return True


@transaction.atomic
def remove_task(*, sheet_id: int, task_id: int, revision: int, reason: str, by: User, now: datetime) -> bool:
    """Take a task off the sheet; returns whether it was there. What a colleague took over stays.

    Raises Refused, SheetChanged, and ValidationError for a task that a colleague has taken over.
    """
    sheet = lock_sheet(sheet_id, None)
    check_can_assign(by, sheet, timezone.localdate(now))
    task = sheet.tasks.filter(pk=task_id).first()
    if task is None:
        return False
    check_revision(sheet, revision)
    if SheetTask.objects.filter(came_from=task).exists():
        raise ValidationError(_("A colleague has taken this task over, so it stays in what was assigned."))
    task.delete()
    touch_sheet(sheet, by, now)
    record(
        act="ratings.remove_task", by=by, obj=sheet, agency=sheet.office, now=now, reason=reason,
        data=data_of(sheet, task=task_id, assigned=str(task.assigned)),
    )  # fmt: skip
    return True


@transaction.atomic
def report_tasks(
    *, sheet_id: int, revision: int, done: Mapping[int, Decimal], causes: Mapping[int, str], by: User,
    now: datetime,
) -> bool:  # fmt: skip
    """The person says how many pieces are done, and why something went wrong, by task; whether any changed.

    Handed-back tasks take no report. Raises Refused, SheetChanged.
    """
    sheet = lock_sheet(sheet_id, None)
    check_can_report(by, sheet, timezone.localdate(now))
    changed = []
    for task in sheet.tasks.filter(handed_back_at=None):
        wanted = done.get(task.pk, task.done), causes.get(task.pk, task.cause).strip()
        if (task.done, task.cause) != wanted:
            task.done, task.cause = wanted
            changed.append(task)
    if not changed:
        return False
    check_revision(sheet, revision)
    SheetTask.objects.bulk_update(changed, ["done", "cause"])
    touch_sheet(sheet, by, now)
    record(
        act="ratings.report_tasks", by=by, obj=sheet, agency=sheet.office, now=now,
        data=data_of(sheet, done={str(task.pk): str(task.done) for task in changed}),
    )  # fmt: skip
    return True


@transaction.atomic
def move_task(*, sheet_id: int, task_id: int, revision: int, up: bool, by: User, now: datetime) -> bool:
    """Put a task one place up or down; returns whether it moved. Raises Refused, SheetChanged."""
    sheet = lock_sheet(sheet_id, revision)
    check_can_assign(by, sheet, timezone.localdate(now))
    tasks = list(sheet.tasks.all())
    at = next(place for place, task in enumerate(tasks) if task.pk == task_id)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(tasks):
        return False
    tasks[at], tasks[to] = tasks[to], tasks[at]
    for place, task in enumerate(tasks, 1):
        task.place = place
    SheetTask.objects.bulk_update(tasks, ["place"])
    touch_sheet(sheet, by, now)
    record(
        act="ratings.move_task", by=by, obj=sheet, agency=sheet.office, now=now,
        data=data_of(sheet, task=task_id, to=to + 1),
    )  # fmt: skip
    return True
