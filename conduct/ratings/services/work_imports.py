"""Bringing in an agency's list of kinds of work: every row is looked at, then all is stored, or nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User

from ..models import TaskImport, WorkItem
from ..permissions.tasks import check_can_keep_work
from ..rules.task_cells import Problem, Wrong
from ..rules.work_rows import WorkEntry, read_work
from .task_files import Problems, hold_file, read_file, settle
from .work import WorkSaid, keep_work


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A row that is right, and the entry that holds until then, if there is one."""

    number: int
    entry: WorkEntry
    old: WorkItem | None

    def said(self) -> WorkSaid:
        """The entry as it will stand in the list; the decision stays where the file names none."""
        entry = self.entry
        legal_act = entry.legal_act or (self.old.legal_act if self.old else "")
        return WorkSaid(entry.code, entry.name, entry.unit, entry.group, entry.factor, legal_act)

    @property
    def is_change(self) -> bool:
        """Whether it says something else than what holds now."""
        return self.old is None or not self.said().says(self.old)


def check_work_file(*, found: TaskImport) -> tuple[list[WorkLine], Problems]:
    """The rows that are right, and everything that is wrong with the others. Nothing is stored."""
    entries = list(WorkItem.objects.filter(agency_id=found.office_id).order_by("valid_from"))
    newest = {item.code.casefold(): item for item in entries}
    seen: dict[str, int] = {}
    lines: list[WorkLine] = []
    problems: Problems = []
    for row in read_file(found.kind, bytes(found.content)):
        entry, wrong = read_work(row.cells)
        if entry is None:
            problems += [(row.number, one) for one in wrong]
            continue
        old = newest.get(entry.code.casefold())
        is_over = old is not None and old.valid_to is not None and old.valid_to < found.period
        line = WorkLine(row.number, entry, None if is_over else old)
        first = seen.setdefault(entry.code.casefold(), row.number)
        if first != row.number:
            problems.append((row.number, Wrong("code", Problem.TWICE, str(first))))
        elif old is not None and line.is_change and old.valid_from >= found.period:
            problems.append((row.number, Wrong("code", Problem.LATER, f"{old.valid_from:%d/%m/%Y}")))
        else:
            lines.append(line)
    return lines, problems


@transaction.atomic
def bring_in_work(*, found: TaskImport, by: User, now: datetime) -> bool:
    """Store what a waiting list says, all of it or nothing; whether this call did.

    An entry that says something else ends on the day before; one that the list does not name stays.
    Raises Refused, and ValidationError when a row is wrong.
    """
    check_can_keep_work(by, found.office, timezone.localdate(now))
    held = hold_file(found)
    if held is None:
        return False
    lines, problems = check_work_file(found=held)
    if problems:
        raise ValidationError(_("Rows are wrong, so nothing was stored."))
    n_new = 0
    for line in lines:
        if line.is_change:
            n_new += keep_work(agency=held.office, said=line.said(), valid_from=held.period, by=by, now=now)
    settle(held, n_tasks=n_new, n_people=0, by=by, now=now)
    return True
