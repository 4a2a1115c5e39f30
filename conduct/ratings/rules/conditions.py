"""Conclusions of a competent authority that make a year "not completed" (Điều 20.4 b–d, 11.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FaultKind(StrEnum):
    """Điều 20.4 b, c, d."""

    DEGRADED = "degraded"
    DISCIPLINED = "disciplined"
    UNIT = "unit"


class Why(StrEnum):
    """Why a conclusion does or does not count in a year."""

    COUNTS = "counts"
    OTHER_YEAR = "other_year"
    SAME_ACT = "same_act"
    OLD_OFFICE = "old_office"
    NO_LEADER = "no_leader"


@dataclass(frozen=True, slots=True)
class Fault:
    """One conclusion. ``act`` is equal for party and administrative discipline of one act, empty otherwise;
    ``office_id`` is the office in which it happened."""

    key: int
    kind: FaultKind
    decided_on: date
    office_id: int
    act: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A conclusion and what it means for the year."""

    fault: Fault
    why: Why

    @property
    def counts(self) -> bool:
        """Whether it makes the year "not completed"."""
        return self.why is Why.COUNTS


def weigh_faults(
    faults: Iterable[Fault], *, year: int, office_id: int, is_leader: bool
) -> tuple[Weighed, ...]:
    """What each conclusion means for the class that ``office_id`` gives for ``year``.

    1. It counts in the year of its day. Of several about one act only the first counts, so that one act
       counts in one year only (11.3a); the later ones are said to be of the same act (11.3a, b).
    2. What happened in another office stays with that office (11.3c); what happened in both is two
       conclusions, each with its own office (11.3d).
    3. "The unit led was implicated" touches leaders and managers only (20.4d).
    """
    rows = sorted(faults, key=lambda fault: (fault.decided_on, fault.key))
    first: dict[str, int] = {}
    for fault in rows:
        if fault.act:
            first.setdefault(fault.act, fault.key)
    return tuple(Weighed(fault, _why(fault, first, year, office_id, is_leader)) for fault in rows)


def _why(fault: Fault, first: dict[str, int], year: int, office_id: int, is_leader: bool) -> Why:
    if fault.decided_on.year != year:
        return Why.OTHER_YEAR
    if fault.act and first[fault.act] != fault.key:
        return Why.SAME_ACT
    if fault.office_id != office_id:
        return Why.OLD_OFFICE
    if fault.kind is FaultKind.UNIT and not is_leader:
        return Why.NO_LEADER
    return Why.COUNTS
