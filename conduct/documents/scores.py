"""The paper "Vì sao?": how the conduct score of a person or an office came about, as PDF.

Every word and figure comes ready to print, in Vietnamese; what this knows is the look of the paper.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from .official import Head
from .typst import compile_pdf


@dataclass(frozen=True, slots=True)
class WhyTable:
    """A table: its heading, the heads of its columns, rows of texts and a last row (empty: none).

    ``widths`` are parts of the width; the first ``n_words`` columns are words, the others are figures.
    """

    heading: str
    heads: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    n_words: int = 1


@dataclass(frozen=True, slots=True)
class WhyPaper:
    """The head, what it is about, sentences, tables, notes below them."""

    head: Head
    title: str
    about: str
    is_provisional: bool
    lines: Sequence[str]
    tables: Sequence[WhyTable]
    notes: Sequence[str]


def why_pdf(paper: WhyPaper, *, at: datetime) -> bytes:
    """A4, as many pages as the tables need."""
    return compile_pdf("why.typ", {**asdict(paper), "head": paper.head.as_data()}, at=at)
