"""When a finding may be decided, and in which month it counts."""

from dataclasses import dataclass
from datetime import date

from conduct.kernel.months import Month

DAYS_TO_ANSWER = 5
"""Working days that the person has to answer; the office's own rule, no law names a figure."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The month in which a confirmed finding counts; ``is_late``: that of the visit was closed."""

    month: Month
    is_late: bool


def may_be_decided(*, has_answered: bool, answer_by: date, today: date) -> bool:
    """Whether the person was heard: answered, or let the day pass."""
    return has_answered or today > answer_by


def counted_in(*, visit: date, visit_is_open: bool, today: date) -> Counted:
    """The month of the visit while it is open, else the month of the confirmation (design 5.1, 4)."""
    happened = Month.of(visit)
    if visit_is_open:
        return Counted(happened, is_late=False)
    return Counted(Month.of(today), is_late=True)
