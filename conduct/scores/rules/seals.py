"""What a seal says, as text: one line a row, fields between tabs, and a head that binds it to the one before.

Ids, counts and scores only: no name, no free text, no contact. docs/scoring.md, "Seals", gives the format.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from json import dumps


@dataclass(frozen=True, slots=True)
class SealHead:
    """Which month of which office is sealed, how many rows it has, and the seal before it (none: empty)."""

    office_id: int
    number: int
    month: date
    sealed_at: datetime
    n_persons: int
    n_counts: int
    n_agencies: int
    rows_sha256: str
    previous: str


def seal_of(head: SealHead) -> str:
    """The seal: SHA-256 of its head, which holds the hash of the rows and the seal before it."""
    lines = (
        "chuan-muc seal 1",
        f"office\t{head.office_id}",
        f"number\t{head.number}",
        f"month\t{head.month:%Y-%m}",
        f"sealed\t{head.sealed_at.astimezone(UTC).isoformat(timespec='microseconds')}",
        f"persons\t{head.n_persons}",
        f"counts\t{head.n_counts}",
        f"agencies\t{head.n_agencies}",
        f"rows\t{head.rows_sha256}",
        f"previous\t{head.previous}",
    )
    return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


class RowsHash:
    """The hash over the rows of a month, taken in one after the other; it never holds more than one."""

    def __init__(self) -> None:
        self._hash = sha256()

    def take(self, kind: str, rows: Iterable[Sequence[object]]) -> int:
        """Add rows of a kind in their order; returns how many there were."""
        taken = 0
        for row in rows:
            self._hash.update(f"{row_text(kind, row)}\n".encode())
            taken += 1
        return taken

    @property
    def sha256(self) -> str:
        """The hash of all that was taken in."""
        return self._hash.hexdigest()


def row_text(kind: str, row: Sequence[object]) -> str:
    """A row as it is hashed: its kind, then its fields between tabs."""
    return "\t".join((kind, *map(_field, row)))


def _field(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str | int | Decimal):
        return str(value)
    return dumps(value, sort_keys=True, separators=(",", ":"))
