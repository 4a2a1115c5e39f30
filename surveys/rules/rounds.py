"""The figures of a survey round. Pure."""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

N_FACTORS = 5
LEAST = 5  # answers, before a figure is shown inside the offices


@dataclass(frozen=True, slots=True)
class Mark:
    """Answers to one question: how many, how many of them 4 or 5, and the sum of the marks."""

    n: int = 0
    kept: int = 0
    total: int = 0

    @property
    def share(self) -> float | None:
        """The index: the share of 4 and 5 among the answers; None below the minimum."""
        return self.kept / self.n if self.n >= LEAST else None

    @property
    def mean(self) -> float | None:
        """The mean of the marks 1–5; None below the minimum."""
        return self.total / self.n if self.n >= LEAST else None

    def __add__(self, other: "Mark") -> "Mark":
        return Mark(self.n + other.n, self.kept + other.kept, self.total + other.total)


@dataclass(frozen=True, slots=True)
class Counts:
    """The overall question and the five factors. Additive."""

    overall: Mark = Mark()
    factors: tuple[Mark, ...] = (Mark(),) * N_FACTORS

    def __add__(self, other: "Counts") -> "Counts":
        pairs = zip(self.factors, other.factors, strict=True)
        return Counts(self.overall + other.overall, tuple(mine + theirs for mine, theirs in pairs))


def withhold[K: Hashable](counts: Mapping[K, int], least: int = LEAST) -> frozenset[K]:
    """Which parts of a shown total are not shown: those under the minimum, and as many more, the smallest
    first, as it takes for what is hidden to be at least the minimum together. Empty parts hide nothing.
    """
    few = {key for key, n in counts.items() if 0 < n < least}
    others = sorted((key for key, n in counts.items() if n >= least), key=lambda key: counts[key])
    while few and others and (sum(counts[key] for key in few) < least or len(few) < 2):
        few.add(others.pop(0))
    return frozenset(few)


def weighted_share(units: Iterable[tuple[int | None, int, int]]) -> float | None:
    """The satisfied share with every unit at the weight of its frame: (people in the frame, kept, judged).

    None when it would say nothing else than the plain share: with one unit, a frame that is not known, or
    frames that are all of one size.
    """
    asked = [(frame, kept, judged) for frame, kept, judged in units if judged]
    frames = [frame for frame, _kept, _judged in asked if frame]
    if len(frames) < 2 or len(frames) < len(asked) or len(set(frames)) == 1:
        return None
    return sum((frame or 0) * kept / judged for frame, kept, judged in asked) / sum(frames)


def rate(part: int, whole: int) -> float | None:
    """A share; None of nothing."""
    return part / whole if whole else None


def rank(seed: str, code: str) -> str:
    """Where a dossier stands in the order of drawing: from the seed and its own code alone, so that the same
    frame gives the same sample, and a larger sample holds the smaller one."""
    return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()
