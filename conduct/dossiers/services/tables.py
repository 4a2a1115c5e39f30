"""Lists as files: CSV in the encodings offices use, and XLSX. What a file is, is told by its content.

A file is looked into before it is read: an XLSX may unfold to a table that no memory holds, so its cells are
counted first, by a parser that builds nothing.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import IO
from xml.parsers import expat

import python_calamine
from django.utils.translation import gettext_lazy as _

from ..rules.cells import Cell, clean
from ..rules.columns import find_headings

MAX_BYTES = 30 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 6_000_000
_MAX_UNFOLDED = 300 * 1024 * 1024
_MAX_PARTS = 500
_CHUNK = 1024 * 1024
_LOOKED_AT = 20  # rows in which the headings stand
_DELIMITERS = (",", ";", "\t")
_CELLS = (str, int, float, bool, date)


class FileProblem(StrEnum):
    """Why a file is not taken as a list."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    OTHER_KIND = "other_kind"
    OLD_EXCEL = "old_excel"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NO_ROWS = "no_rows"


SAID = {
    FileProblem.EMPTY: _("The file is empty."),
    FileProblem.TOO_BIG: _("The file is too big: at most 30 MB, 300 MB unpacked."),
    FileProblem.OTHER_KIND: _("This is neither a CSV nor an XLSX file."),
    FileProblem.OLD_EXCEL: _("This is a file of an older Excel. Save it as XLSX or CSV first."),
    FileProblem.BROKEN: _("The file cannot be read; it may be damaged. Export the list once more."),
    FileProblem.ENCRYPTED: _("The file is locked with a password. Save it without one first."),
    FileProblem.TOO_MANY_ROWS: _("The list has more than 200,000 rows. Export a shorter time."),
    FileProblem.TOO_MANY_COLUMNS: _("The list has more than 200 columns; this is not a list of dossiers."),
    FileProblem.NO_ROWS: _("The list has headings at most, and no rows."),
}


class BadFile(Exception):
    """A file that is not taken; ``problem`` says why."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Table:
    """A list that was opened. ``rows`` gives the number of each row below the headings, as a spreadsheet
    counts from 1, with its cells; it may be walked once. ``n_rows`` is how many there are, about."""

    headings: list[str]
    rows: Iterator[tuple[int, list[Cell]]]
    n_rows: int


type FindsHeadings = Callable[[Sequence[Sequence[str]]], int]
"""Of the first rows of a list: the place of the one that holds the headings."""


def open_table(file: IO[bytes], find: FindsHeadings = find_headings) -> Table:
    """Look into a file and open it. Raises BadFile, also while its rows are walked.

    ``find`` knows the headings: of lists of dossiers, unless an app above reads lists of its own.
    """
    size = file.seek(0, io.SEEK_END)
    if size == 0:
        raise BadFile(FileProblem.EMPTY)
    if size > MAX_BYTES:
        raise BadFile(FileProblem.TOO_BIG)
    file.seek(0)
    begin = file.read(8)
    file.seek(0)
    if begin.startswith(b"PK\x03\x04"):
        return _headed(*_open_xlsx(file), find)
    if begin.startswith(b"\xd0\xcf\x11\xe0"):  # an old Excel file, or an XLSX behind a password
        raise BadFile(FileProblem.OLD_EXCEL)
    return _headed(*_open_csv(file), find)


def _headed(rows: Iterator[list[Cell]], n_rows: int, find: FindsHeadings) -> Table:
    """Find the headings among the first rows."""
    first: list[list[Cell]] = []
    for row in rows:
        first.append(row)
        if len(first) == _LOOKED_AT:
            break
    if not any(any(clean(cell) for cell in row) for row in first):
        raise BadFile(FileProblem.NO_ROWS)
    place = find([[clean(cell) for cell in row] for row in first])
    return Table(
        [clean(cell) for cell in first[place]], _numbered(first, rows, place), max(0, n_rows - place - 1)
    )


def _numbered(
    first: list[list[Cell]], rest: Iterator[list[Cell]], place: int
) -> Iterator[tuple[int, list[Cell]]]:
    number = 0
    for part in (first, rest):
        for row in part:
            number += 1
            if number > MAX_ROWS + _LOOKED_AT:
                raise BadFile(FileProblem.TOO_MANY_ROWS)
            if number > place + 1 and any(cell not in ("", None) for cell in row):
                yield number, row


# CSV


def _open_csv(file: IO[bytes]) -> tuple[Iterator[list[Cell]], int]:
    encoding = _encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(io.BytesIO(file.read()), encoding=encoding, newline="")
    n_lines = _check_text(text)
    text.seek(0)
    beginning = text.read(64 * 1024)
    text.seek(0)
    return _csv_rows(text, _delimiter_of(beginning)), n_lines


def _encoding_of(file: IO[bytes]) -> str:
    """UTF-8 or UTF-16 with their marks, UTF-8 without, else the old Vietnamese Windows code page."""
    file.seek(0)
    begin = file.read(4)
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "cp1258"):
        if _decodes(file, encoding):
            return encoding
    raise BadFile(FileProblem.OTHER_KIND)


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _check_text(text: io.TextIOWrapper) -> int:
    """How many lines; refuses what is not text."""
    n_lines = 1
    try:
        while chunk := text.read(_CHUNK):
            n_lines += chunk.count("\n")
            if "\0" in chunk:
                raise BadFile(FileProblem.OTHER_KIND)
    except UnicodeError as error:
        raise BadFile(FileProblem.BROKEN) from error
    return n_lines


def _delimiter_of(beginning: str) -> str:
    """The one that splits the first lines most; a comma when none does."""
    lines = beginning.splitlines()[:_LOOKED_AT]
    most = {sign: max((line.count(sign) for line in lines), default=0) for sign in _DELIMITERS}
    return max(_DELIMITERS, key=lambda sign: most[sign])


def _csv_rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[list[Cell]]:
    try:
        for row in csv.reader(text, delimiter=delimiter):
            if len(row) > MAX_COLUMNS and any(row[MAX_COLUMNS:]):
                raise BadFile(FileProblem.TOO_MANY_COLUMNS)
            yield [*row[:MAX_COLUMNS]]
    except (csv.Error, UnicodeError) as error:
        raise BadFile(FileProblem.BROKEN) from error


# XLSX


def _open_xlsx(file: IO[bytes]) -> tuple[Iterator[list[Cell]], int]:
    _check_xlsx(file)
    file.seek(0)
    try:
        book = python_calamine.load_workbook(io.BytesIO(file.read()))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        if not names:
            raise BadFile(FileProblem.NO_ROWS)
        sheet = book.get_sheet_by_name(names[0])
        return _sheet_rows(sheet), sheet.total_height
    except BadFile:
        raise
    except BaseException as error:  # the library's own panics are no Exception
        raise _unreadable(error) from error


def _unreadable(error: BaseException) -> BaseException:
    """What the library stumbled over, as a problem of the file; whatever is not its own is passed on."""
    if isinstance(error, python_calamine.PasswordError):
        return BadFile(FileProblem.ENCRYPTED)
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return BadFile(FileProblem.BROKEN)
    return error


def _sheet_rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[Cell]]:
    """Every row from the first one of the sheet on, so that numbers are those that Excel shows."""
    above = sheet.start[0] if sheet.start else 0
    for _number in range(above):
        yield []
    try:
        for row in sheet.iter_rows():
            yield [cell if isinstance(cell, _CELLS) else str(cell) for cell in row]
    except BaseException as error:
        raise _unreadable(error) from error


def _check_xlsx(file: IO[bytes]) -> None:
    """It is a workbook, does not unfold beyond measure, and its sheets are no bigger than a list may be."""
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise BadFile(FileProblem.OTHER_KIND)
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNFOLDED:
                raise BadFile(FileProblem.TOO_BIG)
            if any(part.flag_bits & 1 for part in parts):
                raise BadFile(FileProblem.ENCRYPTED)
            left = _MAX_UNFOLDED
            for part in parts:
                left = _unfold(packed, part, left)
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
    ) as error:
        raise BadFile(FileProblem.BROKEN) from error
    except RuntimeError as error:  # zipfile's word for a password
        raise BadFile(FileProblem.ENCRYPTED) from error
    except Exception as error:
        if type(error).__module__ in {"zlib", "_lzma", "lzma"}:
            raise BadFile(FileProblem.BROKEN) from error
        raise


def _unfold(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Read one part to its end, counting what the archive only claims; a sheet's cells are counted too."""
    counter = (
        _Cells() if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml") else None
    )
    with packed.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise BadFile(FileProblem.TOO_BIG)
            if counter is not None:
                counter.feed(chunk)
    return left


class _Cells:
    """Counts the cells of a sheet as they pass by."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._n_cells = self._n_rows = self._in_row = 0
        self._columns = self._rows = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next piece. Raises BadFile for a table beyond measure, ExpatError for what is no XML."""
        self._parser.Parse(chunk, False)
        if self._rows > MAX_ROWS + _LOOKED_AT:
            raise BadFile(FileProblem.TOO_MANY_ROWS)
        if self._columns > MAX_COLUMNS or self._n_cells > MAX_CELLS:
            raise BadFile(FileProblem.TOO_MANY_COLUMNS)

    def _doctype(self, *_: object) -> None:
        raise BadFile(FileProblem.BROKEN)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            self._n_rows, self._in_row = self._n_rows + 1, 0
            number = attributes.get("r", "")
            self._rows = max(self._rows, self._n_rows, int(number) if number.isdecimal() else 0)
        elif name == "c":
            self._n_cells, self._in_row = self._n_cells + 1, self._in_row + 1
            column, row = _place(attributes.get("r", ""))
            self._columns = max(self._columns, self._in_row, column)
            self._rows = max(self._rows, row)


def _place(reference: str) -> tuple[int, int]:
    """ "AB12" → (28, 12); zeros for what is none."""
    column = 0
    for place, sign in enumerate(reference):
        if not sign.isalpha():
            number = reference[place:]
            return column, int(number) if number.isdecimal() and len(number) < 10 else 0
        column = column * 26 + (ord(sign.upper()) - 64) % 27
    return column, 0
