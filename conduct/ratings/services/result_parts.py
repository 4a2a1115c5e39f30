"""The parts of a result as plain data: all that the forms print, frozen with the names and titles of the day.

Numbers are exact decimals written as text. ``docs/ratings.md`` lists the keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from conduct.agencies.models import Posting, User

from ..models import Sheet, SheetLine, SheetTask
from ..rules.scheme import Component, Criterion, Group, Scheme
from ..rules.sheet import EXACT, TaskResult, Total, sum_up
from .reading import as_task, leading_of, points_of

PARTS_FORM = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """A sheet summed up on both sides, with the rows that it was summed from."""

    scheme: Scheme
    lines: Mapping[str, SheetLine]
    tasks: list[SheetTask]
    points: Mapping[str, Decimal | None]
    leading: Mapping[Component, int | None]
    own: Total
    confirmed: Total


def tally_sheet(
    sheet: Sheet,
    scheme: Scheme,
    points: Mapping[str, Decimal] | None = None,
    leading: Mapping[Component, int] | None = None,
) -> Tally:
    """Both sides of a sheet; ``points`` and ``leading`` take the place of the reviewer's where given.

    Two queries. ValueError for points that the scheme does not allow.
    """
    lines = {line.criterion: line for line in sheet.lines.all()}
    tasks = list(sheet.tasks.all())
    counted = [as_task(row) for row in tasks]
    final_points = {**points_of(lines.values(), "review"), **(points or {})}
    final_leading = {**leading_of(sheet, "review"), **(leading or {})}
    return Tally(
        scheme,
        lines,
        tasks,
        final_points,
        final_leading,
        sum_up(scheme, points_of(lines.values(), "self"), counted, leading_of(sheet, "self")),
        sum_up(scheme, final_points, counted, final_leading),
    )


def parts_of(sheet: Sheet, tally: Tally, *, signer: User, now: datetime) -> dict[str, Any]:
    """The whole result as data. One query: the posts of reviewer and signer."""
    titles = _titles([person for person in (sheet.reviewer, signer) if person], now.date())
    return {
        "form": PARTS_FORM,
        "scheme": {
            "code": sheet.scheme.code,
            "number": sheet.scheme.number,
            "name": sheet.scheme.name,
            "legal_basis": sheet.scheme.legal_basis,
        },
        "period": {"kind": sheet.kind, "first": sheet.period.isoformat()},
        "person": {
            "name": sheet.posting.person.full_name,
            "title": sheet.posting.title,
            "category": sheet.posting.category,
            "is_leader": sheet.posting.is_leader,
            "agency": sheet.posting.agency.name,
            "office": sheet.office.name,
        },
        "submitted_at": _time(sheet.submitted_at),
        "reviewed_by": _signer(sheet.reviewer, titles, sheet.reviewed_at),
        "confirmed_by": _signer(signer, titles, now),
        "groups": [_group(group, tally) for group in tally.scheme.groups],
        "common": {
            "maximum": str(tally.scheme.common_maximum),
            "self": _number(tally.own.common),
            "points": _number(tally.confirmed.common),
        },
        "tasks": _tasks(tally),
        "maximum": str(tally.scheme.maximum),
        "self_total": _number(tally.own.total),
        "total": _number(tally.confirmed.total),
        "level": _level(tally.confirmed),
        "strengths": sheet.strengths,
        "shortcomings": sheet.shortcomings,
        "opinion": sheet.opinion,
    }


def _titles(people: list[User], on: date) -> dict[int, str]:
    """The post of each person that day; the leading one first."""
    rows = Posting.objects.in_force(on).filter(person__in=people).order_by("is_leader", "-starts_on")
    return dict(rows.values_list("person_id", "title"))


def _signer(person: User | None, titles: Mapping[int, str], at: datetime | None) -> dict[str, str | None]:
    if person is None:
        return {"name": "", "title": "", "at": None}
    return {"name": person.full_name, "title": titles.get(person.pk, ""), "at": _time(at)}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _number(value: Decimal | None) -> str | None:
    """As short as it can be written exactly: the same points always give the same text."""
    return None if value is None else format(value.normalize(EXACT), "f")


def _level(total: Total) -> dict[str, str]:
    level = total.level
    return {"code": level.code, "letter": level.letter, "name": level.name} if level else {}


def _group(group: Group, tally: Tally) -> dict[str, Any]:
    lines = [_line(criterion, tally) for criterion in group.criteria]
    return {"code": group.code, "text": group.text, "maximum": str(group.maximum), "lines": lines}


def _line(criterion: Criterion, tally: Tally) -> dict[str, Any]:
    line = tally.lines.get(criterion.code, SheetLine())
    return {
        "code": criterion.code,
        "text": criterion.text,
        "maximum": str(criterion.maximum),
        "self": _number(line.self_points),
        "note": line.self_note,
        "points": _number(tally.points.get(criterion.code)),
        "reason": line.review_reason,
    }


def _tasks(tally: Tally) -> dict[str, Any] | None:
    rule, result, own = tally.scheme.tasks, tally.confirmed.tasks, tally.own.tasks
    if rule is None or result is None or own is None:
        return None
    return {
        "maximum": str(rule.maximum),
        "deduction": str(rule.deduction),
        "components": [component.value for component in rule.components],
        "assigned": _number(result.assigned),
        "done": _number(result.done),
        "shares": _shares(result),
        "self_shares": _shares(own),
        "share": _number(result.share),
        "is_capped": result.is_capped,
        "points": _number(result.points),
        "self_points": _number(own.points),
        "rows": [_task(row) for row in tally.tasks],
    }


def _shares(result: TaskResult) -> dict[str, str | None]:
    return {component.value: _number(share) for component, share in result.shares.items()}


def _task(row: SheetTask) -> dict[str, Any]:
    return {
        "name": row.name,
        "product": row.product,
        "unit": row.unit,
        "kind": row.kind,
        "factor": _number(row.factor),
        "assigned": _number(row.assigned),
        "done": _number(row.done),
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "returns": row.returns,
        "excused_returns": row.excused_returns,
        "delays": row.delays,
        "excused_delays": row.excused_delays,
        "cause": row.cause,
        "handed_back": row.handed_back_at is not None,
        "handed_back_reason": row.handed_back_reason,
    }
