"""Which forms are set aside, and why. Pure; the numbers here are the rule that supervisors read.

Nobody is told apart by name, address or device number. What is compared is the pace: how many forms come
from one network to a desk, against what that desk usually gets. A whole busy office behind one address stays
within its own pace, a burst does not.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from .questions import Answers

PHONE_FORMS = 8  # a day; a family shares a phone
PHONE_STRAIGHT = 2  # forms a day with the same mark everywhere; the next ones are set aside
SAME_TEXT = 2  # the same long comment at one unit within an hour; the next ones are set aside
LONG_TEXT = 20  # letters; shorter ones ("cán bộ nhiệt tình") are the same by chance
SECONDS_TO_READ = 1.5  # from the page being given out to the form, with one answer
SECONDS_AN_ANSWER = 0.3  # for each further one
LEAST_PACE = 2.0  # forms an hour that a desk may always get
UNKNOWN_PACE = 4.0  # for a desk without a history
# How rarely an honest stretch of time may pass the limit, and the same in standard deviations.
CHANCE, DEVIATIONS = 1e-4, 3.72

# Stretches of time in which forms from one network are counted: seconds, working hours, how much busier than
# usual an honest one may be.
TEN_MINUTES = (600, 1 / 6, 3.0)
A_DAY = (86_400, 7.5, 1.5)
HALF_AN_HOUR = (1_800, 0.5, 1.0)  # forms with the same mark everywhere
TEXT_SECONDS = 3_600


class Doubt(StrEnum):
    """Why a form is not counted until somebody reinstates it; empty: it counts."""

    NONE = ""
    DEVICE = "device"
    NETWORK = "network"
    BURST = "burst"
    SPEED = "speed"
    STRAIGHT = "straight"


@dataclass(frozen=True, slots=True)
class Pace:
    """Forms a working hour that a desk, and all desks of its unit, usually get; its unit and office."""

    desk: float
    unit: float
    unit_id: int
    office_id: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What was counted of the network that a form came from, this form included."""

    desk_ten_minutes: int
    desk_day: int
    unit_ten_minutes: int
    unit_day: int
    straight: int
    same_text: int
    is_office_network: bool


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a form came. ``seconds``: since its page was given out, None where that is not known; ``forms`` and
    ``straight``: what the phone sent before today; ``seen``: None while the counts are away."""

    seconds: float | None
    forms: int
    straight: int
    is_phone: bool
    is_outside_hours: bool
    seen: Seen | None


def doubt_about(answers: Answers, came: Circumstances, pace: Pace) -> Doubt:
    """The first reason for which a form is set aside."""
    if came.seconds is not None and 0 <= came.seconds < seconds_needed(answers):
        return Doubt.SPEED
    if came.forms >= PHONE_FORMS:
        return Doubt.DEVICE
    if is_straight(answers) and came.straight >= PHONE_STRAIGHT:
        return Doubt.STRAIGHT
    if came.seen is None:
        return Doubt.NONE
    return _doubt_about_network(came.seen, came, pace)


def _doubt_about_network(seen: Seen, came: Circumstances, pace: Pace) -> Doubt:
    if seen.is_office_network and (not came.is_phone or came.is_outside_hours):
        return Doubt.NETWORK
    too_many = (
        seen.desk_ten_minutes > most_forms(pace.desk, TEN_MINUTES)
        or seen.desk_day > most_forms(pace.desk, A_DAY)
        or seen.unit_ten_minutes > most_forms(max(pace.unit, pace.desk), TEN_MINUTES)
        or seen.unit_day > most_forms(max(pace.unit, pace.desk), A_DAY)
    )
    if too_many or seen.same_text > SAME_TEXT:
        return Doubt.BURST
    return Doubt.STRAIGHT if seen.straight > most_forms(pace.desk, HALF_AN_HOUR) else Doubt.NONE


def seconds_needed(answers: Answers) -> float:
    """The least time in which somebody can read the page and give these answers. A comment may be pasted."""
    ticked = [*answers.factors, answers.trips, *answers.others, *(mark for _item, mark in answers.items)]
    return SECONDS_TO_READ + SECONDS_AN_ANSWER * sum(mark is not None for mark in ticked)


def is_straight(answers: Answers) -> bool:
    """Whether the overall question and all five factors have the same mark."""
    return set(answers.factors) == {answers.overall}


@lru_cache(1000)
def most_forms(pace: float, stretch: tuple[int, float, float]) -> int:
    """The most forms that one network may send in a stretch of time.

    When all the visitors of a desk come through one network, their number in a stretch is about Poisson
    distributed; the limit is passed by chance once in 10,000 such stretches, busy ones included.
    """
    _seconds, hours, busier = stretch
    mean = max(pace, LEAST_PACE) * hours * busier
    if mean > 200:  # the normal distribution is near enough, and exp(-mean) soon 0
        return math.ceil(mean + DEVIATIONS * math.sqrt(mean))
    n, chance = 0, math.exp(-mean)
    tail = 1 - chance
    while tail >= CHANCE:
        n += 1
        chance *= mean / n
        tail -= chance
    return n


def long_text(comment: str) -> str:
    """The letters of a comment that is long enough to be compared with others; empty when it is not."""
    letters = "".join(sign for sign in comment.casefold() if sign.isalnum())
    return letters if len(letters) >= LONG_TEXT else ""
