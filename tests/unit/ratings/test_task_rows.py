"""The edges of a list's columns: the longest words, the greatest numbers, where headings may stand."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from conduct.ratings.rules.cap import Scope
from conduct.ratings.rules.task_cells import BadCell, Problem, Range, Row, find_headings, read_amount
from conduct.ratings.rules.task_rows import HEADINGS, read_task
from conduct.ratings.rules.work_rows import read_work

TASK: dict[str, Any] = {"user": "lan", "task": "Tiếp công dân", "assigned": "4"}
WORK: dict[str, Any] = {"code": "HT01", "name": "Khai sinh", "unit": "hồ sơ", "group": "1", "factor": "1"}
LONGEST = [
    (read_task, TASK, "user", 150), (read_task, TASK, "task", 300), (read_task, TASK, "product", 300),
    (read_task, TASK, "work", 30), (read_work, WORK, "code", 30), (read_work, WORK, "name", 300),
    (read_work, WORK, "unit", 60), (read_work, WORK, "legal_act", 250),
]  # fmt: skip


@pytest.mark.parametrize(("read", "row", "column", "longest"), LONGEST)
def test_a_column_takes_its_longest_words_and_no_more(
    read: Any, row: dict[str, Any], column: str, longest: int
) -> None:
    entry, wrong = read({**row, column: "a" * longest})
    assert entry is not None
    assert "a" * longest in (getattr(entry, name) for name in entry.__slots__)
    entry, wrong = read({**row, column: "a" * (longest + 1)})
    assert entry is None
    assert [(one.column, one.problem) for one in wrong] == [(column, Problem.TOO_LONG)]


@pytest.mark.parametrize("column", ["code", "name", "group", "factor"])
def test_work_without_a_column_says_which(column: str) -> None:
    entry, wrong = read_work({**WORK, column: ""})
    assert entry is None
    assert [(one.column, one.problem) for one in wrong] == [(column, Problem.MISSING)]


def test_work_needs_neither_unit_nor_legal_act() -> None:
    entry, wrong = read_work({**WORK, "unit": "", "legal_act": None})
    assert not wrong
    assert entry is not None
    assert (entry.unit, entry.legal_act, entry.group, entry.factor) == ("", "", 1, Decimal(1))


def test_a_kind_is_quoted_as_far_as_it_may_be_long() -> None:
    [too_long, unknown] = read_task({**TASK, "kind": "x" * 61})[1]
    assert (too_long.problem, unknown.problem) == (Problem.TOO_LONG, Problem.UNKNOWN_KIND)
    assert [one.problem for one in read_task({**TASK, "kind": "x" * 60})[1]] == [Problem.UNKNOWN_KIND]


def test_a_task_is_known_again_however_it_is_written() -> None:
    first, _ = read_task({**TASK, "product": "Biên bản"})
    assert first is not None
    assert first.key == ("lan", "tiếp công dân", "biên bản", first.kind)
    second, _ = read_task({**TASK, "user": "LAN", "task": "TIẾP CÔNG DÂN", "product": "biên bản"})
    assert second is not None
    assert second.key == first.key
    assert replace(first, product="Sổ").key != first.key


@pytest.mark.parametrize(("cell", "count"), [("0", 0), (0, 0), ("3", 3), ("", None), (None, None)])
def test_a_count_begins_at_nothing(cell: Any, count: int | None) -> None:
    row = Row({"returns": cell})
    assert row.count("returns", 3) == count
    assert not row.wrong
    assert Row({"returns": "4"}).count("returns", 3) is None


@pytest.mark.parametrize(
    ("cell", "problem"), [(1e12, Problem.NOT_A_NUMBER), (10**12, Problem.NOT_A_NUMBER), (5e11, None)]
)
def test_numbers_beyond_a_million_millions_are_none(cell: float, problem: Problem | None) -> None:
    limits = Range(Decimal(0), Decimal("1e15"), 2)
    if problem is None:
        assert read_amount(cell, limits) == Decimal(str(cell))
        return
    with pytest.raises(BadCell) as bad:
        read_amount(cell, limits)
    assert bad.value.problem is problem


def test_an_amount_is_kept_with_the_places_of_its_column() -> None:
    kept = read_amount("1,50", Range(Decimal(0), Decimal(9), 2))
    assert str(kept) == "1.50"
    assert str(read_amount(2, Range(Decimal(0), Decimal(9), 0))) == "2"


def test_two_known_headings_make_a_row_of_headings() -> None:
    assert find_headings([], HEADINGS) == 0
    assert find_headings([["Danh sách"], ["Nhiệm vụ", "Ghi gì đó"]], HEADINGS) == 0
    assert find_headings([["Danh sách"], ["Nhiệm vụ", "Số lượng giao"]], HEADINGS) == 1


@pytest.mark.parametrize(("excellent", "limit", "over"), [(5, 3, 2), (3, 3, 0), (2, 3, 0), (1, 0, 1)])
def test_so_many_are_over_the_cap(excellent: int, limit: int, over: int) -> None:
    assert Scope("", excellent, 9, 20, 14, limit).n_over == over
