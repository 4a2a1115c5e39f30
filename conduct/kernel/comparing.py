"""Comparing shares: what changed for sure, and how many of many differences are more than chance.

Sources: Newcombe (1998) for the interval of a difference; the pooled score test on effective numbers for its
p-value; Benjamini and Hochberg (1995) for lists.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

from .statistics import Share, difference


class Change(StrEnum):
    """How a share stands to an earlier one, or to that of others."""

    ROSE = "rose"
    FELL = "fell"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


def difference_of(first: Share, second: Share) -> tuple[float, float]:
    """95 % interval of share(first) − share(second), each on its effective number of answers."""
    return difference(first.effective, second.effective)


def change_of(now: Share, before: Share) -> Change:
    """Rose or fell only where the 95 % interval of the difference excludes 0; unknown without answers."""
    if not now.judged or not before.judged:
        return Change.UNKNOWN
    low, high = difference_of(now, before)
    if low > 0:
        return Change.ROSE
    return Change.FELL if high < 0 else Change.UNCLEAR


def p_value(first: Share, second: Share) -> float:
    """How often chance alone would part two equal shares at least so far (two-sided).

    1.0 where nothing can be said: no answers on a side, or all answers alike.
    """
    kept1, n1 = first.effective
    kept2, n2 = second.effective
    if not n1 or not n2:
        return 1.0
    pooled = (kept1 + kept2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if variance <= 0:
        return 1.0
    z = abs(kept1 / n1 - kept2 / n2) / sqrt(variance)
    return min(1.0, 2 * NormalDist().cdf(-z))


def discoveries(p_values: Sequence[float], rate: float = 0.05) -> list[bool]:
    """Which of many differences to call sure, so that on average at most `rate` of those called are chance.

    Benjamini–Hochberg: the i-th smallest of m must not exceed i/m × rate, and all smaller ones go with it.
    """
    m = len(p_values)
    order = sorted(range(m), key=lambda place: p_values[place])
    last = max((rank for rank, place in enumerate(order, 1) if p_values[place] <= rank / m * rate), default=0)
    sure = set(order[:last])
    return [place in sure for place in range(m)]
