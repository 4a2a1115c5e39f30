"""Blackening words: only they change, sign by sign; and the addresses of a point over time."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.attribution import Swap, days_between, labels_of, slugs_on
from surveys.rules.redaction import BLACK, blacken, count_blackened, words_of


@given(st.text(max_size=60), st.sets(st.integers(-2, 20)))
def test_only_the_chosen_words_become_black(comment: str, numbers: set[int]) -> None:
    after = blacken(comment, numbers)
    words, left = words_of(comment), words_of(after)
    assert len(after) == len(comment)
    assert [word.number for word in left] == [word.number for word in words]
    for before, now in zip(words, left, strict=True):
        assert now.text == (BLACK * len(before.text) if before.number in numbers else before.text)
    assert blacken(after, numbers) == after
    assert count_blackened(comment, after) <= sum(len(word.text) for word in words if word.number in numbers)


def test_a_name_is_gone() -> None:
    assert blacken("Cháu Bùi Văn An\nlớp 3 chờ", {1, 2, 3}) == "Cháu ███ ███ ██\nlớp 3 chờ"


DAY = date(2026, 10, 10)
SWAPS = [Swap(DAY, "aaa"), Swap(DAY + timedelta(days=3), "bbb")]


def test_a_point_has_the_address_of_that_day() -> None:
    assert slugs_on(DAY - timedelta(days=1), "ccc", SWAPS) == {"aaa"}
    assert slugs_on(DAY, "ccc", SWAPS) == {"aaa", "bbb"}
    assert slugs_on(DAY + timedelta(days=1), "ccc", SWAPS) == {"bbb"}
    assert slugs_on(DAY + timedelta(days=3), "ccc", SWAPS) == {"bbb", "ccc"}
    assert slugs_on(DAY + timedelta(days=4), "ccc", SWAPS) == {"ccc"}
    assert slugs_on(DAY, "ccc", []) == {"ccc"}


def test_each_day_has_a_label_and_the_day_of_a_swap_two() -> None:
    days = days_between(DAY - timedelta(days=1), DAY + timedelta(days=4))
    assert len(days) == 6
    assert len(set(labels_of(days, "ccc", SWAPS, "secret"))) == 8
