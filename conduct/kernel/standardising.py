"""Indirect standardisation: what an office's share would be if chance had sent it the whole's mix of cases.

An office with many hard cases has fewer satisfied citizens without serving worse. The expected number is what
the whole would have reached with that office's mix: in each stratum (channel × procedure group) the office's
answers times the whole's rate. Observed ÷ expected × the whole's share is the adjusted share. Offices are so
compared with the whole, not exactly with each other. Source: Breslow and Day (1987), chapter 2.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from .statistics import ClusterSums, Share


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An office beside its mix: how many were satisfied, how many would have been at the whole's rates."""

    observed: Share
    expected: float
    whole: float
    """The whole's share, as a fraction of 1."""

    @property
    def ratio(self) -> float | None:
        """Observed ÷ expected: above 1 better than the mix lets expect. None without answers."""
        return self.observed.kept / self.expected if self.expected else None

    @property
    def value(self) -> float | None:
        """The adjusted share, at most 1."""
        return None if self.ratio is None else min(1.0, self.ratio * self.whole)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval: that of the raw share, scaled; the expected number is taken as known."""
        if not self.expected:
            return 0.0, 1.0
        scale = self.observed.judged / self.expected * self.whole
        low, high = self.observed.interval
        return min(1.0, low * scale), min(1.0, high * scale)


def adjust[S: Hashable](
    counts: Mapping[str, Mapping[S, tuple[int, int]]], sums: Mapping[str, ClusterSums]
) -> dict[str, Adjusted]:
    """The adjusted share of every office; ``counts`` are (kept, judged) by office and stratum."""
    rates = stratum_rates(counts.values())
    kept = sum(k for strata in counts.values() for k, _n in strata.values())
    judged = sum(n for strata in counts.values() for _k, n in strata.values())
    whole = kept / judged if judged else 0.0
    adjusted = {}
    for office, strata in counts.items():
        observed = Share(
            sum(k for k, _n in strata.values()),
            sum(n for _k, n in strata.values()),
            sums.get(office, ClusterSums()),
        )
        expected = sum(n * rates[stratum] for stratum, (_k, n) in strata.items())
        adjusted[office] = Adjusted(observed, expected, whole)
    return adjusted


def stratum_rates[S: Hashable](offices: Iterable[Mapping[S, tuple[int, int]]]) -> dict[S, float]:
    """The whole's share in every stratum that has answers; 0 in one that has none."""
    sums: dict[S, tuple[int, int]] = {}
    for strata in offices:
        for stratum, (kept, judged) in strata.items():
            before = sums.get(stratum, (0, 0))
            sums[stratum] = (before[0] + kept, before[1] + judged)
    return {stratum: kept / judged if judged else 0.0 for stratum, (kept, judged) in sums.items()}
