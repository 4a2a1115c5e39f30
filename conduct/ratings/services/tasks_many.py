"""One task for several people at once, and the tasks of last month once more."""

import calendar
from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Posting, User
from conduct.agencies.permissions import Refused
from conduct.agencies.tree import lineage_ids
from conduct.audit.services import record

from ..models import Sheet, SheetTask, WorkItem
from ..permissions.tasks import check_can_assign, period_of_sheet
from ..rules.periods import Period
from .schemes import NoScheme
from .sheets import lock_sheet, open_sheet, touch_sheet
from .tasks import MOST_TASKS, TaskSaid, add_task, data_of, next_place


@transaction.atomic
def assign_tasks(
    *, postings: Collection[Posting], period: Period, said: TaskSaid, by: User, now: datetime
) -> int:
    """Assign one task to several people, opening sheets that are missing; to how many it is new.

    All of them or nobody. Raises ValidationError that names whom it does not fit, and why.
    """
    return _for_each(
        postings, period, by, now,
        lambda sheet: add_task(sheet_id=sheet.pk, revision=None, said=said, by=by, now=now) is not None,
    )  # fmt: skip


@transaction.atomic
def copy_for_all(*, postings: Collection[Posting], period: Period, by: User, now: datetime) -> int:
    """Copy what was planned for several people last period; how many tasks that made.

    All of them or nobody. Raises ValidationError that names whom it does not fit, and why.
    """
    return _for_each(postings, period, by, now, lambda sheet: copy_tasks(sheet_id=sheet.pk, by=by, now=now))


def _for_each(
    postings: Collection[Posting], period: Period, by: User, now: datetime, act: Callable[[Sheet], int]
) -> int:
    """Acts on the sheets by their number, so that two such acts wait for each other."""
    sheets, n_new, wrong = [], 0, []
    for posting in postings:
        try:
            sheets.append(open_sheet(posting=posting, period=period, by=by, now=now))
        except (Refused, NoScheme) as refused:
            wrong.append(f"{posting.person.full_name}: {refused}")
    for sheet in sorted(sheets, key=lambda sheet: sheet.pk):
        try:
            n_new += act(sheet)
        except Refused as refused:
            wrong.append(f"{sheet.posting.person.full_name}: {refused}")
        except ValidationError as error:
            wrong.append(f"{sheet.posting.person.full_name}: {' '.join(error.messages)}")
    if wrong:
        raise ValidationError([_("Nothing was assigned."), *wrong])
    return n_new


@transaction.atomic
def copy_tasks(*, sheet_id: int, by: User, now: datetime) -> int:
    """Copy what was planned in the person's last period, nothing of it done yet; how many that made.

    What stands on the sheet already is not copied again. Returned, handed-back, taken-over and unplanned
    work is not part of the plan. Raises Refused, ValidationError.
    """
    sheet = lock_sheet(sheet_id, None)
    check_can_assign(by, sheet, timezone.localdate(now))
    period = period_of_sheet(sheet)
    last = Sheet.objects.filter(
        posting=sheet.posting, kind=sheet.kind, period=period.previous().first.first
    ).first()
    if last is None:
        return 0
    here = {_words(task) for task in sheet.tasks.select_related("work")}
    lineage = lineage_ids(sheet.office_id, period.last.last)
    current = {
        item.code.casefold(): item for item in WorkItem.objects.all().reaching(lineage, period.last.last)
    }
    fresh = [
        fresh_copy(task, current.get(task.work.code.casefold()) if task.work else None, period.n_months)
        for task in last.tasks.select_related("work")
        if is_plan(task) and _words(task) not in here
    ]
    if not fresh:
        return 0
    place = next_place(sheet)
    if place + len(fresh) > MOST_TASKS + 1:
        raise ValidationError(_("A sheet has at most %(n)s tasks.") % {"n": MOST_TASKS})
    for number, task in enumerate(fresh, place):
        task.sheet, task.place, task.assigned_by = sheet, number, by
    SheetTask.objects.bulk_create(fresh)
    touch_sheet(sheet, by, now)
    record(
        act="ratings.copy_tasks", by=by, obj=sheet, agency=sheet.office, now=now,
        data=data_of(sheet, tasks=len(fresh), source=last.pk),
    )  # fmt: skip
    return len(fresh)


def _words(task: SheetTask) -> tuple[str, str, str]:
    return task.name, task.product, task.work.code if task.work else ""


def is_plan(task: SheetTask) -> bool:
    """Whether a task was planned and stayed with the person."""
    return task.kind == SheetTask.Kind.PLANNED and task.handed_back_at is None


def fresh_copy(task: SheetTask, work: WorkItem | None, n_months: int) -> SheetTask:
    """The same task for the next period: as much assigned, nothing done, returned, late or excused.

    ``work``: the entry of the list that holds now, if any; its factor counts then.
    """
    return SheetTask(
        work=work or task.work, name=task.name, product=task.product, unit=task.unit,
        factor=work.factor if work else task.factor, kind=task.kind, assigned=task.assigned, done=Decimal(0),
        due_on=_later(task.due_on, n_months) if task.due_on else None,
    )  # fmt: skip


def _later(day: date, n_months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, index = divmod(day.year * 12 + day.month - 1 + n_months, 12)
    return date(years, index + 1, min(day.day, calendar.monthrange(years, index + 1)[1]))
