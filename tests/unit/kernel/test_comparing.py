"""Rose, fell, or no clear change; and how many of many differences to call sure."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct.kernel.comparing import Change, change_of, difference_of, discoveries, p_value
from conduct.kernel.statistics import ClusterSums, Share


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (Share(180, 200), Share(150, 200), Change.ROSE),
        (Share(150, 200), Share(180, 200), Change.FELL),
        (Share(170, 200), Share(168, 200), Change.UNCLEAR),
        (Share(18, 20), Share(15, 20), Change.UNCLEAR),
        (Share(), Share(15, 20), Change.UNKNOWN),
        (Share(15, 20), Share(), Change.UNKNOWN),
    ],
)
def test_a_change_is_named_only_beyond_chance(now: Share, before: Share, change: Change) -> None:
    assert change_of(now, before) is change


def test_desk_days_that_agree_within_make_a_change_unclear() -> None:
    whole_days = ClusterSums.of([(10, 10)] * 9 + [(0, 10)] * 1)
    worse_days = ClusterSums.of([(10, 10)] * 7 + [(0, 10)] * 3)
    assert change_of(Share(90, 100), Share(70, 100)) is Change.ROSE
    assert change_of(Share(90, 100, whole_days), Share(70, 100, worse_days)) is Change.UNCLEAR


def test_a_difference_is_that_of_newcombe() -> None:
    low, high = difference_of(Share(56, 70), Share(48, 80))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_a_p_value_agrees_with_the_textbook() -> None:
    """Pooled z test of 56/70 and 48/80: z = 0.2/0.07547 = 2.650, two-sided 0.0080."""
    assert round(p_value(Share(56, 70), Share(48, 80)), 4) == 0.008


@pytest.mark.parametrize(("first", "second"), [(Share(), Share(1, 2)), (Share(5, 5), Share(9, 9))])
def test_where_nothing_differs_chance_explains_all(first: Share, second: Share) -> None:
    assert p_value(first, second) == 1.0


def test_the_worked_example_of_benjamini_and_hochberg() -> None:
    """Their 1995 paper, section 4: of fifteen p-values the four smallest are called."""
    p_values = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
        0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    assert discoveries(p_values) == [True] * 4 + [False] * 11


def test_a_smaller_p_value_goes_with_a_larger_one_that_is_called() -> None:
    assert discoveries([0.03, 0.04, 0.04, 0.045]) == [True] * 4
    assert discoveries([]) == []


@given(st.lists(st.floats(0, 1), max_size=30))
def test_nothing_is_called_that_a_single_test_would_not_call(p_values: list[float]) -> None:
    assert all(p <= 0.05 for p, sure in zip(p_values, discoveries(p_values), strict=True) if sure)


def test_few_of_those_called_are_chance() -> None:
    """Twenty offices worse in truth, eighty like the whole: about one call in twenty is wrong."""
    rnd, shares = Random(3), []
    whole = Share(90_000, 100_000)
    for _ in range(60):
        offices = [0.7] * 20 + [0.9] * 80
        found = [Share(sum(rnd.random() < true for _ in range(120)), 120) for true in offices]
        called = discoveries([p_value(one, whole) for one in found])
        n_wrong = sum(called[20:])
        shares.append(n_wrong / max(1, sum(called)))
    assert sum(shares) / len(shares) <= 0.055
