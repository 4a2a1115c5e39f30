"""The interval of clustered answers holds the true share about 95 times of a hundred, by simulation."""

from random import Random

import pytest

from conduct.kernel.comparing import Change, change_of
from conduct.kernel.statistics import ClusterSums, Share

N_SAMPLES = 1500
# Desk-days, answers a desk-day from and to: a small desk in a month, an office, a commune, uneven ones.
DESIGNS = ((5, 4, 12), (10, 2, 8), (20, 2, 8), (40, 1, 6), (60, 1, 20))


def sample(rnd: Random, share: float, likeness: float, design: tuple[int, int, int]) -> Share:
    """Desk-days whose own shares vary as a beta distribution: `likeness` is the intra-class correlation."""
    n_clusters, least, most = design
    groups = []
    for _ in range(n_clusters):
        size = rnd.randint(least, most)
        spread = (1 - likeness) / likeness if likeness else 0.0
        day = rnd.betavariate(share * spread, (1 - share) * spread) if likeness else share
        groups.append((sum(rnd.random() < day for _ in range(size)), size))
    return Share(sum(k for k, _ in groups), sum(n for _, n in groups), ClusterSums.of(groups))


def coverage(rnd: Random, share: float, likeness: float, design: tuple[int, int, int]) -> float:
    hits = 0
    for _ in range(N_SAMPLES):
        low, high = sample(rnd, share, likeness, design).interval
        hits += low <= share <= high
    return hits / N_SAMPLES


@pytest.mark.slow
@pytest.mark.parametrize("likeness", [0.0, 0.05, 0.1])
@pytest.mark.parametrize("share", [0.6, 0.8, 0.9])
def test_the_interval_covers_the_truth(share: float, likeness: float) -> None:
    """93–97 %; the simulation itself wavers by ±1.1 points (two standard errors), which is allowed for."""
    rnd = Random(f"{share} {likeness}")
    found = {design: coverage(rnd, share, likeness, design) for design in DESIGNS}
    assert all(0.93 - 0.006 <= value <= 0.97 + 0.011 for value in found.values()), found
    assert 0.93 <= sum(found.values()) / len(found) <= 0.97, found


def test_ignoring_the_clusters_would_be_too_sure() -> None:
    """The test of the test: on likeness within desk-days the plain interval misses far too often."""
    rnd, hits = Random(5), 0
    for _ in range(600):
        one = sample(rnd, 0.8, 0.15, (60, 1, 20))
        low, high = Share(one.kept, one.judged).interval
        hits += low <= 0.8 <= high
    assert hits / 600 < 0.9


def test_two_equal_offices_rarely_seem_to_differ() -> None:
    rnd, n_wrong = Random(6), 0
    for _ in range(800):
        one, other = (sample(rnd, 0.85, 0.05, (20, 2, 8)) for _ in range(2))
        n_wrong += change_of(one, other) is not Change.UNCLEAR
    assert 0.02 <= n_wrong / 800 <= 0.07
