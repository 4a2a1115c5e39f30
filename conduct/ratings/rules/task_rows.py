"""A row of a list of tasks for an office's period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conduct.dossiers.rules.cells import Cell
from conduct.kernel.names import fold

from .sheet import TaskKind
from .task_cells import Headings, Problem, Range, Row, Wrong

AMOUNTS = Range(Decimal(0), Decimal("9999999.99"), 2)
FACTORS = Range(Decimal("0.001"), Decimal("99999.999"), 3)
MOST_TIMES = 99
HEADINGS: Headings = {
    "user": ("ten dang nhap", "tai khoan", "ma cong chuc", "user name", "username"),
    "task": ("nhiem vu", "ten nhiem vu", "noi dung nhiem vu", "noi dung cong viec", "task"),
    "product": ("san pham", "san pham dau ra", "san pham cong viec", "ket qua dau ra", "product"),
    "work": ("ma cong viec", "ma san pham", "ma danh muc", "ma san pham cong viec", "work code"),
    "factor": ("he so", "he so quy doi", "so don vi chuan", "don vi chuan", "factor"),
    "assigned": ("so luong giao", "duoc giao", "giao", "so luong duoc giao", "assigned"),
    "done": ("so luong hoan thanh", "hoan thanh", "da hoan thanh", "da lam", "done"),
    "due": ("han", "thoi han", "han hoan thanh", "thoi han hoan thanh", "ngay han", "due on", "due"),
    "returns": ("so lan chua dat", "so lan chua dat chat luong", "chua dat chat luong", "tra lai", "returns"),
    "delays": ("so lan cham", "so lan cham tien do", "cham tien do", "cham", "delays"),
    "kind": ("loai", "loai nhiem vu", "hinh thuc giao", "kind"),
}
REQUIRED = ("user", "task", "assigned")
_KINDS = {
    "": TaskKind.PLANNED,
    "giao": TaskKind.PLANNED,
    "duoc giao": TaskKind.PLANNED,
    "theo ke hoach": TaskKind.PLANNED,
    "ke hoach": TaskKind.PLANNED,
    "planned": TaskKind.PLANNED,
    "dot xuat": TaskKind.UNPLANNED,
    "phat sinh": TaskKind.UNPLANNED,
    "dot xuat, phat sinh": TaskKind.UNPLANNED,
    "ngoai ke hoach": TaskKind.UNPLANNED,
    "unplanned": TaskKind.UNPLANNED,
}


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """A row, read. What the file does not say is None, and stays as it is on a task that is there already."""

    user: str
    name: str
    product: str
    work_code: str
    factor: Decimal | None
    kind: TaskKind
    assigned: Decimal
    done: Decimal | None
    due_on: date | None
    returns: int | None
    delays: int | None

    @property
    def key(self) -> tuple[str, str, str, TaskKind]:
        """By what a task is known again: whose it is, its words, its kind."""
        return self.user.casefold(), self.name.casefold(), self.product.casefold(), self.kind


def read_task(cells: Mapping[str, Cell]) -> tuple[TaskEntry | None, list[Wrong]]:
    """A row of a list of tasks: its entry, or everything that is wrong with it."""
    row = Row(cells)
    user = row.text("user", 150, required=True)
    name = row.text("task", 300, required=True)
    product = row.text("product", 300)
    work_code = row.text("work", 30)
    factor = row.amount("factor", FACTORS)
    assigned = row.amount("assigned", AMOUNTS, required=True)
    done = row.amount("done", AMOUNTS)
    due_on = row.day("due")
    returns = row.count("returns", MOST_TIMES)
    delays = row.count("delays", MOST_TIMES)
    said = row.text("kind", 60)
    kind = _KINDS.get(fold(said))
    if kind is None:
        row.note("kind", Problem.UNKNOWN_KIND, said)
    if row.wrong or assigned is None or kind is None:
        return None, row.wrong
    return TaskEntry(
        user, name, product, work_code, factor, kind, assigned, done, due_on, returns, delays
    ), []  # fmt: skip
