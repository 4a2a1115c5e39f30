"""Each signal speaks on data prepared for it, and stays silent a step below."""

from dataclasses import replace
from decimal import Decimal
from math import isclose, sqrt

import pytest

from conduct.kernel.statistics import wilson
from conduct.ratings.rules.inflation import (
    Question,
    Rated,
    Served,
    all_maximum,
    citizens_below,
    figures,
    narrow,
    reviewer_signals,
    self_and_review,
    spread,
)


def rated(*totals: str, own: str | None = None, reviewer: int = 1) -> list[Rated]:
    """Sheets with these totals of 100, and the same own total each."""
    return [
        Rated(reviewer, Decimal(one), None if own is None else Decimal(own), Decimal(100)) for one in totals
    ]


def test_figures_count_what_is_there() -> None:
    rows = [*rated("100", "90", own="95"), *rated("80")]
    found = figures(rows)
    assert (found.n, found.n_maximum, found.mean, found.pairs, found.identical) == (3, 1, 90.0, 2, 0)
    assert found.spread == 10.0
    # 5 below and 5 above
    assert found.difference == 0.0
    assert figures(rated("90", "88", own="88")).identical == 1
    nothing = figures([])
    assert (nothing.n, nothing.mean, nothing.spread, nothing.difference) == (0, None, None, None)


def test_the_spread_divides_by_n_less_one() -> None:
    assert spread([]) is None
    assert spread([Decimal(90)]) is None
    assert spread([Decimal(90), Decimal(90)]) == 0.0
    # mean 5, squares 9 1 1 9 = 20, over 3
    assert spread([Decimal(2), Decimal(4), Decimal(6), Decimal(8)]) == pytest.approx(sqrt(20 / 3))


def test_more_than_half_with_every_point_is_asked_about() -> None:
    found = all_maximum(rated(*["100"] * 6, *["80"] * 4))
    assert found is not None
    assert (found.question, found.n, found.value, found.limit) == (Question.ALL_MAXIMUM, 10, 0.6, 0.5)
    assert all_maximum([replace(one, maximum=Decimal(90)) for one in rated(*["90"] * 10)]) is not None


@pytest.mark.parametrize(
    "totals",
    [["100"] * 9, ["100"] * 5 + ["80"] * 5, ["99.999"] * 10, []],
    ids=["nine sheets", "exactly half", "almost every point", "none"],
)
def test_all_maximum_stays_silent(totals: list[str]) -> None:
    assert all_maximum(rated(*totals)) is None


WIDE = ["70", "75", "80", "85", "90", "95", "70", "75", "80", "85"]  # SD about 8.3


def test_a_narrow_reviewer_is_asked_about() -> None:
    found = narrow(rated("92", "92", "93", "92", "92"), rated(*WIDE))
    assert found is not None
    assert (found.question, found.n) == (Question.NARROW, 5)
    assert isclose(found.value, sqrt(0.2))
    assert found.other == spread([Decimal(one) for one in WIDE])
    assert found.other is not None
    assert found.limit == 0.5 * found.other


@pytest.mark.parametrize(
    ("mine", "others"),
    [
        (["92", "92", "93", "92"], WIDE),
        (["92", "92", "93", "92", "92"], WIDE[:9]),
        (["80", "85", "90", "95", "88"], WIDE),
        (["92"] * 5, ["92", "93"] * 5),
        (["88", "90"] * 3, ["86", "90"] * 5),
        ([], WIDE),
    ],
    ids=["four sheets", "nine others", "as wide", "others narrow too", "just half", "none"],
)
def test_narrow_stays_silent(mine: list[str], others: list[str]) -> None:
    assert narrow(rated(*mine), rated(*others)) is None


def test_exactly_half_as_wide_is_silent_and_a_little_less_is_asked_about() -> None:
    others = rated(*["86", "94"] * 5)
    half = rated(*["88", "92"] * 5)
    assert narrow(half, others) is None
    assert narrow(rated(*["88.01", "92"] * 5), others) is not None


def test_others_who_spread_by_one_point_are_enough() -> None:
    # four at 89, four at 91, two at 90: 8 / 9; one more point apart makes it one and more
    others = rated("88.9", "91", "89", "91", "89", "91", "89", "91.1", "89", "91")
    assert narrow(rated(*["90"] * 5), others) is not None


def test_a_review_that_repeats_the_own_total_is_asked_about() -> None:
    same = [*rated(*["90"] * 9, own="90"), *rated("80", own="90")]
    found = self_and_review(same)
    assert found is not None
    assert (found.question, found.n, found.value, found.limit) == (Question.IDENTICAL, 10, 0.9, 0.9)
    assert self_and_review(same[1:]) is None
    assert self_and_review([*same[1:], *rated("80")]) is None


def test_totals_apart_are_asked_about_on_either_side() -> None:
    above = self_and_review(rated(*["87"] * 10, own="90"))
    assert above is not None
    assert (above.question, above.n, above.value, above.limit) == (Question.SELF_ABOVE, 10, 3.0, 3.0)
    below = self_and_review(rated(*["93"] * 10, own="90"))
    assert below is not None
    assert (below.question, below.value, below.limit) == (Question.REVIEW_ABOVE, 3.0, 3.0)


@pytest.mark.parametrize("given", ["87.01", "92.99", "89"])
def test_totals_that_are_near_stay_silent(given: str) -> None:
    assert self_and_review(rated(*[given] * 10, own="90")) is None


def test_too_few_pairs_stay_silent() -> None:
    assert self_and_review(rated(*["80"] * 9, own="90")) is None
    assert self_and_review(rated(*["80"] * 20)) is None


def served(given: str, satisfied: int, judged: int, sheets: int = 3) -> Served:
    """Points of 10 for serving citizens, and citizens who were satisfied."""
    return Served(sheets, Decimal(given), Decimal(10), satisfied, judged, *wilson(satisfied, judged))


def test_a_review_above_the_citizens_is_asked_about() -> None:
    found = citizens_below(served("10", 70, 100))
    assert found is not None
    assert (found.question, found.n, found.value, found.limit) == (Question.CITIZENS_BELOW, 100, 1.0, 0.7)
    low, high = wilson(70, 100)
    assert found.other == pytest.approx(0.3 * 2 * 1.959963984540054 / (high - low))


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (served("10", 10, 29), "29 answers"),
        (served("10", 70, 100, sheets=2), "two sheets"),
        (served("7", 70, 100), "the same share"),
        (served("6", 90, 100), "below the citizens"),
        (served("10", 910, 1000), "nine points of a hundred"),
        (served("9", 24, 31), "twelve points, but chance could do it"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_citizens_below_stays_silent(one: Served, why: str) -> None:
    assert citizens_below(one) is None, why


def test_citizens_at_the_edges_are_heard() -> None:
    assert citizens_below(served("10", 10, 30)) is not None
    assert citizens_below(served("10", 900, 1000)) is not None


def test_a_reviewer_gets_every_question_in_order() -> None:
    mine = rated(*["100"] * 10, own="100")
    found = reviewer_signals(mine, rated(*WIDE), served("10", 70, 100))
    assert [one.question for one in found] == [
        Question.ALL_MAXIMUM,
        Question.NARROW,
        Question.IDENTICAL,
        Question.CITIZENS_BELOW,
    ]
    assert reviewer_signals(rated(*WIDE), rated(*WIDE), None) == []
