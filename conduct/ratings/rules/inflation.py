"""When points look alike: questions for a head, never a verdict and never a quota (docs/ratings.md).

Each signal speaks only with enough sheets behind it; thresholds are the constants here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import sqrt

from conduct.kernel.statistics import Z_95

LEAST_MAXIMUM, MAXIMUM_SHARE = 10, 0.5
LEAST_SPREAD, LEAST_OTHERS, NARROW, OTHERS_SPREAD = 5, 10, 0.5, 1.0
LEAST_PAIRS, IDENTICAL_SHARE, DIFFERENCE = 10, 0.9, 3.0
LEAST_CITIZENS, LEAST_SERVING, CITIZENS_GAP, CITIZENS_Z = 30, 3, 0.1, Z_95


class Question(StrEnum):
    """What a head is asked."""

    ALL_MAXIMUM = "all_maximum"
    NARROW = "narrow"
    IDENTICAL = "identical"
    SELF_ABOVE = "self_above"
    REVIEW_ABOVE = "review_above"
    CITIZENS_BELOW = "citizens_below"


@dataclass(frozen=True, slots=True)
class Rated:
    """One reviewed sheet: both totals, and the most that its scheme allows."""

    reviewer: int
    total: Decimal
    self_total: Decimal | None
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class Served:
    """What a reviewer gave for serving citizens (points of the most), and what the citizens said."""

    sheets: int
    given: Decimal
    most: Decimal
    satisfied: int
    judged: int
    low: float
    high: float
    """The 95 % interval of the citizens' share."""

    @property
    def given_share(self) -> float:
        """Points given, as a fraction of the most."""
        return float(self.given / self.most)

    @property
    def satisfied_share(self) -> float:
        """Satisfied citizens, as a fraction of all who answered."""
        return self.satisfied / self.judged


@dataclass(frozen=True, slots=True)
class Signal:
    """A question with the figures behind it; ``value`` is compared with ``limit``."""

    question: Question
    n: int
    value: float
    limit: float
    other: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown of a group of sheets whether a signal speaks or not. None: too few to say."""

    n: int
    n_maximum: int
    mean: float | None
    spread: float | None
    pairs: int
    identical: int
    difference: float | None


def spread(totals: Sequence[Decimal]) -> float | None:
    """The standard deviation with n - 1; None below two."""
    n = len(totals)
    if n < 2:
        return None
    mean = sum(totals, Decimal(0)) / n
    return sqrt(float(sum((total - mean) ** 2 for total in totals) / (n - 1)))


def figures(rated: Sequence[Rated]) -> Figures:
    """Counts and means of some sheets."""
    totals = [one.total for one in rated]
    pairs = [(one.self_total, one.total) for one in rated if one.self_total is not None]
    gap = sum((own - given for own, given in pairs), Decimal(0))
    return Figures(
        n=len(rated),
        n_maximum=sum(one.total >= one.maximum for one in rated),
        mean=float(sum(totals, Decimal(0)) / len(totals)) if totals else None,
        spread=spread(totals),
        pairs=len(pairs),
        identical=sum(own == given for own, given in pairs),
        difference=float(gap / len(pairs)) if pairs else None,
    )


def all_maximum(rated: Sequence[Rated]) -> Signal | None:
    """More than half of at least ten sheets have every point there is."""
    found = figures(rated)
    if found.n < LEAST_MAXIMUM or found.n_maximum <= MAXIMUM_SHARE * found.n:
        return None
    return Signal(Question.ALL_MAXIMUM, found.n, found.n_maximum / found.n, MAXIMUM_SHARE)


def narrow(rated: Sequence[Rated], others: Sequence[Rated]) -> Signal | None:
    """A reviewer's totals (at least five) spread less than half as wide as the others' of the office.

    Silent where the others number below ten or hardly differ themselves (under one point).
    """
    mine, theirs = spread([one.total for one in rated]), spread([one.total for one in others])
    if mine is None or theirs is None or len(rated) < LEAST_SPREAD or len(others) < LEAST_OTHERS:
        return None
    if theirs < OTHERS_SPREAD or mine >= NARROW * theirs:
        return None
    return Signal(Question.NARROW, len(rated), mine, NARROW * theirs, theirs)


def self_and_review(rated: Sequence[Rated]) -> Signal | None:
    """At least ten sheets with both totals: nine in ten identical, or three points apart in the mean."""
    found = figures(rated)
    if found.pairs < LEAST_PAIRS or found.difference is None:
        return None
    identical = found.identical / found.pairs
    if identical >= IDENTICAL_SHARE:
        return Signal(Question.IDENTICAL, found.pairs, identical, IDENTICAL_SHARE)
    if found.difference >= DIFFERENCE:
        return Signal(Question.SELF_ABOVE, found.pairs, found.difference, DIFFERENCE)
    if found.difference <= -DIFFERENCE:
        return Signal(Question.REVIEW_ABOVE, found.pairs, -found.difference, DIFFERENCE)
    return None


def citizens_below(served: Served) -> Signal | None:
    """What a reviewer gave for serving citizens lies above what the citizens said.

    z = (given share - satisfied share) / standard error, the error being the width of the 95 % interval over
    2 x 1.96. Speaks from z 1.96 and a gap of ten points of a hundred, with thirty answers and three sheets.
    """
    if served.judged < LEAST_CITIZENS or served.sheets < LEAST_SERVING:
        return None
    given, said = served.given_share, served.satisfied_share
    gap, error = round(given - said, 9), (served.high - served.low) / (2 * Z_95)
    if gap < CITIZENS_GAP or gap < CITIZENS_Z * error:
        return None
    return Signal(Question.CITIZENS_BELOW, served.judged, given, said, gap / error)


def reviewer_signals(rated: Sequence[Rated], others: Sequence[Rated], served: Served | None) -> list[Signal]:
    """All questions that a reviewer's sheets raise, in the order of the page."""
    found = (
        all_maximum(rated),
        narrow(rated, others),
        self_and_review(rated),
        citizens_below(served) if served else None,
    )
    return [one for one in found if one is not None]
