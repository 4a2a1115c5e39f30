"""Files of tasks and of kinds of work: taken in, held until they are confirmed, read row by row."""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conduct.agencies.models import Agency, User
from conduct.agencies.periods import check_month_is_open
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from conduct.dossiers.rules.cells import Cell
from conduct.dossiers.services.tables import SAID, BadFile, FileProblem, open_table

from ..models import TaskImport
from ..permissions.tasks import check_can_assign_in, check_can_keep_work
from ..rules import task_rows, work_rows
from ..rules.periods import Period
from ..rules.task_cells import Headings, Wrong, find_headings, propose_columns
from .sheets import kind_of

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
_SAID = {
    **SAID,
    FileProblem.TOO_BIG: gettext_lazy("The file is too big: at most 5 MB."),
    FileProblem.TOO_MANY_ROWS: gettext_lazy("The list has more than 20,000 rows; divide it."),
    FileProblem.TOO_MANY_COLUMNS: gettext_lazy("The list has more columns than such a list has."),
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file: its number as the spreadsheet counts, its cells by column."""

    number: int
    cells: Mapping[str, Cell]


type Problems = list[tuple[int, Wrong]]
"""Everything that is wrong with a file: the number of the row, and what."""


def headings_of(kind: str) -> tuple[Headings, tuple[str, ...]]:
    """The columns that a kind of file may have, and those that it must have."""
    if kind == TaskImport.WORK:
        return work_rows.HEADINGS, work_rows.REQUIRED
    return task_rows.HEADINGS, task_rows.REQUIRED


@transaction.atomic
def take_tasks_file(
    *, office: Agency, period: Period, file: File[bytes], by: User, now: datetime
) -> TaskImport:
    """Take in a file of tasks for an office's period; it is looked at before anything of it is stored.

    Raises Refused, ValidationError.
    """
    check_can_assign_in(by, office, timezone.localdate(now))
    check_month_is_open(office_of(office, timezone.localdate(now)), period.last)
    return _take(office, kind_of(period), period.first.first, file, by, now)


@transaction.atomic
def take_work_file(
    *, agency: Agency, valid_from: date, file: File[bytes], by: User, now: datetime
) -> TaskImport:
    """Take in a list of kinds of work that is to hold from a day on. Raises Refused, ValidationError."""
    check_can_keep_work(by, agency, timezone.localdate(now))
    return _take(agency, TaskImport.WORK, valid_from, file, by, now)


def _take(office: Agency, kind: str, period: date, file: File[bytes], by: User, now: datetime) -> TaskImport:
    """One file a person waits at a time: an earlier one that was not confirmed goes."""
    if (file.size or 0) > MAX_BYTES:
        raise ValidationError({"file": str(_SAID[FileProblem.TOO_BIG])})
    content = file.read()
    read_file(kind, content)
    TaskImport.objects.filter(by=by, confirmed_at=None).delete()
    taken = TaskImport.objects.create(
        office=office, kind=kind, period=period, file_name=(file.name or "")[-200:], content=content,
        sha256=hashlib.sha256(content).hexdigest(), by=by, at=now,
    )  # fmt: skip
    record(
        act="ratings.upload_tasks", by=by, obj=taken, agency=office, now=now,
        data={"sha256": taken.sha256, "kind": kind},
    )  # fmt: skip
    return taken


def read_file(kind: str, content: bytes) -> list[FileRow]:
    """The rows of a file, empty ones left out. ValidationError (``file``) for one that is no such list."""
    known, required = headings_of(kind)
    try:
        table = open_table(io.BytesIO(content), lambda rows: find_headings(rows, known))
        columns = propose_columns(table.headings, known)
        missing = [name for name in required if name not in columns]
        if missing:
            names = ", ".join(str(COLUMNS[name]) for name in missing)
            raise ValidationError(
                {"file": _("These columns are not in the file: %(names)s.") % {"names": names}}
            )
        rows = list(_picked(table.rows, columns))
    except BadFile as bad:
        raise ValidationError({"file": str(_SAID[bad.problem])}) from bad
    if not rows:
        raise ValidationError({"file": str(_SAID[FileProblem.NO_ROWS])})
    return rows


def _picked(rows: Iterator[tuple[int, list[Cell]]], columns: Mapping[str, int]) -> Iterator[FileRow]:
    n_rows = 0
    for number, cells in rows:
        picked = {name: cells[place] if place < len(cells) else None for name, place in columns.items()}
        if all(cell is None or not str(cell).strip() for cell in picked.values()):
            continue
        n_rows += 1
        if n_rows > MAX_ROWS:
            raise BadFile(FileProblem.TOO_MANY_ROWS)
        yield FileRow(number, picked)


COLUMNS = {
    "user": gettext_lazy("User name"),
    "task": gettext_lazy("Task"),
    "product": gettext_lazy("Product"),
    "work": gettext_lazy("Code of the work"),
    "factor": gettext_lazy("Standard units each"),
    "assigned": gettext_lazy("Amount assigned"),
    "done": gettext_lazy("Amount done"),
    "due": gettext_lazy("Time limit"),
    "returns": gettext_lazy("Times below quality"),
    "delays": gettext_lazy("Times late"),
    "kind": gettext_lazy("Kind of task"),
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Product or work"),
    "unit": gettext_lazy("Counted in"),
    "group": gettext_lazy("Group"),
    "legal_act": gettext_lazy("Decision on the list"),
}
"""What the columns are called in files and on pages."""


def hold_file(found: TaskImport) -> TaskImport | None:
    """The waiting file, held until the transaction ends; None when it, or the same, was brought in."""
    held = TaskImport.objects.select_for_update().filter(pk=found.pk, confirmed_at=None).first()
    if held is None:
        return None
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=held.office_id)
    return None if same_file(held) else held


def same_file(found: TaskImport) -> TaskImport | None:
    """The same file, brought in before for the same office and period."""
    return (
        TaskImport.objects.filter(
            office=found.office_id, kind=found.kind, period=found.period, sha256=found.sha256,
            confirmed_at__isnull=False,
        )
        .exclude(pk=found.pk)
        .select_related("by")
        .first()
    )  # fmt: skip


def settle(held: TaskImport, *, n_tasks: int, n_people: int, by: User, now: datetime) -> None:
    """Say that a file was brought in; its content is not kept."""
    held.content, held.n_tasks, held.n_people, held.confirmed_at = b"", n_tasks, n_people, now
    held.save(update_fields=["content", "n_tasks", "n_people", "confirmed_at"])
    record(
        act="ratings.import_tasks", by=by, obj=held, agency=held.office, now=now,
        data={"sha256": held.sha256, "kind": held.kind, "tasks": n_tasks, "people": n_people},
    )  # fmt: skip
