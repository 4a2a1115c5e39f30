"""What a supervisor should look at: when a figure of a desk becomes a signal. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST = 5  # forms, before a share of them is shown
MANY = 20  # forms or dossiers, before a share is a signal
LOW_COVERAGE = 0.05  # forms a finished dossier; fewer: hardly anybody is heard
ONE_MARK = 0.95  # of the forms; more: one mark given by nearly everybody
OUTSIDE = 0.1  # of the forms, given while the office was closed
ASIDE = 0.2  # of all forms, set aside
SILENT_DAYS = 3  # working days without an answer on a tablet


class Signal(StrEnum):
    """What stands out at a desk."""

    LOW_COVERAGE = "low_coverage"
    MORE_THAN_DOSSIERS = "more_than_dossiers"
    SILENT = "silent"
    OUTSIDE = "outside"
    ASIDE = "aside"
    ONE_MARK = "one_mark"


@dataclass(frozen=True, slots=True)
class DeskMonth:
    """Counts of a desk in a month. ``marks``: forms with the marks 1 to 5; ``finished``: dossiers finished by
    the officers of the desk, None while nobody is entered there; ``silent``: names of its silent tablets."""

    marks: Sequence[int]
    outside: int
    aside: int
    finished: int | None
    silent: tuple[str, ...]

    @property
    def forms(self) -> int:
        """Forms that count."""
        return sum(self.marks)

    @property
    def coverage(self) -> float | None:
        """Forms a finished dossier."""
        return self.forms / self.finished if self.finished else None

    @property
    def top_share(self) -> float | None:
        """The share of the most frequent mark; None under the minimum."""
        return max(self.marks) / self.forms if self.forms >= LEAST else None


def signals_of(desk: DeskMonth) -> list[Signal]:
    """What stands out, in the order of the page."""
    found = []
    if desk.silent:
        found.append(Signal.SILENT)
    if desk.coverage is not None and desk.finished is not None:
        if desk.finished >= MANY and desk.coverage < LOW_COVERAGE:
            found.append(Signal.LOW_COVERAGE)
        if desk.forms >= MANY and desk.coverage > 1:
            found.append(Signal.MORE_THAN_DOSSIERS)
    if desk.forms >= MANY and desk.outside >= OUTSIDE * desk.forms:
        found.append(Signal.OUTSIDE)
    received = desk.forms + desk.aside
    if received >= MANY and desk.aside >= ASIDE * received:
        found.append(Signal.ASIDE)
    if desk.forms >= MANY and desk.top_share is not None and desk.top_share >= ONE_MARK:
        found.append(Signal.ONE_MARK)
    return found
