"""Bringing in the one-stop system's list: the row is the request, a worker reads the file, a sweep delivers.

All of a list is stored, or nothing: a worker first reads the whole file, then stores it in one transaction
together with the word that it is done. Killed before, it has stored nothing, and another begins anew.
"""

import hashlib
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import IO
from uuid import uuid4

from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..models import ColumnMapping, DossierImport
from ..permissions.dossiers import check_can_import
from ..rules.columns import Field, headings_hash
from ..tallies.upserts import write_dossiers
from .reading import BATCH, Officers, Reader, read_rows
from .tables import BadFile, open_table

logger = logging.getLogger(__name__)
State = DossierImport.State

LEASE = timedelta(minutes=2)  # renewed with every thousand rows; then another worker takes it
MAX_TRIES = 3
PROBLEMS_SHOWN = 1000
# A file whose columns nobody named, and the list of what was wrong, are kept so long.
WAITS_FOR_COLUMNS = timedelta(days=1)
KEEPS_PROBLEMS = timedelta(days=30)
WORKER_ENDED, ABANDONED = "worker ended", "abandoned"
_PIECE = 256 * 1024


def upload_list(*, agency: Agency, file: File[bytes], by: User, now: datetime) -> DossierImport:
    """Take a file in; what its columns mean is asked next. Raises Refused, BadFile."""
    check_can_import(by, agency, timezone.localdate(now))
    table = open_table(file)
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    file.seek(0)
    with transaction.atomic():
        taken = DossierImport(
            agency=agency, name=(file.name or "")[-200:], sha256=digest.hexdigest(), n_rows=table.n_rows,
            asked_by=by, asked_at=now,
        )  # fmt: skip
        taken.file.save(f"{uuid4().hex}.list", file, save=False)
        taken.save()
        record(
            act="dossiers.upload_list", by=by, obj=taken, agency=agency, now=now,
            data={"sha256": taken.sha256},
        )  # fmt: skip
    return taken


@transaction.atomic
def start_import(
    *, found: DossierImport, columns: dict[str, int], headings: list[str], by: User, now: datetime
) -> bool:
    """Say what the columns mean, remember it for files with these headings, and let a worker begin.

    Returns whether this call started it: a second click finds it started. Raises Refused.
    """
    check_can_import(by, found.agency, timezone.localdate(now))
    held = DossierImport.objects.select_for_update().get(pk=found.pk)
    if held.state != State.UPLOADED:
        return False
    held.state, held.columns = State.WAITING, columns
    held.save(update_fields=["state", "columns"])
    ColumnMapping.objects.update_or_create(
        agency=held.agency, headings_hash=headings_hash(headings), defaults={"columns": columns}
    )
    record(
        act="dossiers.start_import", by=by, obj=held, agency=held.agency, now=now, data={"columns": columns}
    )
    return True


def _free(now: datetime) -> Q:
    """Nobody works on it: it waits, or its worker has not been heard of."""
    return Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)


def _mine(import_id: int, worker: str) -> QuerySet[DossierImport]:
    return DossierImport.objects.filter(pk=import_id, worker=worker, state=State.RUNNING)


def run_import(*, import_id: int, worker: str, clock: Callable[[], datetime]) -> bool:
    """Claim a list and bring it in; returns whether this call ended it.

    An error leaves it to the sweep, the third one ends it. Whoever loses the lease meanwhile stores nothing.
    """
    claimed = DossierImport.objects.filter(_free(clock()), pk=import_id, n_tries__lt=MAX_TRIES).update(
        state=State.RUNNING, worker=worker, lease_until=clock() + LEASE, n_tries=F("n_tries") + 1, n_done=0
    )
    if not claimed:
        return False
    found = DossierImport.objects.select_related("agency", "asked_by").get(pk=import_id)
    try:
        with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as problems:
            checked = _check(found, worker, clock, lines, problems)
            ended = _finish(found, worker, checked, clock())
    except BadFile as bad:
        ended = _fail(found, worker, bad.problem.value, clock())
    except Exception as error:
        logger.exception("The list %s could not be brought in", import_id)
        ended = _give_back(found, worker, type(error).__name__, clock())
    if ended:
        _remove_file(found)
    return ended


@dataclass(slots=True)
class _Checked:
    """A list that was read: how many rows, the lines for COPY, and what is wrong."""

    lines: IO[bytes]
    problems: IO[bytes]
    n_rows: int
    n_wrong: int
    shown: list[list[str | int]]


def _check(
    found: DossierImport, worker: str, clock: Callable[[], datetime], lines: IO[bytes], problems: IO[bytes]
) -> _Checked:
    """Read the whole list; nothing is stored but how far it has come."""
    today = timezone.localdate(found.asked_at)
    reader = Reader(found.agency, found.columns, today, Officers.of(found.agency, today))
    done = _Checked(lines, problems, 0, 0, [])
    with found.file.open("rb") as file:
        rows = read_rows(open_table(file), found.columns, today)
        for batch in batched(rows, BATCH):
            wrong, right = reader.check(list(batch))
            done.n_rows += len(batch)
            done.n_wrong += len({number for number, _ in wrong})
            for number, one in wrong:
                line: list[str | int] = [number, one.field.value, one.problem.value, one.detail]
                problems.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
                if len(done.shown) < PROBLEMS_SHOWN:
                    done.shown.append(line)
            lines.writelines(right)
            if not _mine(found.pk, worker).update(n_done=done.n_rows, lease_until=clock() + LEASE):
                break  # another has taken over; _finish will see it
    return done


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def _finish(found: DossierImport, worker: str, checked: _Checked, now: datetime) -> bool:
    """Store the list and say so, or say what is wrong with it; in one transaction."""
    with transaction.atomic():
        held = _mine(found.pk, worker).select_for_update().first()
        if held is None:
            return False
        held.n_rows = held.n_done = checked.n_rows
        held.n_wrong, held.problems = checked.n_wrong, checked.shown
        held.finished_at, held.lease_until, held.error = now, None, ""
        if checked.n_wrong:
            held.state = State.REFUSED
            checked.problems.seek(0)
            held.problems_file.save(f"{uuid4().hex}.jsonl", File(checked.problems), save=False)
        else:
            held.n_new, held.n_changed = write_dossiers(
                held.agency_id, _pieces(checked.lines), given=_given(held.columns)
            )
            held.n_same = checked.n_rows - held.n_new - held.n_changed
            held.state = State.DONE
        held.save()
        record(
            act="dossiers.run_import", by=found.asked_by, obj=held, agency=found.agency, now=now,
            data={
                "state": held.state, "rows": held.n_rows, "new": held.n_new, "changed": held.n_changed,
                "same": held.n_same, "wrong": held.n_wrong,
            },
        )  # fmt: skip
    return True


def _given(columns: dict[str, int]) -> set[str]:
    """The columns of the table that the list may change beside those that every list has."""
    names = {
        Field.GROUP: "procedure_group", Field.APPLICANT: "applicant", Field.FINISHED_ON: "finished_on",
        Field.OFFICER: "posting_id",
    }  # fmt: skip
    return {name for field, name in names.items() if field.value in columns}


def _fail(found: DossierImport, worker: str, error: str, now: datetime) -> bool:
    return bool(
        _mine(found.pk, worker).update(state=State.FAILED, error=error, finished_at=now, lease_until=None)
    )


def _give_back(found: DossierImport, worker: str, error: str, now: datetime) -> bool:
    """Let another try; after the last one say that it failed. Returns whether it has ended."""
    if found.n_tries >= MAX_TRIES:
        return _fail(found, worker, error, now)
    _mine(found.pk, worker).update(state=State.WAITING, error=error, lease_until=None)
    return False


def _remove_file(found: DossierImport) -> None:
    """The file holds names: it goes as soon as it is no longer read."""
    if found.file.name:
        found.file.storage.delete(found.file.name)
        DossierImport.objects.filter(pk=found.pk).update(file="")


def read_problems(found: DossierImport) -> Iterator[tuple[int, str, str, str]]:
    """Everything that is wrong with a refused list; the first thousand once the file was removed."""
    try:
        with found.problems_file.open("rb") as file:
            for line in file:
                yield tuple(json.loads(line))
    except (FileNotFoundError, ValueError):
        yield from (tuple(line) for line in found.problems)


def sweep_imports(*, now: datetime) -> list[int]:
    """End what was tried too often or never begun, remove old files; returns the lists that wait."""
    DossierImport.objects.filter(_free(now), n_tries__gte=MAX_TRIES).update(
        state=State.FAILED, error=WORKER_ENDED, finished_at=now, lease_until=None
    )
    DossierImport.objects.filter(state=State.UPLOADED, asked_at__lt=now - WAITS_FOR_COLUMNS).update(
        state=State.FAILED, error=ABANDONED, finished_at=now
    )
    ended = DossierImport.objects.filter(state__in=(State.DONE, State.REFUSED, State.FAILED))
    for one in ended.exclude(file=""):
        _remove_file(one)
    for one in ended.filter(finished_at__lt=now - KEEPS_PROBLEMS).exclude(problems_file=""):
        one.problems_file.storage.delete(str(one.problems_file.name))
        DossierImport.objects.filter(pk=one.pk).update(problems_file="")
    return list(DossierImport.objects.filter(_free(now)).order_by("pk").values_list("pk", flat=True))
