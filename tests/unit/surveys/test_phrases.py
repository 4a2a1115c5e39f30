"""Frequent phrases of Vietnamese comments: counted once a comment, no accidents, no stop words, no parts."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.phrases import (
    LONGEST,
    NEGATIONS,
    STOP_WORDS,
    clauses,
    frequent_phrases,
    log_likelihood,
)

SAID = [
    "Cán bộ nhiệt tình, hướng dẫn rõ ràng.",
    "Chờ lâu quá, phải đi lại nhiều lần.",
    "Cán bộ một cửa nhiệt tình và vui vẻ",
    "Phải chờ lâu mới đến lượt.",
    "Tôi không hài lòng vì chờ lâu",
    "Chị ở quầy hướng dẫn rõ ràng, dễ hiểu",
    "Hướng dẫn rõ ràng nhưng chờ lâu",
    "Tôi không hài lòng về thái độ",
    "Con tôi không hài lòng",
    "Cán bộ nhiệt tình!",
    "Cơ sở vật chất sạch sẽ",
    "Ghế ngồi ít",
]


def test_what_people_say_comes_up() -> None:
    found = {phrase.text: phrase.n_comments for phrase in frequent_phrases(SAID)}
    assert found["chờ lâu"] == 4
    assert found["hướng dẫn rõ ràng"] == 3
    assert found["không hài lòng"] == 3
    assert "dẫn rõ" not in found
    assert "hài lòng" not in found  # nobody says it without the negation here
    assert found["nhiệt tình"] == 3


def test_a_phrase_needs_three_comments_and_counts_once_in_each() -> None:
    assert frequent_phrases(["rất ồn ào, ồn ào, ồn ào", "ồn ào"]) == []
    three = ["ồn ào quá ồn ào"] * 3 + ["yên tĩnh"] * 3
    assert frequent_phrases(three)[0].n_comments == 3


def test_words_that_meet_by_chance_are_no_phrase() -> None:
    """Two words in most comments, side by side now and then, say nothing together."""
    said = ["giấy tờ mực đầu xanh"] * 10 + ["giấy tờ"] * 45 + ["mực đầu xanh"] * 45
    found = {one.text for one in frequent_phrases(said)}
    assert {"giấy tờ", "mực đầu xanh"} <= found
    assert not any("tờ mực" in text for text in found)


@pytest.mark.parametrize(
    ("cells", "least", "most"),
    [((10, 10, 10, 100), 60, 70), ((1, 10, 10, 100), 0, 0), ((0, 5, 5, 10), 0, 0), ((3, 3, 3, 3), 0, 0)],
)
def test_log_likelihood(cells: tuple[int, int, int, int], least: float, most: float) -> None:
    assert least <= log_likelihood(*cells) <= most


def test_decomposed_letters_are_the_same_words() -> None:
    apart = [unicodedata.normalize("NFD", text) for text in SAID]
    assert frequent_phrases(apart) == frequent_phrases(SAID)


WORDS = st.sampled_from(["chờ", "lâu", "và", "không", "quầy", "số", "hai", "vui", "vẻ", ".", "12", "█"])
COMMENTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=30), max_size=20)


@given(COMMENTS, st.integers(1, 5))
def test_every_phrase_stands_in_as_many_comments_as_it_says(comments: list[str], fewest: int) -> None:
    found = frequent_phrases(comments, most=50, fewest=fewest)
    assert len({one.text for one in found}) == len(found)
    for one in found:
        gram = one.text.split(" ")
        assert 2 <= len(gram) <= LONGEST
        assert gram[0] not in STOP_WORDS
        assert gram[-1] not in STOP_WORDS | NEGATIONS
        n = sum(
            any(syllables[start : start + len(gram)] == gram for syllables in clauses(comment)
                for start in range(len(syllables)))
            for comment in comments
        )  # fmt: skip
        assert n == one.n_comments >= fewest
    assert all(one.n_comments >= other.n_comments for one, other in pairwise(found))


@given(COMMENTS)
def test_the_order_of_comments_does_not_matter(comments: list[str]) -> None:
    assert frequent_phrases(comments[::-1]) == frequent_phrases(comments)
