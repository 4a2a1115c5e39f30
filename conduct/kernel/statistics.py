"""How far chance alone may move a share: Wilson intervals and the effective number of answers.

The intervals speak of chance only, never of those who did not answer.
Sources: Wilson (1927); Newcombe (1998) for differences; Kish (1965) for the design effect of clusters; Korn
and Graubard (1998) for few clusters.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from math import sqrt

Z_95 = 1.959963984540054
# Student's t for 95 %, two-sided, where its series does not hold yet: one and two degrees of freedom.
_T_1, _T_2 = 12.706204736432095, 4.302652729911275
# Intra-class correlation where the data cannot tell it, and how many degrees of freedom of the variance an
# answer brings, by p(1 − p): both found by simulation (docs/statistics.md).
ASSUMED_LIKENESS = 0.2
_DEGREES = 1.5


def wilson(kept: float, judged: float, n_eff: float | None = None) -> tuple[float, float]:
    """95 % interval of the share kept/judged, as fractions of 1.

    `n_eff` is the effective number of answers when they come in clusters; by default all `judged` count.
    Without any answer nothing is known: (0, 1). ValueError when kept is not between 0 and judged.
    """
    if not 0 <= kept <= judged:
        raise ValueError(f"{kept} of {judged} is not a share")
    n = judged if n_eff is None else min(n_eff, judged)
    if judged == 0 or n <= 0:
        return 0.0, 1.0
    p, z2 = kept / judged, Z_95 * Z_95
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low = 0.0 if kept == 0 else max(0.0, centre - half)
    high = 1.0 if kept == judged else min(1.0, centre + half)
    return low, high


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """Sums over clusters (a desk on a day) of 1, n², n·k and k², n judged and k kept in each. Additive."""

    clusters: int = 0
    nn: int = 0
    nk: int = 0
    kk: int = 0

    @classmethod
    def of(cls, groups: Iterable[tuple[int, int]]) -> "ClusterSums":
        """From (kept, judged) of each cluster; empty clusters do not count."""
        filled = [(kept, judged) for kept, judged in groups if judged]
        return cls(
            len(filled),
            sum(judged * judged for _, judged in filled),
            sum(judged * kept for kept, judged in filled),
            sum(kept * kept for kept, _ in filled),
        )

    def __add__(self, other: "ClusterSums") -> "ClusterSums":
        return ClusterSums(
            self.clusters + other.clusters, self.nn + other.nn, self.nk + other.nk, self.kk + other.kk
        )

    def __sub__(self, other: "ClusterSums") -> "ClusterSums":
        return ClusterSums(
            self.clusters - other.clusters, self.nn - other.nn, self.nk - other.nk, self.kk - other.kk
        )


def t_95(degrees: float) -> float:
    """The two-sided 95 % point of Student's t; ``degrees`` need not be whole. ValueError below 1.

    Exact for 1 and 2; above 3 by the series of Abramowitz and Stegun 26.7.5 (error under 0.003); between, a
    straight line.
    """
    if degrees < 1:
        raise ValueError(f"no t distribution with {degrees} degrees of freedom")
    if degrees <= 2:
        return _T_1 + (_T_2 - _T_1) * (degrees - 1)
    if degrees < 3:
        return _T_2 + (_t_series(3.0) - _T_2) * (degrees - 2)
    return _t_series(degrees)


@cache
def _t_terms() -> tuple[float, float, float, float]:
    z = Z_95
    return (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )


def _t_series(degrees: float) -> float:
    return Z_95 + sum(term / degrees**power for power, term in enumerate(_t_terms(), 1))


def equal_clusters(judged: int, sums: ClusterSums) -> float:
    """How many clusters of equal size weigh as much as these unequal ones: n² ÷ Σn² (Kish)."""
    return judged * judged / sums.nn if sums.nn else 0.0


def design_effect(kept: int, judged: int, sums: ClusterSums) -> float:
    """How many times wider than for independent answers the variance of kept/judged is.

    A ratio estimator over clusters, corrected for their number (as if of equal size) and never below 1:
    clusters must not narrow an interval. Where nothing can be estimated, with one cluster or when all answers
    agree, a likeness of ``ASSUMED_LIKENESS`` within clusters is assumed. 1.0 without clusters.
    """
    n_equal = equal_clusters(judged, sums)
    if not judged or not sums.clusters:
        return 1.0
    if sums.clusters < 2 or kept in (0, judged):
        return 1 + ASSUMED_LIKENESS * (sums.nn / judged - 1)
    p = kept / judged
    spread = sums.kk - 2 * p * sums.nk + p * p * sums.nn
    between = n_equal / (n_equal - 1) * spread / (judged * judged)
    return max(1.0, between / (p * (1 - p) / judged))


def effective_n(kept: int, judged: int, sums: ClusterSums) -> float:
    """How many independent answers say as much as these clustered ones; for `wilson(…, n_eff=…)`.

    Where the variance had to be estimated from few clusters, t takes the place of z (Korn and Graubard 1998):
    the number shrinks by (z/t)². Where nearly all answers agree, few of them tell of the variance, however
    many clusters there are: then their effective number bounds the degrees of freedom, too. Simulated
    coverage: docs/statistics.md.
    """
    effect = design_effect(kept, judged, sums)
    if effect <= 1.0:
        return float(judged)
    if sums.clusters < 2 or kept in (0, judged):
        return judged / effect
    telling = _DEGREES * kept * (judged - kept) / (judged * effect) + 1
    doubt = Z_95 / t_95(max(1.0, min(equal_clusters(judged, sums) - 1, telling)))
    return judged / effect * doubt * doubt


@dataclass(frozen=True, slots=True)
class Share:
    """Satisfied of all who answered, with the sums over their desk-days. Additive."""

    kept: int = 0
    judged: int = 0
    sums: ClusterSums = field(default_factory=ClusterSums)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.kept + other.kept, self.judged + other.judged, self.sums + other.sums)

    def __sub__(self, other: "Share") -> "Share":
        """All others, when `other` is among those that were added up."""
        return Share(self.kept - other.kept, self.judged - other.judged, self.sums - other.sums)

    @property
    def value(self) -> float | None:
        """The share as a fraction of 1; None without any answer."""
        return self.kept / self.judged if self.judged else None

    @property
    def n_eff(self) -> float:
        """The effective number of answers."""
        return effective_n(self.kept, self.judged, self.sums)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return wilson(self.kept, self.judged, self.n_eff)

    @property
    def effective(self) -> tuple[float, float]:
        """(kept, judged) of so many independent answers; for `difference`."""
        scale = self.n_eff / self.judged if self.judged else 0.0
        return self.kept * scale, self.judged * scale


def difference(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """95 % interval of share(first) − share(second), each (kept, judged); a sure difference excludes 0."""
    p1 = first[0] / first[1] if first[1] else 0.5
    p2 = second[0] / second[1] if second[1] else 0.5
    low1, high1 = wilson(*first)
    low2, high2 = wilson(*second)
    gap = p1 - p2
    return (
        max(-1.0, gap - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)),
        min(1.0, gap + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)),
    )
