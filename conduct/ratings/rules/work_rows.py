"""A row of an agency's list of converted products and kinds of work (Điều 13.1c)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from conduct.dossiers.rules.cells import Cell

from .task_cells import Headings, Range, Row, Wrong
from .task_rows import FACTORS

GROUPS = Range(Decimal(1), Decimal(5), 0)
"""At most five groups by complexity (Điều 13.1a)."""
HEADINGS: Headings = {
    "code": ("ma", "ma cong viec", "ma san pham", "ma san pham cong viec", "ma danh muc", "code"),
    "name": ("ten san pham cong viec", "san pham cong viec", "ten san pham", "ten cong viec", "san pham",
             "cong viec", "ten", "name"),
    "unit": ("don vi tinh", "dvt", "don vi", "unit"),
    "group": ("nhom", "nhom phuc tap", "nhom do phuc tap", "cap do phuc tap", "group"),
    "factor": ("he so", "he so quy doi", "so don vi chuan", "don vi chuan", "factor"),
    "legal_act": ("quyet dinh", "so quyet dinh", "can cu", "decision"),
}  # fmt: skip
REQUIRED = ("code", "name", "group", "factor")


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """A kind of work, read: one piece of it is worth ``factor`` standard units."""

    code: str
    name: str
    unit: str
    group: int
    factor: Decimal
    legal_act: str = ""


def read_work(cells: Mapping[str, Cell]) -> tuple[WorkEntry | None, list[Wrong]]:
    """A row of a list of work: its entry, or everything that is wrong with it."""
    row = Row(cells)
    code = row.text("code", 30, required=True)
    name = row.text("name", 300, required=True)
    unit = row.text("unit", 60)
    group = row.amount("group", GROUPS, required=True)
    factor = row.amount("factor", FACTORS, required=True)
    legal_act = row.text("legal_act", 250)
    if row.wrong or group is None or factor is None:
        return None, row.wrong
    return WorkEntry(code, name, unit, int(group), factor, legal_act), []
