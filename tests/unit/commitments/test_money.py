"""Whole đồng as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct.commitments.rules.money import read_dong


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("30000", 30_000),
        ("30.000", 30_000),
        ("30.000 đ", 30_000),
        ("30 000 đồng", 30_000),
        ("30\u00a0000đ", 30_000),
        ("1.500.000 VND", 1_500_000),
        ("  0 ", 0),
        ("15", 15),
    ],
)
def test_amounts_are_read(text: str, amount: int) -> None:
    assert read_dong(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", "đ", "-5", "+5", "30,5", "30,000", "3.00", "30.0000", "1e5", "30.000,00", "٣٠", "30.000 $", "0x1F"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole đồng"):
        read_dong(text)


@given(st.integers(min_value=0, max_value=10**14))
def test_what_is_written_is_read_back(amount: int) -> None:
    written = f"{amount:,}".replace(",", ".")
    assert read_dong(f"{written} đ") == amount
