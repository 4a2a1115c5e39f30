"""Months, quarters and years as values, as a report names them: 2026-10, 2026-Q4, 2026."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from conduct.kernel.months import Month

_WRITTEN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """So many months (1, 3 or 12) from a first one on."""

    start: Month
    n_months: int

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read "2026-10", "2026-Q4" or "2026"; anything else raises ValueError."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"not a period: {text!r}")
        year, quarter, month = int(written[1]), written[2], written[3]
        if month:
            return cls(Month(year, int(month)), 1)
        if quarter:
            return cls(Month(year, 3 * int(quarter) - 2), 3)
        return cls(Month(year, 1), 12)

    @property
    def months(self) -> list[Month]:
        """Its months in order."""
        return list(self.start.until(self.start.plus(self.n_months - 1)))

    @property
    def first(self) -> date:
        """Its first day."""
        return self.start.first

    @property
    def last(self) -> date:
        """Its last day."""
        return self.start.plus(self.n_months - 1).last

    @property
    def year(self) -> int:
        """The year it lies in."""
        return self.start.year

    @property
    def quarter(self) -> int:
        """The quarter (1–4) in which it begins."""
        return (self.start.month + 2) // 3

    def plus(self, steps: int) -> Span:
        """So many of its own length later (earlier, when negative). ValueError outside the calendar."""
        return Span(self.start.plus(steps * self.n_months), self.n_months)

    def __str__(self) -> str:
        if self.n_months == 1:
            return str(self.start)
        return f"{self.year}-Q{self.quarter}" if self.n_months == 3 else str(self.year)
