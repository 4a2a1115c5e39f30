"""How far chance alone may move a share: Wilson intervals and the effective number of answers.

The intervals speak of chance only, never of those who did not answer.
Sources: Wilson (1927); Newcombe (1998) for differences; Kish (1965) for the design effect of clusters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054


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


def design_effect(kept: int, judged: int, sums: ClusterSums) -> float:
    """How many times wider than for independent answers the variance of kept/judged is.

    A ratio estimator over clusters, never below 1: clusters must not narrow an interval. 1.0 when there are
    fewer than two clusters or all answers agree, for then nothing can be estimated.
    """
    if sums.clusters < 2 or kept in (0, judged):
        return 1.0
    p = kept / judged
    spread = sums.kk - 2 * p * sums.nk + p * p * sums.nn
    between = sums.clusters / (sums.clusters - 1) * spread / (judged * judged)
    return max(1.0, between / (p * (1 - p) / judged))


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


def effective_n(kept: int, judged: int, sums: ClusterSums) -> float:
    """How many independent answers say as much as these clustered ones; for `wilson(…, n_eff=…)`."""
    return judged / design_effect(kept, judged, sums)
