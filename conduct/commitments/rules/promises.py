"""Promises to citizens: when they are due, how they may end, and the code by which one is withdrawn."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from conduct.kernel.workdays import add_working_hours, end_of_working_day, next_working_moment

MOST_HOURS = 200
MOST_DAYS = 120
MOST_AHEAD = timedelta(days=366)

# So many signs of kernel.codes.CODE_SIGNS, where I, L and O are missing: what is told is typed right.
CODE_LENGTH = 8
_READ_AS = str.maketrans("ILO", "110", " -")


class DueKind(StrEnum):
    """How the time was promised."""

    HOURS = "hours"
    DAYS = "days"
    MOMENT = "moment"


class DueProblem(StrEnum):
    """Why a promise cannot be due then."""

    PAST = "past"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Due:
    """When a promise is due; ``moved`` when the moment asked for is no working time."""

    at: datetime
    moved: bool = False


class Act(StrEnum):
    """What may be done with a promise."""

    KEEP = "keep"
    BREAK = "break"
    WITHDRAW = "withdraw"
    CORRECT = "correct"


# The outcomes from which each act may start; nothing leads out of a withdrawal.
_FROM = {
    Act.KEEP: {"open"},
    Act.BREAK: {"open"},
    Act.WITHDRAW: {"open", "broken"},
    Act.CORRECT: {"kept", "kept_late"},
}


def may(act: Act, outcome: str) -> bool:
    """Whether the act may start from this outcome."""
    return outcome in _FROM[act]


def kept_outcome(due_at: datetime, now: datetime) -> str:
    """``kept`` within the minute that was promised, ``kept_late`` after it."""
    return "kept" if now < due_at.replace(second=0, microsecond=0) + timedelta(minutes=1) else "kept_late"


def due_within(hours: int, now: datetime) -> Due:
    """So many working hours from now, to the minute."""
    return Due(add_working_hours(now.replace(second=0, microsecond=0), hours))


def due_by_day(days: int, now: datetime) -> Due:
    """The end of the n-th working day after today; 0 is today (or the next working day). Local ``now``."""
    return Due(end_of_working_day(now.date(), days))


def due_at(moment: datetime) -> Due:
    """The moment itself, else the next one at which offices work."""
    found = next_working_moment(moment)
    return Due(found, moved=found != moment)


def due_problem(at: datetime, now: datetime) -> DueProblem | None:
    """What is wrong with a due moment, if anything."""
    if at <= now:
        return DueProblem.PAST
    return DueProblem.FAR if at > now + MOST_AHEAD else None


def read_code(text: str) -> str:
    """A code as it was meant: without spaces and hyphens, I and L read as 1, O as 0."""
    return text.upper().translate(_READ_AS)


def digest_of(code: str, secret: str) -> str:
    """What is stored of a code: nobody finds it by trying without the secret."""
    return hmac.new(secret.encode(), code.encode(), hashlib.sha256).hexdigest()
