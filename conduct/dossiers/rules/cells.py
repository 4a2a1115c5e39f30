"""What stands in a cell of a one-stop list: days, ways of handing in, contacts. Each problem has a code."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from conduct.kernel.names import fold

from .columns import CONTACT, Field

type Cell = str | int | float | bool | date | datetime | None

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_EXCEL_DAY_0 = date(1899, 12, 30)
_DMY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+\d{1,2}[:h]\d{2}(?::\d{2})?)?", re.ASCII)
_HMDMY = re.compile(r"\d{1,2}[:h]\d{2}(?::\d{2})?[ ,-]+(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}", re.ASCII)
_PHONE = re.compile(r"\+?\d{8,15}", re.ASCII)
_CHANNELS = (
    ("online", ("truc tuyen", "online", "qua mang", "dich vu cong", "dvc", "internet", "cong quoc gia")),
    ("post", ("buu chinh", "buu dien", "bcci", "post")),
    ("desk", ("truc tiep", "tai quay", "mot cua", "tai cho", "tai bo phan", "trung tam", "desk")),
)
_APPLICANTS = (
    ("business", ("doanh nghiep", "to chuc", "cong ty", "hop tac xa", "ho kinh doanh", "business")),
    ("citizen", ("ca nhan", "cong dan", "nguoi dan", "ho gia dinh", "citizen")),
)
_LONGEST = {Field.CODE: 60, Field.PROCEDURE: 300, Field.GROUP: 120, Field.NAME: 160, Field.EMAIL: 254}


class Problem(StrEnum):
    """Why a row is not taken."""

    MISSING = "missing"
    NOT_A_DAY = "not_a_day"
    FUTURE = "future"
    BEFORE_RECEIPT = "before_receipt"
    AFTER_FIRST_PROMISE = "after_first_promise"
    UNKNOWN_CHANNEL = "unknown_channel"
    UNKNOWN_APPLICANT = "unknown_applicant"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_PHONE = "not_a_phone"
    TOO_LONG = "too_long"
    TWICE = "twice"


class BadCell(Exception):
    """A cell that cannot be read; ``detail`` quotes it (never a contact)."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.detail = detail[:60]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a list, read. ``promised_on`` is the day that this list names."""

    code: str
    procedure: str
    procedure_group: str
    channel: str
    applicant: str
    received_on: date
    promised_on: date
    finished_on: date | None
    name: str
    email: str
    phone: str
    officer: str

    @property
    def has_contact(self) -> bool:
        """Whether it says whose it is."""
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One problem of a row: the field in whose column it stands."""

    field: Field
    problem: Problem
    detail: str = ""


def clean(cell: Cell) -> str:
    """The cell as one line of text: NFC, without signs that cannot be seen, white space single."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    text = unicodedata.normalize("NFC", str(cell))
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(text.split())


def read_day(cell: Cell) -> date | None:
    """The day; None for an empty cell. Raises BadCell.

    Read are 22/11/2026 with or without a time of day before or after it, 2026-11-22 likewise, days as
    spreadsheets hold them, and the numbers of days that they count from 30/12/1899.
    """
    if isinstance(cell, datetime):
        return _in_range(cell.date(), str(cell))
    if isinstance(cell, date):
        return _in_range(cell, str(cell))
    text = clean(cell)
    if not text:
        return None
    if found := _DMY.fullmatch(text) or _HMDMY.fullmatch(text):
        return _made(int(found[3]), int(found[2]), int(found[1]), text)
    if found := _ISO.fullmatch(text):
        return _made(int(found[1]), int(found[2]), int(found[3]), text)
    if _SERIAL.fullmatch(text):
        return _in_range(_EXCEL_DAY_0 + timedelta(days=int(text[:5])), text)
    raise BadCell(Problem.NOT_A_DAY, text)


def _made(year: int, month: int, day: int, text: str) -> date:
    try:
        return _in_range(date(year, month, day), text)
    except ValueError as error:
        raise BadCell(Problem.NOT_A_DAY, text) from error


def _in_range(day: date, text: str) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise BadCell(Problem.NOT_A_DAY, text)
    return day


def read_channel(text: str) -> str:
    """online, desk or post. Raises BadCell."""
    return _word(text, _CHANNELS, Problem.UNKNOWN_CHANNEL)


def read_applicant(text: str) -> str:
    """citizen (also when nothing is said) or business. Raises BadCell."""
    return _word(text, _APPLICANTS, Problem.UNKNOWN_APPLICANT) if text else "citizen"


@lru_cache(maxsize=1024)
def _word(text: str, known: tuple[tuple[str, tuple[str, ...]], ...], problem: Problem) -> str:
    plain = fold(text)
    found = next((value for value, words in known if any(word in plain for word in words)), "")
    if not found:
        raise BadCell(problem, text)
    return found


def read_email(text: str) -> str:
    """An address that can stand in the head of a mail, or nothing. Raises BadCell."""
    if text and not _EMAIL.fullmatch(text):
        raise BadCell(Problem.NOT_AN_EMAIL)
    return text


def read_phone(text: str) -> str:
    """Digits, with a plus before them if it had one. Raises BadCell."""
    digits = re.sub(r"[\s().-]", "", text)
    if digits and not _PHONE.fullmatch(digits):
        raise BadCell(Problem.NOT_A_PHONE)
    return digits


def read_entry(cells: Mapping[Field, Cell], today: date) -> tuple[Entry | None, list[Wrong]]:
    """A row of a list: its entry, or everything that is wrong with it."""
    wrong: list[Wrong] = []
    texts = {field: clean(cells.get(field)) for field in Field}
    days = {
        field: _day(cells, field, wrong)
        for field in (Field.RECEIVED_ON, Field.PROMISED_ON, Field.FINISHED_ON)
    }
    said = {
        field: _said(field, texts[field], wrong)
        for field in (Field.CHANNEL, Field.APPLICANT, Field.EMAIL, Field.PHONE)
    }
    wrong += [Wrong(field, Problem.MISSING) for field in (Field.CODE, Field.PROCEDURE) if not texts[field]]
    for field, longest in _LONGEST.items():
        if len(texts[field]) > longest:
            quoted = "" if field in CONTACT else texts[field][:60]
            wrong.append(Wrong(field, Problem.TOO_LONG, quoted))
    received, promised, finished = days.values()
    wrong += _in_order(received, promised, finished, today)
    if wrong or received is None or promised is None:
        return None, wrong
    entry = Entry(
        code=texts[Field.CODE], procedure=texts[Field.PROCEDURE], procedure_group=texts[Field.GROUP],
        channel=said[Field.CHANNEL], applicant=said[Field.APPLICANT], received_on=received,
        promised_on=promised, finished_on=finished, name=texts[Field.NAME], email=said[Field.EMAIL],
        phone=said[Field.PHONE], officer=texts[Field.OFFICER],
    )  # fmt: skip
    return entry, []


def _day(cells: Mapping[Field, Cell], field: Field, wrong: list[Wrong]) -> date | None:
    try:
        day = read_day(cells.get(field))
    except BadCell as bad:
        wrong.append(Wrong(field, bad.problem, bad.detail))
        return None
    if day is None and field is not Field.FINISHED_ON:
        wrong.append(Wrong(field, Problem.MISSING))
    return day


_READERS = {
    Field.CHANNEL: read_channel,
    Field.APPLICANT: read_applicant,
    Field.EMAIL: read_email,
    Field.PHONE: read_phone,
}


def _said(field: Field, text: str, wrong: list[Wrong]) -> str:
    if field is Field.CHANNEL and not text:
        wrong.append(Wrong(field, Problem.MISSING))
        return ""
    try:
        return _READERS[field](text)
    except BadCell as bad:
        wrong.append(Wrong(field, bad.problem, bad.detail))
        return ""


def _in_order(
    received: date | None, promised: date | None, finished: date | None, today: date
) -> list[Wrong]:
    """Days that cannot follow each other, or lie ahead of us."""
    wrong = []
    if received is not None:
        if received > today:
            wrong.append(Wrong(Field.RECEIVED_ON, Problem.FUTURE, f"{received:%d/%m/%Y}"))
        if promised is not None and promised < received:
            wrong.append(Wrong(Field.PROMISED_ON, Problem.BEFORE_RECEIPT, f"{promised:%d/%m/%Y}"))
        if finished is not None and finished < received:
            wrong.append(Wrong(Field.FINISHED_ON, Problem.BEFORE_RECEIPT, f"{finished:%d/%m/%Y}"))
    if finished is not None and finished > today:
        wrong.append(Wrong(Field.FINISHED_ON, Problem.FUTURE, f"{finished:%d/%m/%Y}"))
    return wrong
