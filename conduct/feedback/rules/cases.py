"""What a case may become, by when it is answered, and when others are told that it is late. Pure."""

from datetime import date
from enum import StrEnum

from conduct.kernel.workdays import is_working_day, working_day, working_days

# Working days from the day of receipt to the answer, by kind ("" until it is sorted). No figure was found
# in the law for remarks on service: it is the office's own rule, in one place (docs/architecture.md).
ANSWER_DAYS = {"": 5, "praise": 10, "suggestion": 10, "complaint": 5, "forward": 5, "unclear": 5}
# Working days after the due day at which the agency above is told.
ABOVE_AFTER = 3
# Working days before the due day at which who handles the case is reminded.
REMIND_BEFORE = 1


class Act(StrEnum):
    """What the office may do with a case."""

    SORT = "sort"
    ASSIGN = "assign"
    MOVE = "move"
    REPLY = "reply"
    FORWARD = "forward"
    CLOSE = "close"
    MERGE = "merge"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"


_OPEN = frozenset({"new", "sorted", "assigned"})
# The states from which each act may start. Praise and suggestions may be answered as well as anything else;
# what was not sorted yet has no summary, so nothing is done with it but sorting and moving.
_FROM = {
    Act.SORT: _OPEN,
    Act.ASSIGN: frozenset({"sorted", "assigned"}),
    Act.MOVE: _OPEN,
    Act.REPLY: frozenset({"sorted", "assigned"}),
    Act.FORWARD: frozenset({"sorted", "assigned"}),
    Act.CLOSE: frozenset({"sorted", "assigned"}),
    Act.MERGE: _OPEN,
    Act.PUBLISH: frozenset({"answered", "closed"}),
    Act.UNPUBLISH: frozenset({"answered", "closed"}),
}
# Only these end without an answer: thanks need none, and nobody can answer what says nothing.
CLOSES_UNANSWERED = frozenset({"praise", "unclear"})


def may(act: Act, state: str, kind: str = "") -> bool:
    """Whether the act may start from this state of a case of this kind."""
    if state not in _FROM[act]:
        return False
    if act is Act.CLOSE:
        return kind in CLOSES_UNANSWERED
    if act is Act.FORWARD:
        return kind == "forward"
    return True


def due_day(received_on: date, kind: str = "") -> date:
    """The working day by which a case is answered; the day of receipt does not count."""
    return working_day(received_on, ANSWER_DAYS[kind])


def is_reminder_day(day: date, due_on: date) -> bool:
    """Whether who handles a case is reminded: the working day before it is due, and the due day itself."""
    if day > due_on or not is_working_day(day):
        return False
    return working_days(day, due_on) - 1 <= REMIND_BEFORE


def goes_above(day: date, due_on: date) -> bool:
    """Whether the agency above is told that a case is late."""
    return day > due_on and working_days(due_on, day) - int(is_working_day(due_on)) >= ABOVE_AFTER
