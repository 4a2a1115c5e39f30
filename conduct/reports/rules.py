"""The months, quarters and years that reports speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from conduct.kernel.months import Month

_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


class SpanKind(StrEnum):
    """How long a span is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_LENGTH = {SpanKind.MONTH: 1, SpanKind.QUARTER: 3, SpanKind.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Span:
    """A month, a quarter or a year, by its first month. Written 2026-10, 2026-Q4, 2026."""

    kind: SpanKind
    first: Month

    @classmethod
    def of(cls, kind: SpanKind, month: Month) -> Span:
        """The span of that kind in which the month lies."""
        length = _LENGTH[kind]
        return cls(kind, Month(month.year, (month.month - 1) // length * length + 1))

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read what `str` writes; anything else raises ValueError."""
        if quarter := _QUARTER.fullmatch(text):
            return cls(SpanKind.QUARTER, Month(int(quarter[1]), int(quarter[2]) * 3 - 2))
        if _YEAR.fullmatch(text):
            return cls(SpanKind.YEAR, Month(int(text), 1))
        return cls(SpanKind.MONTH, Month.parse(text))

    @property
    def last(self) -> Month:
        """Its last month."""
        return self.first.plus(_LENGTH[self.kind] - 1)

    @property
    def months(self) -> tuple[Month, ...]:
        """Its months in order."""
        return tuple(self.first.until(self.last))

    def next(self) -> Span:
        """The span after, of the same kind."""
        return Span(self.kind, self.last.next())

    def previous(self) -> Span:
        """The span before, of the same kind."""
        return Span(self.kind, self.first.plus(-_LENGTH[self.kind]))

    def __str__(self) -> str:
        if self.kind is SpanKind.YEAR:
            return f"{self.first.year:04d}"
        if self.kind is SpanKind.QUARTER:
            return f"{self.first.year:04d}-Q{(self.first.month + 2) // 3}"
        return str(self.first)
