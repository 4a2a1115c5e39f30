"""How a dossier stands, told by its **first** promised day; every dossier has exactly one status."""

from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Early, on time and late are settled; the rest is in process. The four sum to what was received."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    IN_PROCESS = "in_process"


def status_of(promised_on: date, finished_on: date | None) -> Status:
    """Settled before, on or after the first promised day, or not settled yet."""
    if finished_on is None:
        return Status.IN_PROCESS
    if finished_on < promised_on:
        return Status.EARLY
    return Status.ON_TIME if finished_on == promised_on else Status.LATE


def is_overdue(due_on: date, finished_on: date | None, today: date) -> bool:
    """In process although the day it is due now has passed."""
    return finished_on is None and due_on < today


def judged_on(promised_on: date, finished_on: date | None) -> date | None:
    """The day on which a dossier tells for or against its office, None when it does not (yet).

    Settled in time: the day it was settled. Otherwise: the first promised day, which then was not kept;
    whether that day has passed is for the caller to see. So each dossier counts once, whenever it is settled.
    """
    return promised_on if finished_on is None or finished_on > promised_on else finished_on
