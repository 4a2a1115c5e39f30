"""A paper of hundreds of pages, laid out in parts.

Typst needs some 80 KB of memory for each row of a table, and keeps what it laid out for ten compilations.
In parts of some hundred rows, with that memory given back after each, 50,000 rows need no more than 500.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import typst
from pypdf import PdfReader, PdfWriter

from .typst import compile_pdf

_KEPT_FOR = 10  # compilations


def compile_parts(
    template: str,
    parts: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    tell: Callable[[float], None],
) -> bytes:
    """One PDF of all parts (at least one), each beginning on a page of its own.

    The template also reads ``pages_before`` and ``pages_in_all`` (None for the only part, which counts for
    itself); to know them, several parts are laid out twice. ``tell`` hears after each step which share (0 to
    1) is done. Several parts bear no tags: those would not survive being joined.
    """
    if len(parts) == 1:
        pdf = compile_pdf(template, {**parts[0], "pages_before": 0, "pages_in_all": None}, at=at)
        forget_layouts()
        tell(1.0)
        return pdf
    n_pages = []
    for place, part in enumerate(parts, 1):
        n_pages.append(len(PdfReader(io.BytesIO(_laid_out(template, part, 0, 0, at))).pages))
        tell(place / len(parts) / 2)
    whole = PdfWriter()
    for place, part in enumerate(parts):
        laid_out = PdfReader(io.BytesIO(_laid_out(template, part, sum(n_pages[:place]), sum(n_pages), at)))
        whole.append(laid_out, import_outline=False)
        whole.metadata = laid_out.metadata
        tell(0.5 + (place + 1) / len(parts) / 2)
    out = io.BytesIO()
    whole.write(out)
    return out.getvalue()


def _laid_out(template: str, part: Mapping[str, Any], before: int, in_all: int, at: datetime) -> bytes:
    data = {**part, "pages_before": before, "pages_in_all": in_all}
    pdf = compile_pdf(template, data, at=at, tags=False)
    forget_layouts()
    return pdf


def forget_layouts() -> None:
    """Have Typst give back the memory of earlier layouts; its empty compilations take a tenth of a second."""
    for _ in range(_KEPT_FOR + 1):
        typst.compile(b" ", ignore_system_fonts=True)
