"""Counts and occurrences add up, and are shares."""

import pytest

from conduct.scores.rules.evidence import Count, Occurrences, total


@pytest.mark.parametrize(("judged", "kept"), [(0, 1), (1, 2), (1, -1), (-1, 0), (-1, -1)])
def test_a_count_is_a_share(judged: int, kept: int) -> None:
    with pytest.raises(ValueError, match="kept of"):
        Count(judged, kept)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_any_share_will_do(kept: int) -> None:
    assert (Count(2, kept).judged, Count(2, kept).kept) == (2, kept)


def test_counts_add_up_in_any_order() -> None:
    assert Count(5, 3) + Count(7, 2) == Count(7, 2) + Count(5, 3) == Count(12, 5)
    assert Count(5, 3) + Count() == Count(5, 3)
    assert total([Count(5, 3), Count(7, 2), Count(1, 1)]) == Count(13, 6)
    assert total([]) == Count(0, 0)


def test_occurrences_add_up() -> None:
    assert Occurrences(3, 20) + Occurrences(4, 5) == Occurrences(7, 25)
