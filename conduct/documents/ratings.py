"""The forms of the statutory rating (decree 335/2025, Phụ lục II) and the list of results, as PDF.

Every word and figure comes ready to print, in Vietnamese; what these functions know is the look of the paper.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from .official import Head
from .parts import forget_layouts
from .typst import compile_pdf

THICK = 20


@dataclass(frozen=True, slots=True)
class FormLine:
    """A criterion: its number within the group, text, maximum, own points, the authority's points, why."""

    number: str
    text: str
    maximum: str
    own: str
    given: str
    reason: str


@dataclass(frozen=True, slots=True)
class FormGroup:
    """A heading with its criteria."""

    number: str
    text: str
    maximum: str
    lines: tuple[FormLine, ...]


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Who signs below. ``signed`` stands instead of a hand; empty: room for one."""

    place_and_date: str
    lines: tuple[str, ...]
    signed: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class RatingForm:
    """Mẫu số 01 with an annex: the authority's points and how the task result was counted.

    ``sums`` are the numbered lines 1 to 3 of part II, ``texts`` the lines 4 to 6 as (heading, text).
    """

    head: Head
    is_draft: bool
    period: str
    name: str
    title: str
    unit: str
    groups: tuple[FormGroup, ...]
    maximum: str
    own_sum: str
    given_sum: str
    sums: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    signatures: tuple[SignatureBlock, SignatureBlock]
    tasks: tuple[tuple[str, ...], ...]
    shares: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearForm:
    """Mẫu số 02. ``months`` are (month, points, note); ``boxes`` are (level, own view, decided)."""

    head: Head
    is_draft: bool
    year: str
    name: str
    title: str
    unit: str
    months: tuple[tuple[str, str, str], ...]
    mean: str
    boxes: tuple[tuple[str, bool, bool], ...]
    decided: str
    handling: str
    notes: tuple[str, ...]
    signatures: tuple[SignatureBlock, SignatureBlock]


@dataclass(frozen=True, slots=True)
class ResultList:
    """The list of results. ``rows`` have nine cells: number, name, post, unit, common, tasks, total, level,
    note; ``totals`` say how many there are of what."""

    head: Head
    about: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]
    signer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PetitionFile:
    """A petition with everything said about it (Điều 24.2đ). ``parts`` are (heading, paragraphs)."""

    head: Head
    is_draft: bool
    about: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    changes: tuple[tuple[str, ...], ...]
    signature: SignatureBlock | None
    digest: str


def rating_forms_pdf(forms: Sequence[RatingForm], *, at: datetime) -> bytes:
    """Mẫu số 01 of one person or of many; each begins on a page of its own and counts its own pages."""
    pdf = compile_pdf("rating_form.typ", {"forms": [_with_head(form) for form in forms]}, at=at)
    _let_go(len(forms))
    return pdf


def year_forms_pdf(forms: Sequence[YearForm], *, at: datetime) -> bytes:
    """Mẫu số 02, as above."""
    pdf = compile_pdf("rating_year.typ", {"forms": [_with_head(form) for form in forms]}, at=at)
    _let_go(len(forms))
    return pdf


def result_list_pdf(results: ResultList, *, at: datetime) -> bytes:
    """The list of results of a period or a year, on its side."""
    return compile_pdf("rating_list.typ", _with_head(results), at=at)


def petition_file_pdf(petition: PetitionFile, *, at: datetime) -> bytes:
    """The file of a petition."""
    return compile_pdf("rating_petition.typ", _with_head(petition), at=at)


def _let_go(n_forms: int) -> None:
    """Typst would keep the layout of a thick file in memory for ten files more."""
    if n_forms > THICK:
        forget_layouts()


def _with_head(paper: RatingForm | YearForm | ResultList | PetitionFile) -> dict[str, object]:
    return {**asdict(paper), "head": paper.head.as_data()}
