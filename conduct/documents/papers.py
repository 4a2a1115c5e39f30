"""The paper sheet of a desk: its questions with boxes to tick, for citizens who want paper."""

from dataclasses import asdict, dataclass
from datetime import datetime

from conduct.documents.qr import qr_svg
from conduct.documents.typst import compile_pdf


@dataclass(frozen=True, slots=True)
class Box:
    """An answer to tick, with the digit by which it is typed in."""

    digit: str
    label: str


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question with its boxes. ``hint`` says when it is asked, if not always; ``number`` is its place in
    the line that is typed, empty for what is not part of it."""

    text: str
    boxes: tuple[Box, ...]
    hint: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """What a sheet says, every word in its language. ``scaled`` are answered by 1 to 5, side by side.

    ``address`` is the full URL of the web form.
    """

    language: str
    office: str
    place: str
    desk: str
    title: str
    intro: str
    overall: PaperQuestion
    scaled_title: str
    scaled_hint: str
    scaled: tuple[PaperQuestion, ...]
    others: tuple[PaperQuestion, ...]
    respondent: PaperQuestion
    comment: str
    comment_hint: str
    hand_in: str
    on_the_web: str
    foot: str
    number: str
    printed: str
    address: str


def paper_sheet_pdf(sheet: PaperSheet, *, at: datetime) -> bytes:
    """A4, one page unless the questionnaire is long; cheap to print and to copy."""
    data = {
        **asdict(sheet),
        "short": sheet.address.partition("://")[2].rstrip("/"),
        "qr": qr_svg(sheet.address),
    }
    return compile_pdf("paper-sheet.typ", data, at=at)
