"""A stored sheet as the rules read it: its scheme, its tasks, the points of either side."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from ..models import Sheet, SheetLine, SheetTask
from ..rules.scheme import Component, Scheme, parse_scheme
from ..rules.sheet import Task, TaskKind, Total, sum_up

type Side = Literal["self", "review"]


def rules_of(sheet: Sheet) -> Scheme:
    """The scheme of a sheet, parsed."""
    return parse_scheme(sheet.scheme.document)


def as_task(row: SheetTask) -> Task:
    """A stored task; excused returns and delays do not count (Điều 14.2)."""
    return Task(
        row.assigned,
        row.done,
        row.factor,
        TaskKind(row.kind),
        row.returns - row.excused_returns,
        row.delays - row.excused_delays,
        row.handed_back_at is not None,
    )


def points_of(lines: Iterable[SheetLine], side: Side) -> dict[str, Decimal | None]:
    """Points by criterion, of the person or of the reviewer."""
    return {line.criterion: getattr(line, f"{side}_points") for line in lines}


def leading_of(sheet: Sheet, side: Side) -> Mapping[Component, int | None]:
    """Components d, đ, e as somebody said them, in percent."""
    said = sheet.self_leading if side == "self" else sheet.review_leading
    return {Component(name): value for name, value in said.items()}


def total_of(sheet: Sheet, side: Side) -> Total:
    """The points of one side; two queries (lines, tasks) unless prefetched."""
    return sum_up(
        rules_of(sheet),
        points_of(sheet.lines.all(), side),
        [as_task(row) for row in sheet.tasks.all()],
        leading_of(sheet, side),
    )
