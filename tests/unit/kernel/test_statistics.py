from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct.kernel.statistics import Z_95, ClusterSums, design_effect, difference, effective_n, t_95, wilson


def test_wilson_agrees_with_the_published_example() -> None:
    """Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662."""
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_all_kept_still_leaves_doubt_below() -> None:
    low, high = wilson(10, 10)
    assert high == 1.0
    assert round(low, 4) == 0.7225


def test_without_answers_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_fewer_effective_answers_widen_the_interval() -> None:
    low, high = wilson(80, 100)
    wider_low, wider_high = wilson(80, 100, n_eff=40)
    assert wider_low < low
    assert wider_high > high


@pytest.mark.parametrize(("kept", "judged"), [(-1, 5), (6, 5)])
def test_what_is_no_share_is_refused(kept: int, judged: int) -> None:
    with pytest.raises(ValueError):
        wilson(kept, judged)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_within_its_interval(share: tuple[int, int]) -> None:
    low, high = wilson(*share)
    assert 0 <= low <= share[0] / share[1] <= high <= 1


def effect(clusters: list[tuple[int, int]]) -> float:
    kept, judged = sum(k for k, _ in clusters), sum(n for _, n in clusters)
    return design_effect(kept, judged, ClusterSums.of(clusters))


def test_equal_clusters_do_not_narrow_an_interval() -> None:
    assert effect([(5, 10)] * 8) == 1.0


def test_clusters_that_agree_within_count_as_one_answer_each() -> None:
    """Desk-days that are wholly good or wholly bad: ten answers say as much as one."""
    assert isclose(effect([(10, 10), (0, 10)] * 50), 10 * 100 / 99, rel_tol=1e-9)


@pytest.mark.parametrize("clusters", [[(3, 4)], [(4, 4), (4, 4)], [(0, 4), (0, 4)], [(0, 0), (3, 4)]])
def test_where_nothing_can_be_estimated_a_likeness_is_assumed(clusters: list[tuple[int, int]]) -> None:
    """0.2 within desk-days of four: 1 + 0.2 · 3."""
    assert isclose(effect(clusters), 1.6)
    kept, judged = sum(k for k, _ in clusters), sum(n for _, n in clusters)
    assert isclose(effective_n(kept, judged, ClusterSums.of(clusters)), judged / 1.6)


def test_what_comes_in_no_clusters_stays_as_it_is() -> None:
    assert effect([]) == 1.0
    assert design_effect(3, 4, ClusterSums()) == 1.0
    assert effective_n(4, 4, ClusterSums()) == 4.0


def test_few_dissatisfied_bound_the_degrees_of_freedom() -> None:
    """60 desk-days, all four dissatisfied on one: t has 1.5 · n/effect · p(1 − p) + 1 degrees, not 59."""
    clusters = [(5, 5)] * 59 + [(1, 5)]
    sums = ClusterSums.of(clusters)
    plain = 300 / design_effect(296, 300, sums)
    degrees = 1.5 * plain * (296 / 300) * (4 / 300) + 1
    assert 2 < degrees < 3
    assert isclose(effective_n(296, 300, sums), plain * (Z_95 / t_95(degrees)) ** 2)


def test_sums_of_clusters_add_up() -> None:
    one, other = [(3, 4), (0, 2)], [(5, 5), (1, 7)]
    assert ClusterSums.of(one) + ClusterSums.of(other) == ClusterSums.of(one + other)


def test_difference_agrees_with_the_published_example() -> None:
    """Newcombe (1998), paper II, example (a), method 10: 56/70 − 48/80 gives 0.0524 to 0.3339."""
    low, high = difference((56, 70), (48, 80))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_difference_without_answers_excludes_nothing() -> None:
    low, high = difference((0, 0), (9, 10))
    assert low < 0 < high
