"""Lists as XLSX: a title, a header that stays in view, one row a line. Text is never read as a formula."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

type Cell = str | int | float | date | datetime | None
type Kind = Literal["text", "integer", "decimal", "money", "day", "moment"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {
    "integer": "#,##0",
    "decimal": "#,##0.0#",
    "money": '#,##0 "đ"',
    "day": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its heading, what stands in it and how wide it is, in characters."""

    heading: str
    kind: Kind = "text"
    width: int = 20


def make_xlsx(
    title: str, lines: Sequence[str], columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
) -> bytes:
    """One sheet: the title, ``lines`` of explanation below it, the headings and the rows.

    Moments are written in local time. Text that begins with = + - @ stays text.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    formats = {
        kind: book.add_format({"num_format": code, "valign": "top"}) for kind, code in _FORMATS.items()
    }
    formats["text"] = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for place, line in enumerate(lines, 1):
        sheet.write_string(place, 0, line)
    top = len(lines) + 2
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(top, place, column.heading, bold)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    last = top
    for row in rows:
        last += 1
        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                sheet.write_string(last, place, cell, formats["text"])
            elif isinstance(cell, datetime):
                sheet.write_datetime(last, place, timezone.make_naive(cell), formats[column.kind])
            elif isinstance(cell, date):
                sheet.write_datetime(last, place, cell, formats[column.kind])
            else:
                sheet.write_number(last, place, cell, formats[column.kind])
    sheet.autofilter(top, 0, last, len(columns) - 1)
    book.close()
    return out.getvalue()


def xlsx_response(name: str, content: bytes) -> HttpResponse:
    """The file for download; ``name`` is plain ASCII without an ending."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
