"""Cells and rows of lists of tasks and of work; what copying and handing back do to the points."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct.ratings.forms.task_fields import amount_text
from conduct.ratings.models import SheetTask
from conduct.ratings.rules.scheme import Component, TaskRule
from conduct.ratings.rules.sheet import TaskKind, TaskResult, score_tasks
from conduct.ratings.rules.task_cells import (
    BadCell,
    Problem,
    Range,
    find_headings,
    propose_columns,
    read_amount,
)
from conduct.ratings.rules.task_rows import AMOUNTS, HEADINGS, read_task
from conduct.ratings.rules.work_rows import HEADINGS as WORK_HEADINGS
from conduct.ratings.rules.work_rows import read_work
from conduct.ratings.services.reading import as_task
from conduct.ratings.services.tasks_many import fresh_copy, is_plan
from tests.factories import NOW

PARTS = (Component.QUANTITY, Component.QUALITY, Component.TIMELINESS)
RULE = TaskRule(maximum=Decimal(70), components=PARTS, deduction=Decimal("0.25"))
ROW: dict[str, Any] = {"user": "lan", "task": "Tiếp công dân", "assigned": "4"}


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1,5", "1.5"), ("1.5", "1.5"), ("12", "12"), (" 1 234,5 ", "1234.5"), ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"), ("0,25", "0.25"), ("0.125", "0.125"), (3, "3"), (2.5, "2.5"),
        (0.1 + 0.2, "0.3"),
        (1e6, "1000000"), ("1\N{NO-BREAK SPACE}234", "1234"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_offices_write_them(cell: Any, amount: str) -> None:
    assert read_amount(cell, Range(Decimal(0), Decimal(9999999), 3)) == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("1.234", Problem.TWO_WAYS), ("ba", Problem.NOT_A_NUMBER), ("1,2,3", Problem.NOT_A_NUMBER),
        ("=1+1", Problem.NOT_A_NUMBER), ("１２", Problem.NOT_A_NUMBER),
        ("-1", Problem.NOT_A_NUMBER), (-1, Problem.OUT_OF_RANGE),
        (True, Problem.NOT_A_NUMBER), (float("nan"), Problem.NOT_A_NUMBER),
        (float("inf"), Problem.NOT_A_NUMBER),
        (1e300, Problem.NOT_A_NUMBER), (0.123, Problem.TOO_FINE),
        ("0,123", Problem.TOO_FINE), ("1e3", Problem.NOT_A_NUMBER),
    ],
)  # fmt: skip
def test_what_is_no_clear_amount_is_refused(cell: Any, problem: Problem) -> None:
    with pytest.raises(BadCell) as bad:
        read_amount(cell, AMOUNTS)
    assert bad.value.problem is problem


@given(st.decimals(min_value=0, max_value=9999999, places=2))
def test_what_a_form_writes_it_reads_again(amount: Decimal) -> None:
    assert read_amount(amount_text(amount), AMOUNTS) == amount


_CELLS = st.one_of(
    st.none(), st.booleans(), st.text(max_size=40), st.integers(), st.floats(), st.dates(), st.datetimes()
)


@given(st.dictionaries(st.sampled_from(sorted({*HEADINGS, *WORK_HEADINGS})), _CELLS))
def test_any_row_is_an_entry_or_says_what_is_wrong(cells: dict[str, Any]) -> None:
    for read in (read_task, read_work):
        entry, wrong = read(cells)
        assert (entry is None) == bool(wrong)


def test_a_row_is_read_whole() -> None:
    cells = {**ROW, "due": "28/10/2026", "kind": "Đột xuất", "factor": "1,5", "done": 2.0, "delays": "1"}
    entry, wrong = read_task(cells)
    assert not wrong
    assert entry is not None
    assert (entry.kind, entry.due_on, entry.done, entry.delays) == (
        TaskKind.UNPLANNED, date(2026, 10, 28), Decimal(2), 1,
    )  # fmt: skip
    assert (entry.factor, entry.returns) == (Decimal("1.5"), None)


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("user", "", Problem.MISSING), ("task", None, Problem.MISSING), ("assigned", "", Problem.MISSING),
        ("task", "a" * 301, Problem.TOO_LONG), ("due", "31/02/2026", Problem.NOT_A_DAY),
        ("returns", "1,5", Problem.TOO_FINE), ("delays", "100", Problem.OUT_OF_RANGE),
        ("factor", "0", Problem.OUT_OF_RANGE), ("kind", "đảm nhận thay", Problem.UNKNOWN_KIND),
    ],
)  # fmt: skip
def test_every_problem_of_a_row_names_its_column(column: str, cell: Any, problem: Problem) -> None:
    entry, wrong = read_task({**ROW, column: cell})
    assert entry is None
    assert [(one.column, one.problem) for one in wrong] == [(column, problem)]


def test_headings_are_found_below_a_title_and_in_any_order() -> None:
    heads = ["STT", "Số lượng giao", "Nhiệm vụ", "Tên đăng nhập", "Thời hạn"]
    rows = [["Giao nhiệm vụ tháng 10"], [], heads, ["1", "4", "Tiếp công dân", "lan", ""]]
    assert find_headings(rows, HEADINGS) == 2
    assert propose_columns(heads, HEADINGS) == {"assigned": 1, "task": 2, "user": 3, "due": 4}


def test_work_has_at_most_five_groups() -> None:
    row = {"code": "HT01", "name": "Khai sinh", "group": "6", "factor": "1,5"}
    entry, wrong = read_work(row)
    assert entry is None
    assert [(one.column, one.problem) for one in wrong] == [("group", Problem.OUT_OF_RANGE)]
    assert read_work({**row, "group": "5"})[0] is not None


_AMOUNT = st.decimals(min_value=0, max_value=500, places=2)
_TASKS = st.lists(
    st.builds(
        SheetTask,
        name=st.just("Việc"), assigned=_AMOUNT, done=_AMOUNT, kind=st.sampled_from(SheetTask.Kind.values),
        factor=st.decimals(min_value=Decimal("0.001"), max_value=20, places=3),
        returns=st.integers(0, 6), delays=st.integers(0, 6),
        due_on=st.none() | st.dates(min_value=date(2025, 7, 1), max_value=date(2027, 12, 31)),
        handed_back_at=st.none() | st.just(NOW),
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


def _score(tasks: list[SheetTask]) -> TaskResult:
    return score_tasks(RULE, [as_task(task) for task in tasks], {})


@given(_TASKS, st.data())
def test_handing_back_keeps_what_was_assigned_and_never_raises_points(
    tasks: list[SheetTask], data: st.DataObject
) -> None:
    before = _score(tasks)
    data.draw(st.sampled_from(tasks)).handed_back_at = NOW
    after = _score(tasks)
    assert after.assigned == before.assigned
    assert after.done <= before.done
    for part, share in after.shares.items():
        assert share <= before.shares[part]
    if before.points is not None and after.points is not None:
        assert after.points <= before.points


@given(_TASKS)
def test_a_copy_assigns_as_much_and_nothing_of_it_is_done(tasks: list[SheetTask]) -> None:
    plan = [task for task in tasks if is_plan(task)]
    copies = [fresh_copy(task, None, 1) for task in plan]
    result = _score(copies)
    assert result.assigned == sum((task.assigned * task.factor for task in plan), Decimal(0))
    assert result.done == 0
    assert result.points in (None, 0)
    for task, copy in zip(plan, copies, strict=True):
        assert (copy.returns, copy.delays, copy.excused_returns, copy.cause) == (0, 0, 0, "")
        if task.due_on is not None:
            assert copy.due_on is not None
            months = (copy.due_on.year - task.due_on.year) * 12 + copy.due_on.month - task.due_on.month
            assert months == 1
            assert copy.due_on.day <= task.due_on.day


@given(_TASKS, st.data())
def test_an_excuse_never_lowers_points(tasks: list[SheetTask], data: st.DataObject) -> None:
    before = _score(tasks)
    task = data.draw(st.sampled_from(tasks))
    task.excused_returns = data.draw(st.integers(0, task.returns))
    task.excused_delays = data.draw(st.integers(0, task.delays))
    after = _score(tasks)
    for part, share in after.shares.items():
        assert share >= before.shares[part]
