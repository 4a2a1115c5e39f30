"""Figures of a survey round by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.rounds import LEAST, Counts, Mark, rank, rate, weighted_share, withhold


def test_marks_below_the_minimum_have_no_figures() -> None:
    assert Mark(4, 4, 20).share is None
    assert Mark(5, 4, 21).share == 0.8
    assert Mark(5, 4, 21).mean == 4.2


def test_counts_add_up() -> None:
    one = Counts(Mark(5, 3, 20), (Mark(4, 2, 15), *[Mark()] * 4))
    both = one + one
    assert both.overall == Mark(10, 6, 40)
    assert both.factors[0] == Mark(8, 4, 30)


def test_nothing_is_hidden_when_all_have_enough_or_none() -> None:
    assert withhold({"a": 5, "b": 0, "c": 90}) == frozenset()


def test_one_small_part_takes_the_next_smallest_along() -> None:
    assert withhold({"a": 3, "b": 90, "c": 7}) == {"a", "c"}


def test_two_small_parts_that_are_enough_together_hide_each_other() -> None:
    assert withhold({"a": 3, "b": 4, "c": 7}) == {"a", "b"}


def test_two_tiny_parts_take_another_along() -> None:
    assert withhold({"a": 1, "b": 1, "c": 7, "d": 9}) == {"a", "b", "c"}


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 30)))
def test_no_hidden_part_can_be_reckoned_from_the_total(counts: dict[int, int]) -> None:
    hidden = withhold(counts)
    assert all(key in hidden for key, n in counts.items() if 0 < n < LEAST)
    shown = [key for key, n in counts.items() if n and key not in hidden]
    if hidden and shown:
        assert len(hidden) >= 2
        assert sum(counts[key] for key in hidden) >= LEAST


def test_the_weighted_share_by_hand() -> None:
    """A frame of 900 with 50 of 100 satisfied, one of 100 with 90 of 100: (900·0.5 + 100·0.9) ÷ 1000."""
    assert weighted_share([(900, 50, 100), (100, 90, 100)]) == pytest.approx(0.54)


@pytest.mark.parametrize(
    "units",
    [
        [],
        [(900, 50, 100)],
        [(900, 50, 100), (900, 90, 100)],
        [(900, 50, 100), (None, 90, 100)],
        [(900, 50, 100), (100, 0, 0)],
    ],
)
def test_weights_that_say_nothing_give_no_share(units: list[tuple[int | None, int, int]]) -> None:
    assert weighted_share(units) is None


def test_a_rate_of_nothing_is_unknown() -> None:
    assert rate(3, 0) is None
    assert rate(36, 90) == 0.4


def test_the_order_of_drawing_depends_on_seed_and_code_alone() -> None:
    codes = [f"H41-{n}" for n in range(50)]
    shuffled = codes[25:] + codes[:25]
    drawn = sorted(codes, key=lambda code: rank("seed", code))
    assert drawn == sorted(shuffled, key=lambda code: rank("seed", code))
    assert drawn != sorted(codes, key=lambda code: rank("other", code))
