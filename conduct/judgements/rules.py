"""What a supervisor's judgement of a month must hold, and until when the person may reply. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEAST, MOST = 0, 4
REASON_LEAST, REASON_MOST = 5, 1_000
REPLY_MOST = 2_000
REPLY_DAYS = 7


@dataclass(frozen=True, slots=True)
class Verdict:
    """One item: 0 (không giữ) to 4 (luôn giữ) and, below 4, why."""

    value: int
    reason: str = ""


class Problem(StrEnum):
    """Why a judgement cannot be stored."""

    STRANGE_ITEM = "strange_item"
    UNANSWERED = "unanswered"
    OUT_OF_RANGE = "out_of_range"
    REASON_MISSING = "reason_missing"
    REASON_TOO_SHORT = "reason_too_short"
    REASON_TOO_LONG = "reason_too_long"


def completed(verdicts: Mapping[int, Verdict], items: Collection[int]) -> dict[int, Verdict]:
    """The one act "all the rest: always kept": items without an answer get 4."""
    return {**{item: Verdict(MOST) for item in items}, **verdicts}


def tidied(verdict: Verdict) -> Verdict:
    """Without blanks around the reason; a kept item needs none, so one left over is dropped."""
    return Verdict(verdict.value, "" if verdict.value == MOST else verdict.reason.strip())


def problem_of(verdict: Verdict) -> Problem | None:
    """What is wrong with one tidied verdict, if anything."""
    if not LEAST <= verdict.value <= MOST:
        return Problem.OUT_OF_RANGE
    if len(verdict.reason) > REASON_MOST:
        return Problem.REASON_TOO_LONG
    if verdict.value == MOST:
        return None
    if not verdict.reason:
        return Problem.REASON_MISSING
    return Problem.REASON_TOO_SHORT if len(verdict.reason) < REASON_LEAST else None


def problems(verdicts: Mapping[int, Verdict], items: Collection[int]) -> dict[int, Problem]:
    """Everything wrong with a sheet, by item; every item of the model must be judged and no other."""
    found: dict[int, Problem] = {item: Problem.UNANSWERED for item in items if item not in verdicts}
    for item, verdict in verdicts.items():
        problem = problem_of(verdict) if item in items else Problem.STRANGE_ITEM
        if problem:
            found[item] = problem
    return found


def may_reply(*, month_is_open: bool, judged_at: datetime, has_replied: bool, now: datetime) -> bool:
    """The right of reply: while the month is open, or a first time within seven days after the judgement."""
    return month_is_open or (not has_replied and now < judged_at + timedelta(days=REPLY_DAYS))
