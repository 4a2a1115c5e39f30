"""How long a person worked in a year, and whether that is enough for a class (Điều 11.1, 11.2, 19.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from conduct.kernel.months import Month

ENOUGH = 6
"""Months (Điều 11.1)."""


class Leave(StrEnum):
    """Kinds of absence. Study goes on at the agency's order and takes nothing from the time of work."""

    UNPAID = "unpaid"
    SICK = "sick"
    MATERNITY = "maternity"
    STUDY = "study"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``start`` to ``end``, both included; None: it goes on."""

    start: date
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Off:
    """An absence of a kind."""

    kind: Leave
    span: Span


@dataclass(frozen=True, slots=True)
class WorkTime:
    """Months of the year, as fractions: a day of July is 1/31.

    ``served``: in any posting. ``counted``: served without unpaid leave, what the six months are measured
    by: sick leave and maternity leave do not cost a person the class (11.2). ``worked``: also without these.
    """

    served: Fraction
    counted: Fraction
    worked: Fraction

    @property
    def is_enough(self) -> bool:
        """Whether the year is classed."""
        return self.counted >= ENOUGH


def work_time(year: int, postings: Iterable[Span], absences: Iterable[Off]) -> WorkTime:
    """The time of work from January to December; a posting without an end goes on to 31 December."""
    spans, offs = list(postings), list(absences)
    served = counted = worked = Fraction(0)
    for number in range(1, 13):
        month = Month(year, number)
        part = Fraction(1, month.last.day)
        for day in days_of(month):
            if not any(day in span for span in spans):
                continue
            kinds = {off.kind for off in offs if day in off.span}
            served += part
            counted += part * (Leave.UNPAID not in kinds)
            worked += part * (not kinds & {Leave.UNPAID, Leave.SICK, Leave.MATERNITY})
    return WorkTime(served, counted, worked)


def days_of(month: Month) -> list[date]:
    """Every day of a month."""
    return [month.first + timedelta(days=number) for number in range(month.last.day)]


def leaves_in(month: Month, absences: Iterable[Off]) -> tuple[Leave, ...]:
    """The kinds of absence that touch a month, each once, in order."""
    touching = {
        off.kind
        for off in absences
        if off.span.start <= month.last and (off.span.end is None or off.span.end >= month.first)
    }
    return tuple(kind for kind in Leave if kind in touching)
