"""What stands in a cell of a list of tasks or of kinds of work: amounts, days, words. Problems have codes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum

from conduct.dossiers.rules.cells import BadCell as BadDay
from conduct.dossiers.rules.cells import Cell, clean, read_day
from conduct.dossiers.rules.columns import plain_heading

_PLAIN = re.compile(r"\d{1,12}", re.ASCII)
_COMMA = re.compile(r"\d{1,12},\d{1,6}", re.ASCII)
_POINT = re.compile(r"\d{1,12}\.\d{1,6}", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3}){2,3}(?:,\d{1,6})?|\d{1,3}\.\d{3},\d{1,6}", re.ASCII)
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)
_DUST = Decimal("1e-9")
_QUOTED = 60


class Problem(StrEnum):
    """Why a row is not taken."""

    MISSING = "missing"
    NOT_A_NUMBER = "not_a_number"
    TWO_WAYS = "two_ways"
    TOO_FINE = "too_fine"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_DAY = "not_a_day"
    TOO_LONG = "too_long"
    UNKNOWN_KIND = "unknown_kind"
    NOBODY = "nobody"
    NOT_YOURS = "not_yours"
    NO_SHEET = "no_sheet"
    UNKNOWN_WORK = "unknown_work"
    OTHER_FACTOR = "other_factor"
    EXCUSED = "excused"
    TWICE = "twice"
    TOO_MANY = "too_many"
    LATER = "later"


class BadCell(Exception):
    """A cell that cannot be read; ``detail`` quotes it."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.detail = detail[:_QUOTED]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One problem of a row: the column in which it stands, what it is, what stands there."""

    column: str
    problem: Problem
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """Which amounts a column takes: bounds included, so many places after the comma."""

    lowest: Decimal
    highest: Decimal
    places: int = 2


def read_amount(cell: Cell, limits: Range) -> Decimal | None:
    """The amount; None for an empty cell. Raises BadCell.

    Decimals have a comma (1,5) or a point (1.5); "1.234" could be a thousand or a part, so it is refused.
    Spreadsheets' binary dust (0.30000000000000004) is wiped off; finer parts than the column has are refused.
    """
    if isinstance(cell, bool):
        raise BadCell(Problem.NOT_A_NUMBER, str(cell))
    text = str(cell).strip() if isinstance(cell, float) else clean(cell).replace(" ", "")
    if not text:
        return None
    try:
        amount = _from_sheet(text) if isinstance(cell, int | float) else _from_text(text)
    except BadCell as bad:
        raise BadCell(bad.problem, clean(cell)) from bad
    kept = amount.quantize(Decimal(1).scaleb(-limits.places), ROUND_HALF_UP)
    if abs(kept - amount) > _DUST:
        raise BadCell(Problem.TOO_FINE, text)
    if not limits.lowest <= kept <= limits.highest:
        raise BadCell(Problem.OUT_OF_RANGE, text)
    return kept


def _from_sheet(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise BadCell(Problem.NOT_A_NUMBER, text) from error
    if not amount.is_finite() or abs(amount) >= Decimal("1e12"):
        raise BadCell(Problem.NOT_A_NUMBER, text)
    return amount


def _from_text(text: str) -> Decimal:
    if _TWO_WAYS.fullmatch(text):
        raise BadCell(Problem.TWO_WAYS, text)
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _PLAIN.fullmatch(text) or _COMMA.fullmatch(text) or _POINT.fullmatch(text):
        return Decimal(text.replace(",", "."))
    raise BadCell(Problem.NOT_A_NUMBER, text)


class Row:
    """Reads the cells of one row and gathers everything that is wrong with it."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self._cells = cells
        self.wrong: list[Wrong] = []

    def text(self, column: str, longest: int, *, required: bool = False) -> str:
        """The words of a cell on one line."""
        found = clean(self._cells.get(column))
        if required and not found:
            self.note(column, Problem.MISSING)
        if len(found) > longest:
            self.note(column, Problem.TOO_LONG, found)
        return found

    def amount(self, column: str, limits: Range, *, required: bool = False) -> Decimal | None:
        """The amount of a cell."""
        try:
            found = read_amount(self._cells.get(column), limits)
        except BadCell as bad:
            self.note(column, bad.problem, bad.detail)
            return None
        if required and found is None:
            self.note(column, Problem.MISSING)
        return found

    def count(self, column: str, highest: int) -> int | None:
        """How often something happened."""
        found = self.amount(column, Range(Decimal(0), Decimal(highest), 0))
        return None if found is None else int(found)

    def day(self, column: str) -> date | None:
        """The day of a cell."""
        try:
            return read_day(self._cells.get(column))
        except BadDay as bad:
            self.note(column, Problem.NOT_A_DAY, bad.detail)
            return None

    def note(self, column: str, problem: Problem, detail: str = "") -> None:
        """Something is wrong with a column."""
        self.wrong.append(Wrong(column, problem, detail[:_QUOTED]))


type Headings = Mapping[str, tuple[str, ...]]
"""Of each column, the headings under which offices write it, folded; the best first."""


def propose_columns(headings: Sequence[str], known: Headings) -> dict[str, int]:
    """Column → place, as far as the headings tell. No place stands for two columns."""
    plain = [plain_heading(heading) for heading in headings]
    found: dict[str, int] = {}
    for column, names in known.items():
        place = next((plain.index(name) for name in names if name in plain), None)
        if place is not None and place not in found.values():
            found[column] = place
    return found


def find_headings(rows: Sequence[Sequence[str]], known: Headings) -> int:
    """The place of the row of headings among the first rows: the one that names most columns."""
    named = [len(propose_columns(row, known)) for row in rows]
    return named.index(max(named)) if named and max(named) >= 2 else 0
