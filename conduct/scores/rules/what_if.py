"""What another scheme would have changed: pairs of scores summed up. Ids and figures, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heappush, heappushpop
from typing import Any

BIN = 5
"""Points in one step of the distribution."""
MOVERS_KEPT = 2000
"""So many of the largest moves are kept."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One score as it is stored and as it would have been; None where there is no score."""

    subject: tuple[int, ...]
    month: str
    before: Decimal | None
    after: Decimal | None
    band_before: str
    band_after: str

    @property
    def delta(self) -> Decimal:
        """How far it moves; appearing or vanishing moves by the whole score."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))

    @property
    def moves(self) -> bool:
        """Whether anything that is shown differs."""
        return (self.before, self.band_before) != (self.after, self.band_after)

    def to_data(self) -> list[Any]:
        """As JSON."""
        return [
            list(self.subject),
            self.month,
            _text(self.before),
            _text(self.after),
            self.band_before,
            self.band_after,
        ]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


@dataclass(slots=True)
class Summary:
    """How many rose, fell, stayed, appeared and vanished; bands and distribution before and after; the
    largest moves. Taken in one after the other, whatever their number."""

    rose: int = 0
    fell: int = 0
    same: int = 0
    appeared: int = 0
    vanished: int = 0
    bands: dict[str, list[int]] = field(default_factory=dict)
    steps: list[list[int]] = field(default_factory=lambda: [[0, 0] for _ in range(100 // BIN)])
    _largest: list[tuple[Decimal, tuple[int, ...], str, Pair]] = field(default_factory=list)

    def take(self, pairs: Iterable[Pair]) -> None:
        """Add pairs."""
        for pair in pairs:
            self._count(pair)
            for place, (score, band) in enumerate(
                ((pair.before, pair.band_before), (pair.after, pair.band_after))
            ):
                if score is not None:
                    self.steps[min(int(score) // BIN, len(self.steps) - 1)][place] += 1
                    self.bands.setdefault(band, [0, 0])[place] += 1
            if pair.moves:
                self._keep(pair)

    def _count(self, pair: Pair) -> None:
        if pair.before is None and pair.after is None:
            return
        if pair.before is None:
            self.appeared += 1
        elif pair.after is None:
            self.vanished += 1
        elif pair.delta > 0:
            self.rose += 1
        elif pair.delta < 0:
            self.fell += 1
        else:
            self.same += 1

    def _keep(self, pair: Pair) -> None:
        entry = (abs(pair.delta), pair.subject, pair.month, pair)
        if len(self._largest) < MOVERS_KEPT:
            heappush(self._largest, entry)
        else:
            heappushpop(self._largest, entry)

    def to_data(self) -> dict[str, Any]:
        """As JSON; the largest move first."""
        movers = sorted(self._largest, key=lambda entry: (-entry[0], entry[1], entry[2]))
        return {
            "rose": self.rose,
            "fell": self.fell,
            "same": self.same,
            "appeared": self.appeared,
            "vanished": self.vanished,
            "bands": self.bands,
            "steps": self.steps,
            "movers": [entry[3].to_data() for entry in movers],
        }
