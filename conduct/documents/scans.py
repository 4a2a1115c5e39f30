"""Scans of signed paper: what a file is, is told by its content, never by its name or the browser's word.

Accepted are PDF, JPEG, PNG and WebP as scanners and telephones make them. Refused is whatever could act
(scripts, attached files), cannot be opened, or grows beyond measure when it is opened.
"""

import hashlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 300
# An A4 page at 600 dots an inch has 35 million.
MAX_PIXELS = 40_000_000
# A scanned page takes about ten objects; more than this is no scan, and would take long to walk through.
MAX_OBJECTS = 20_000
_MAX_DEPTH = 40

_KINDS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}
# Actions of a PDF that do more than turn to another page.
_ACTIVE_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition",
    "/RichMediaExecute",
}  # fmt: skip
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}


class ScanProblem(StrEnum):
    """Why a file is not taken as a scan."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    OTHER_KIND = "other_kind"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    ACTIVE = "active"


class BadScan(Exception):
    """A file that is not taken; ``problem`` says why."""

    def __init__(self, problem: ScanProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that was looked into; ``sha256`` of its bytes in hexadecimal, ``ending`` with its dot."""

    content: bytes
    sha256: str
    media_type: str
    ending: str
    n_pages: int


def read_scan(content: bytes) -> Scan:
    """Look into a file. Raises BadScan."""
    if not content:
        raise BadScan(ScanProblem.EMPTY)
    if len(content) > MAX_BYTES:
        raise BadScan(ScanProblem.TOO_BIG)
    if content.startswith(b"%PDF-"):
        return _scan(content, "application/pdf", ".pdf", _pages_of_pdf(content))
    kind = _image_kind(content)
    if kind is None:
        raise BadScan(ScanProblem.OTHER_KIND)
    _check_image(content, kind)
    return _scan(content, *_KINDS[kind], 1)


def _scan(content: bytes, media_type: str, ending: str, n_pages: int) -> Scan:
    return Scan(content, hashlib.sha256(content).hexdigest(), media_type, ending, n_pages)


def _image_kind(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return None


def _check_image(content: bytes, kind: str) -> None:
    """Every dot of the picture can be read, and there are not too many of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise BadScan(ScanProblem.TOO_MANY_PIXELS)
                # A JPEG is read to its end at an eighth of its size: enough to see that it is whole.
                image.draft("L", (image.width // 8, image.height // 8))
                image.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise BadScan(ScanProblem.TOO_MANY_PIXELS) from bomb
        except (OSError, SyntaxError, ValueError, EOFError, MemoryError, IndexError) as error:
            raise BadScan(ScanProblem.BROKEN) from error


def _pages_of_pdf(content: bytes) -> int:
    """How many pages a PDF has that can be opened by everybody and does nothing by itself."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise BadScan(ScanProblem.ENCRYPTED)
        if any(_acts(found) for found in _dictionaries(reader)):
            raise BadScan(ScanProblem.ACTIVE)
        n_pages = _count_pages(reader)
    except BadScan:
        raise
    except Exception as error:  # a broken file makes pypdf stumble over anything
        raise BadScan(ScanProblem.BROKEN) from error
    if n_pages == 0:
        raise BadScan(ScanProblem.BROKEN)
    return n_pages


def _count_pages(reader: PdfReader) -> int:
    """Pages, counted on the tree itself: what it says of its own size may be wrong."""
    todo, n_pages, n_nodes = [reader.root_object["/Pages"].get_object()], 0, 0
    while todo:
        node = todo.pop()
        n_nodes += 1
        kids = node.get("/Kids") if isinstance(node, DictionaryObject) else None
        if kids is None:
            n_pages += 1
        else:
            todo += [kid.get_object() for kid in kids.get_object()]
        if n_pages > MAX_PAGES or n_nodes > 4 * MAX_PAGES:
            raise BadScan(ScanProblem.TOO_MANY_PAGES)
    return n_pages


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, those of streams and those within others included."""
    places = {(number, generation) for generation, numbers in reader.xref.items() for number in numbers}
    places |= {(number, 0) for number in reader.xref_objStm}
    if len(places) > MAX_OBJECTS:
        raise BadScan(ScanProblem.TOO_MANY_PAGES)
    yield from _within(reader.trailer, 0)
    for number, generation in sorted(places):
        yield from _within(IndirectObject(number, generation, reader).get_object(), 0)


def _within(found: Any, depth: int) -> Iterator[DictionaryObject]:
    """A direct object and the direct objects inside it; references are not followed."""
    if depth > _MAX_DEPTH:
        raise BadScan(ScanProblem.BROKEN)
    if isinstance(found, DictionaryObject):
        yield found
        for value in dict.values(found):
            yield from _within(value, depth + 1)
    elif isinstance(found, ArrayObject):
        for value in list.__iter__(found):
            yield from _within(value, depth + 1)


def _acts(found: DictionaryObject) -> bool:
    """Whether it runs something, or carries another file."""
    if not _ACTIVE_KEYS.isdisjoint(found):
        return True
    action = found.get("/S")
    return action is not None and str(action.get_object()) in _ACTIVE_ACTIONS
