"""A row of the table, the table, and ``var/bench.json``."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value with its limit. ``note`` says how it was measured."""

    name: str
    value: float
    limit: float
    better: Literal["lower", "higher"]
    unit: str
    note: str

    @property
    def ok(self) -> bool:
        """Whether the value is inside the limit."""
        return self.value <= self.limit if self.better == "lower" else self.value >= self.limit


def table(rows: Iterable[Row]) -> str:
    """The rows as text."""
    lines = [f"{'row':<22} {'value':>12} {'limit':>12}  {'':<4} note"]
    for row in rows:
        sign = "≤" if row.better == "lower" else "≥"
        value, limit = f"{row.value:,g} {row.unit}".strip(), f"{sign} {row.limit:,g}"
        lines.append(f"{row.name:<22} {value:>12} {limit:>12}  {'ok' if row.ok else 'FAIL':<4} {row.note}")
    return "\n".join(lines)


def write(rows: Iterable[Row], path: Path) -> None:
    """Write the rows; rows of an earlier run that were not measured this time stay."""
    fresh = {row.name: {**asdict(row), "ok": row.ok} for row in rows}
    try:
        known = {row["name"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
    except (OSError, ValueError):
        known = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(list({**known, **fresh}.values()), ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8")
