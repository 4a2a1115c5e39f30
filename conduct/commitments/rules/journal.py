"""Days of a journal: what may be written about, by when a slip is to be put right, how that stands. Pure."""

from datetime import date, timedelta
from enum import StrEnum

# So far back one still remembers; so far ahead a remedy may be put.
BACK = timedelta(days=62)
AHEAD = timedelta(days=366)


class DayProblem(StrEnum):
    """Why a day cannot be."""

    IN_THE_FUTURE = "in_the_future"
    TOO_LONG_AGO = "too_long_ago"
    BEFORE_THE_SLIP = "before_the_slip"
    NOT_AHEAD = "not_ahead"
    TOO_FAR_AHEAD = "too_far_ahead"


class Remedy(StrEnum):
    """How the remedy of a slip stands."""

    AHEAD = "ahead"
    DUE = "due"
    LATE = "late"
    DONE = "done"


def day_problem(on: date, today: date) -> DayProblem | None:
    """What is wrong with the day that an entry is about, if anything."""
    if on > today:
        return DayProblem.IN_THE_FUTURE
    if on < today - BACK:
        return DayProblem.TOO_LONG_AGO
    return None


def remedy_day_problem(remedy_by: date, on: date) -> DayProblem | None:
    """What is wrong with the day by which a slip of the day ``on`` is to be put right, if anything."""
    if remedy_by < on:
        return DayProblem.BEFORE_THE_SLIP
    return DayProblem.TOO_FAR_AHEAD if remedy_by > on + AHEAD else None


def new_day_problem(remedy_by: date, today: date) -> DayProblem | None:
    """What is wrong with the new day of a remedy that was not done, if anything."""
    if remedy_by <= today:
        return DayProblem.NOT_AHEAD
    return DayProblem.TOO_FAR_AHEAD if remedy_by > today + AHEAD else None


def remedy_state(*, was_remedied: bool | None, remedy_by: date, today: date) -> Remedy:
    """How a remedy stands today; one that was not done by its day waits for its new day."""
    if was_remedied:
        return Remedy.DONE
    if remedy_by == today:
        return Remedy.DUE
    return Remedy.LATE if remedy_by < today else Remedy.AHEAD
