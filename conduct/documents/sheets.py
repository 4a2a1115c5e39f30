"""The sheet that hangs at a desk: how were you served? QR code and short address, in two languages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from conduct.documents.qr import qr_svg
from conduct.documents.typst import compile_pdf

type Paper = Literal["a4", "a5"]


@dataclass(frozen=True, slots=True)
class DeskSheet:
    """What one sheet says. `address` is the full URL; the sheet prints it without the scheme, to be typed."""

    office: str
    place: str
    desk: str
    desk_en: str
    address: str


def desk_sheet_pdf(sheet: DeskSheet, *, at: datetime, paper: Paper = "a4") -> bytes:
    """One page with a big QR code, for the wall (A4) or the counter (A5)."""
    data = {
        "office": sheet.office,
        "place": sheet.place,
        "desk": sheet.desk,
        "desk_en": sheet.desk_en,
        "short": sheet.address.removeprefix("https://").removeprefix("http://").rstrip("/"),
        "qr": qr_svg(sheet.address),
        "paper": paper,
    }
    return compile_pdf("qr-sheet.typ", data, at=at)
