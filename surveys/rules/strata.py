"""How invitations are grouped, so that an answer points to at least five people. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

SMALLEST = 5  # people that a stratum covers at least
BUSY = 20  # dossiers an officer finished in the month before a stratum may name the officer


class LeftOut(StrEnum):
    """Why a dossier gets no invitation."""

    INVITED = "invited"
    NO_ADDRESS = "no_address"
    SAME_PERSON = "same_person"
    TOO_FEW = "too_few"


class Step(StrEnum):
    """How fine a stratum is."""

    OFFICER = "officer"
    GROUP = "group"
    POINT = "point"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What a stratum says beside point and month; an empty group stands for all groups."""

    group: str = ""
    posting_id: int = 0

    @property
    def step(self) -> Step:
        """How fine it is."""
        if self.posting_id:
            return Step.OFFICER
        return Step.GROUP if self.group else Step.POINT


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dossier with an address."""

    dossier_id: int
    group: str
    posting_id: int | None


@dataclass(frozen=True, slots=True)
class Partition:
    """Which dossiers each stratum covers, how many came into it from finer ones, and who found no place."""

    strata: Mapping[Cell, tuple[int, ...]]
    merged: Mapping[Cell, int]
    left_out: tuple[int, ...]


def divide(candidates: Iterable[Candidate], busy: Collection[int], smallest: int = SMALLEST) -> Partition:
    """Put every candidate into the finest stratum that covers at least ``smallest`` of them.

    First group and officer (only ``busy`` ones, who finished enough dossiers), then the group, then the month
    of the point as a whole. When too few are left for that one, the smallest finer strata join it. Only when
    there are not enough candidates in all, they are left out.
    """
    cells: dict[Cell, list[int]] = defaultdict(list)
    wished: dict[int, Cell] = {}
    for one in candidates:
        officer = one.posting_id if one.posting_id in busy else 0
        wished[one.dossier_id] = Cell(one.group, officer or 0)
        cells[wished[one.dossier_id]].append(one.dossier_id)
    for cell in [cell for cell in cells if cell.posting_id and len(cells[cell]) < smallest]:
        cells[Cell(cell.group)] += cells.pop(cell)
    whole = Cell()
    for cell in [cell for cell in cells if cell != whole and len(cells[cell]) < smallest]:
        cells[whole] += cells.pop(cell)
    while whole in cells and len(cells[whole]) < smallest and len(cells) > 1:
        nearest = min((cell for cell in cells if cell != whole), key=lambda cell: (len(cells[cell]), cell))
        cells[whole] += cells.pop(nearest)
    left_out = tuple(sorted(cells.pop(whole))) if len(cells.get(whole, ())) in range(1, smallest) else ()
    strata = {cell: tuple(sorted(ids)) for cell, ids in sorted(cells.items()) if ids}
    merged = Counter(cell for cell, ids in strata.items() for pk in ids if wished[pk] != cell)
    return Partition(strata, merged, left_out)


def pack(ids: Iterable[int], smallest: int = SMALLEST) -> list[tuple[int, ...]]:
    """Packs of at least ``smallest``, less than twice as many, in the order given; fewer in all are one pack.

    A pack is taken in hand at once, so that at no moment fewer of a stratum have been invited.
    """
    waiting = list(ids)
    packs = [tuple(waiting[at : at + smallest]) for at in range(0, len(waiting), smallest)]
    if len(packs) > 1 and len(packs[-1]) < smallest:
        last = packs.pop()
        packs[-1] += last
    return packs
