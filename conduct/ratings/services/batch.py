"""Confirming the undisputed sheets in one act; the disputed ones are held back and each says why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused

from ..models import Result, Sheet, SheetLine, SheetTask
from ..rules.reviewing import Given, Held, Reviewed, held_back
from ..rules.sheet import Total, sum_up
from .reading import as_task, leading_of, points_of, rules_of
from .reviewing import approve_sheet
from .reviewing_queue import Waiting
from .sheets import SheetChanged


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reviewed sheet that somebody may confirm, its sum, and why it is not confirmed with the others."""

    row: Waiting
    sheet: Sheet
    total: Total
    reasons: Sequence[Held]

    @property
    def is_undisputed(self) -> bool:
        """Whether nothing holds it back."""
        return not self.reasons


@dataclass(slots=True)
class BatchReport:
    """What came of a batch; ``n_already``: confirmed before, by an earlier click."""

    confirmed: list[Result] = field(default_factory=list)
    held: list[tuple[Sheet, Sequence[Held]]] = field(default_factory=list)
    n_already: int = 0


def candidates(rows: Iterable[Waiting]) -> list[Candidate]:
    """The sheets of a queue that wait for this person's confirmation; two queries."""
    found = [(row, row.sheet) for row in rows if row.step == "approve" and row.sheet is not None]
    ids = [sheet.pk for _row, sheet in found]
    lines: dict[int, list[SheetLine]] = {pk: [] for pk in ids}
    for line in SheetLine.objects.filter(sheet_id__in=ids):
        lines[line.sheet_id].append(line)
    tasks: dict[int, list[SheetTask]] = {pk: [] for pk in ids}
    for task in SheetTask.objects.filter(sheet_id__in=ids):
        tasks[task.sheet_id].append(task)
    return [_candidate(row, sheet, lines[sheet.pk], tasks[sheet.pk]) for row, sheet in found]


def _candidate(row: Waiting, sheet: Sheet, lines: list[SheetLine], tasks: list[SheetTask]) -> Candidate:
    scheme = rules_of(sheet)
    own, review = points_of(lines, "self"), points_of(lines, "review")
    total = sum_up(scheme, review, [as_task(task) for task in tasks], leading_of(sheet, "review"))
    marks = row.marks
    reviewed = Reviewed(
        own=Given(own, {}, sheet.self_leading),
        review=Given(review, {line.criterion: line.review_reason for line in lines}, sheet.review_leading),
        level=total.level.code if total.level else None,
        last_level=marks["last_level"] if marks else None,
        has_breach=bool(marks and marks["has_breach"]),
        has_petition=bool(marks and marks["has_petition"]),
        is_mutual=bool(row.mutual),
    )
    return Candidate(row, sheet, total, held_back(scheme, reviewed))


def approve_batch(
    *, rows: Iterable[Waiting], chosen: Mapping[int, int], by: User, now: datetime
) -> BatchReport:
    """Confirm of the chosen sheets (id → revision as previewed) those that are undisputed now.

    ``rows`` is the queue of ``by`` as it stands: whatever is not in it is left alone. Each sheet is confirmed
    in a transaction of its own, so that one that changed meanwhile does not undo the others. A second click
    finds them confirmed and confirms nothing.
    """
    report = BatchReport()
    everybody = list(rows)
    report.n_already = sum(
        row.step == "done" and row.sheet is not None and row.sheet.pk in chosen for row in everybody
    )
    for candidate in candidates(everybody):
        sheet = candidate.sheet
        if sheet.pk not in chosen:
            continue
        if candidate.reasons:
            report.held.append((sheet, candidate.reasons))
            continue
        try:
            result = approve_sheet(sheet=sheet, revision=chosen[sheet.pk], by=by, now=now)
        except (SheetChanged, Refused, ValidationError):
            report.held.append((sheet, [Held.CHANGED]))
        else:
            report.confirmed.append(result)
    return report
