"""What scores are made of: counts of events by source, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

OFFICER_LINE = 0
"""Key of the line of citizens' answers about the officer (SIPAS factor 3); items use their own ids."""


class Source(StrEnum):
    """Who or what speaks about an item."""

    CITIZEN = "citizen"  # verified answers only
    SUPERVISOR = "supervisor"
    INSPECTION = "inspection"
    PROMISE = "promise"
    SELF = "self"
    JOURNAL = "journal"

    __hash__ = str.__hash__  # that of the value: a nation asks for it a hundred million times


BESIDE = frozenset({Source.SELF, Source.JOURNAL})
"""Shown beside a score and never part of it."""


class Component(StrEnum):
    """What an office's score is made of."""

    SATISFIED = "satisfied"  # verified citizens whose overall answer is 4 or 5
    CONDUCT = "conduct"  # kept of judged over base items
    SIGNING = "signing"  # signed of those in scope and not excused
    DOSSIERS = "dossiers"  # settled by the first promised date
    FEEDBACK = "feedback"  # cases answered on time
    CORRECTIVE = "corrective"  # corrective actions done on time
    BREACHES = "breaches"  # confirmed breaches per 100 postings: a rate, not a share


@dataclass(frozen=True, slots=True)
class Count:
    """So many judged, so many of them kept. Additive; ValueError when it is no share."""

    judged: int = 0
    kept: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.kept <= self.judged:
            raise ValueError(f"{self.kept} kept of {self.judged} judged")

    def __add__(self, other: "Count") -> "Count":
        return Count(self.judged + other.judged, self.kept + other.kept)


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Confirmed breaches, and the postings among which they happened. Additive; one posting can have more."""

    confirmed: int
    postings: int

    def __add__(self, other: "Occurrences") -> "Occurrences":
        return Occurrences(self.confirmed + other.confirmed, self.postings + other.postings)


def total(counts: Iterable[Count]) -> Count:
    """The sum of counts; no counts sum to 0 of 0."""
    judged = kept = 0
    for count in counts:
        judged += count.judged
        kept += count.kept
    return Count(judged, kept)


@dataclass(frozen=True, slots=True)
class Breach:
    """A confirmed breach of a prohibition. `late`: its own month was closed, so it counts in this one."""

    late: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One item of an adopted model as it is to be scored."""

    key: int
    emphasis: int
    sources: frozenset[Source]
    """The sources that can judge it."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the rules need to know of a posting in a month."""

    serves_citizens: bool
    working_days: int
