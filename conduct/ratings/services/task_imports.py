"""Bringing in the tasks of an office's period: every row is looked at, then all is stored, or nothing."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Posting, User
from conduct.agencies.periods import check_month_is_open
from conduct.agencies.tree import lineage_ids, office_of, subtree_ids
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import OfficeTerms, Sheet, SheetTask, TaskImport, WorkItem
from ..permissions.authority import Authorities
from ..permissions.tasks import check_can_assign_in, led_postings
from ..rules.periods import Period
from ..rules.task_cells import Problem, Wrong
from ..rules.task_rows import TaskEntry, read_task
from .sheets import lock_sheet, open_sheet, touch_sheet, why_no_sheet
from .task_files import Problems, hold_file, read_file, settle
from .tasks import MOST_TASKS, data_of

_TAKES_TASKS = (Sheet.State.DRAFT, Sheet.State.SUBMITTED)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A row that is right: whose task it is, its work, and the task that it changes, if there is one."""

    number: int
    entry: TaskEntry
    posting: Posting
    work: WorkItem | None
    task: SheetTask | None

    @property
    def factor(self) -> Decimal:
        """Standard units a piece: of the list of work, else as the file says, else 1."""
        if self.work:
            return self.work.factor
        return self.entry.factor or Decimal(1)


def period_of_file(found: TaskImport) -> Period:
    """The month or quarter that a file of tasks is for."""
    return Period(Month.of(found.period), 3 if found.kind == OfficeTerms.Kind.QUARTER else 1)


def check_tasks_file(*, found: TaskImport, by: User, today: date) -> tuple[list[TaskLine], Problems]:
    """The rows that are right, and everything that is wrong with the others. Nothing is stored."""
    desk = _Desk(found, by, today)
    lines: list[TaskLine] = []
    problems: Problems = []
    for row in read_file(found.kind, bytes(found.content)):
        entry, wrong = read_task(row.cells)
        line = None
        if entry is not None:
            line, wrong = desk.look(row.number, entry)
        problems += [(row.number, one) for one in wrong]
        if line is not None:
            lines.append(line)
    return lines, problems


class _Desk:
    """What the rows of a file are held against: the office's people, their sheets, the list of work."""

    def __init__(self, found: TaskImport, by: User, today: date) -> None:
        self._period, self._by, self._today = period_of_file(found), by, today
        self._office = office_of(found.office, today)
        last = self._period.last.last
        self._postings = _people(found, last)
        self._authorities = Authorities(list(self._postings.values()), today)
        led = led_postings(by, today).filter(pk__in=[one.pk for one in self._postings.values()])
        self._led = set(led.values_list("pk", flat=True))
        lineage = lineage_ids(found.office_id, last)
        self._work = {item.code.casefold(): item for item in WorkItem.objects.all().reaching(lineage, last)}
        sheets = Sheet.objects.filter(
            posting__in=list(self._postings.values()), kind=found.kind, period=found.period
        ).prefetch_related("tasks")
        self._sheets = {sheet.posting_id: sheet for sheet in sheets}
        self._tasks = {
            (sheet.posting_id, task.name.casefold(), task.product.casefold(), task.kind): task
            for sheet in self._sheets.values()
            for task in sheet.tasks.all()
        }
        self._n_tasks = Counter({pk: len(sheet.tasks.all()) for pk, sheet in self._sheets.items()})
        self._seen: dict[object, int] = {}
        self._refusals: dict[int, Wrong | None] = {}

    def look(self, number: int, entry: TaskEntry) -> tuple[TaskLine | None, list[Wrong]]:
        """A row as it would be stored, or everything that is wrong with it."""
        posting = self._postings.get(entry.user.casefold())
        if posting is None:
            return None, [Wrong("user", Problem.NOBODY, entry.user)]
        wrong = []
        refusal = self._refusal(posting)
        if refusal is not None:
            wrong.append(refusal)
        first = self._seen.setdefault(entry.key, number)
        if first != number:
            wrong.append(Wrong("task", Problem.TWICE, str(first)))
        work = self._work.get(entry.work_code.casefold()) if entry.work_code else None
        if entry.work_code and work is None:
            wrong.append(Wrong("work", Problem.UNKNOWN_WORK, entry.work_code))
        if work is not None and entry.factor not in (None, work.factor):
            wrong.append(
                Wrong("factor", Problem.OTHER_FACTOR, f"{work.factor.normalize():f}".replace(".", ","))
            )
        task = self._tasks.get((posting.pk, *entry.key[1:]))
        wrong += _excused(entry, task)
        if task is None and first == number:
            self._n_tasks[posting.pk] += 1
            if self._n_tasks[posting.pk] > MOST_TASKS:
                wrong.append(Wrong("user", Problem.TOO_MANY, str(MOST_TASKS)))
        return (None, wrong) if wrong else (TaskLine(number, entry, posting, work, task), [])

    def _refusal(self, posting: Posting) -> Wrong | None:
        """Why this person's tasks cannot be brought in."""
        if posting.pk not in self._refusals:
            self._refusals[posting.pk] = self._why_not(posting)
        return self._refusals[posting.pk]

    def _why_not(self, posting: Posting) -> Wrong | None:
        if posting.pk not in self._led:
            return Wrong("user", Problem.NOT_YOURS, posting.person.full_name)
        sheet = self._sheets.get(posting.pk)
        if sheet is not None:
            is_open = sheet.state in _TAKES_TASKS
            return None if is_open else Wrong("user", Problem.NO_SHEET, _("the sheet has been reviewed"))
        if self._by.pk not in self._authorities.of(posting).reviewers:
            return Wrong("user", Problem.NO_SHEET, _("it is opened by the person, or by whoever reviews it"))
        reason = why_no_sheet(posting, self._period, office=self._office, today=self._today)
        return Wrong("user", Problem.NO_SHEET, reason) if reason else None


def _people(found: TaskImport, on: date) -> Mapping[str, Posting]:
    """Who serves in the office on a day, by user name; of several posts the main one."""
    rows = (
        Posting.objects.in_force(on)
        .filter(agency_id__in=subtree_ids([found.office_id], on))
        .select_related("person", "agency")
        .order_by("is_main", "-pk")
    )
    return {posting.person.username.casefold(): posting for posting in rows}


def _excused(entry: TaskEntry, task: SheetTask | None) -> list[Wrong]:
    if task is None:
        return []
    said = (("returns", entry.returns, task.excused_returns), ("delays", entry.delays, task.excused_delays))
    return [
        Wrong(column, Problem.EXCUSED, str(excused))
        for column, times, excused in said
        if times is not None and times < excused
    ]


@transaction.atomic
def bring_in_tasks(*, found: TaskImport, by: User, now: datetime) -> bool:
    """Store what a waiting file says, all of it or nothing; whether this call did.

    A task that stands there already (same person, words, kind) takes what the file says of it; the others
    are new. The same file twice changes nothing. Raises Refused, and ValidationError when a row is wrong.
    """
    today = timezone.localdate(now)
    check_can_assign_in(by, found.office, today)
    check_month_is_open(office_of(found.office, today), period_of_file(found).last)
    held = hold_file(found)
    if held is None:
        return False
    lines = _right(held, by, today)
    postings = {line.posting.pk: line.posting for line in lines}
    period = period_of_file(held)
    sheets = [open_sheet(posting=one, period=period, by=by, now=now) for one in postings.values()]
    locked = [lock_sheet(sheet.pk, None) for sheet in sorted(sheets, key=lambda sheet: sheet.pk)]
    by_posting: dict[int, list[TaskLine]] = defaultdict(list)
    for line in _right(held, by, today):  # once more: what stands there now, while nobody else writes
        by_posting[line.posting.pk].append(line)
    for sheet in locked:
        _write(sheet, by_posting[sheet.posting_id], by, now)
    settle(held, n_tasks=len(lines), n_people=len(locked), by=by, now=now)
    return True


def _right(held: TaskImport, by: User, today: date) -> list[TaskLine]:
    lines, problems = check_tasks_file(found=held, by=by, today=today)
    if problems:
        raise ValidationError(_("Rows are wrong, so nothing was stored."))
    return lines


_WRITTEN = ("assigned", "done", "factor", "work", "due_on", "returns", "delays")


def _write(sheet: Sheet, lines: list[TaskLine], by: User, now: datetime) -> None:
    """Store the rows of one person on a held sheet."""
    place = max((task.place for task in sheet.tasks.all()), default=0)
    fresh, changed = [], []
    for line in lines:
        task = line.task or SheetTask(
            sheet=sheet, name=line.entry.name, product=line.entry.product, kind=line.entry.kind.value,
            unit=line.work.unit if line.work else "", assigned_by=by,
        )  # fmt: skip
        before = [getattr(task, name) for name in _WRITTEN] if line.task else None
        _put(task, line)
        if line.task is None:
            place += 1
            task.place = place
            fresh.append(task)
        elif [getattr(task, name) for name in _WRITTEN] != before:
            changed.append(task)
    if not fresh and not changed:
        return
    SheetTask.objects.bulk_create(fresh)
    SheetTask.objects.bulk_update(changed, _WRITTEN)
    touch_sheet(sheet, by, now)
    record(
        act="ratings.import_sheet_tasks", by=by, obj=sheet, agency=sheet.office, now=now,
        data=data_of(sheet, new=len(fresh), changed=len(changed)),
    )  # fmt: skip


def _put(task: SheetTask, line: TaskLine) -> None:
    """What the file says; what it leaves open stays as it is."""
    entry = line.entry
    task.assigned = entry.assigned
    if line.work is not None or entry.factor is not None or line.task is None:
        task.work, task.factor = line.work, line.factor
    if entry.due_on is not None:
        task.due_on = entry.due_on
    task.done = task.done if entry.done is None else entry.done
    task.returns = task.returns if entry.returns is None else entry.returns
    task.delays = task.delays if entry.delays is None else entry.delays
