"""The poster of a conduct model for the wall: every item in type as large as the sheet allows."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from conduct.documents.qr import qr_svg
from conduct.documents.typst import compile_pdf

type WallPaper = Literal["a3", "a4"]


@dataclass(frozen=True, slots=True)
class PosterGroup:
    """A group as its name says it ("5 không"), and the whole wording of its items; ``is_local``: added by the
    office."""

    heading: str
    items: tuple[str, ...]
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class WallPoster:
    """What a poster says. ``address`` is the full URL of the page where citizens answer; empty: no code."""

    office: str
    above: str
    model: str
    groups: tuple[PosterGroup, ...]
    since: date
    decision: str = ""
    address: str = ""


def poster_pdf(poster: WallPoster, *, at: datetime, paper: WallPaper = "a4") -> bytes:
    """One page, A3 or A4, to be read from three metres."""
    data = {
        "office": poster.office,
        "above": poster.above,
        "model": poster.model,
        "groups": [asdict(group) for group in poster.groups],
        "since": f"{poster.since:%d/%m/%Y}",
        "decision": poster.decision,
        "short": poster.address.partition("://")[2].rstrip("/"),
        "qr": qr_svg(poster.address) if poster.address else "",
        "paper": paper,
    }
    return compile_pdf("poster.typ", data, at=at)
