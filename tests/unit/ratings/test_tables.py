"""The four schemes against tables computed by hand with the decree's arithmetic."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.unit.ratings import contract_table, leaders_table, letters_table, staff_table
from tests.unit.ratings.rows import Row, read

TABLES = {
    "nd335-staff": staff_table.ROWS,
    "nd335-leaders": leaders_table.ROWS,
    "loai-abcd": letters_table.ROWS,
    "hop-dong": contract_table.ROWS,
}
CASES = [pytest.param(name, row, id=f"{name}: {row.says}") for name, rows in TABLES.items() for row in rows]


@pytest.mark.parametrize(("name", "row"), CASES)
def test_the_total_and_its_level_are_what_the_hand_computes(name: str, row: Row) -> None:
    result = row.sum_up(read(name))
    if row.total is None:
        assert (result.total, result.level) == (None, None)
        return
    assert result.total is not None
    assert result.level is not None
    assert round(result.total, 12) == Decimal(row.total)
    assert result.level.code == row.level


@pytest.mark.parametrize(("name", "row"), CASES)
def test_the_hand_writes_out_what_it_computes(name: str, row: Row) -> None:
    assert (row.by_hand is None) == (row.total is None)
    if row.by_hand is not None and row.total is not None:
        assert abs(row.by_hand - Fraction(row.total)) <= Fraction(1, 2 * 10**12)


@pytest.mark.parametrize("name", TABLES)
def test_every_scheme_has_at_least_thirty_rows_and_reaches_every_level(name: str) -> None:
    rows = TABLES[name]
    assert len(rows) >= 30
    assert len({row.says for row in rows}) == len(rows)
    assert {row.level for row in rows} - {""} == {level.code for level in read(name).levels}
