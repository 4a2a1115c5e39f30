"""Indirect standardisation, computed by hand."""

import pytest

from conduct.kernel.standardising import adjust
from conduct.kernel.statistics import ClusterSums

LAND, CIVIL = "land", "civil"
# An serves mostly land cases (hard everywhere), Bình mostly civil status.
COUNTS = {
    "an": {LAND: (56, 80), CIVIL: (19, 20)},
    "binh": {LAND: (12, 20), CIVIL: (72, 80)},
}


def test_an_office_with_hard_cases_is_measured_by_its_mix() -> None:
    """Land 68/100, civil 91/100, together 159/200 = 0.795. An: expected 80 × 0.68 + 20 × 0.91 = 72.6,
    observed 75, ratio 1.0331, adjusted 0.8213, though its raw share (0.75) is below Bình's (0.84)."""
    found = adjust(COUNTS, {})
    an, binh = found["an"], found["binh"]
    assert an.expected == pytest.approx(72.6)
    assert an.ratio == pytest.approx(75 / 72.6)
    assert an.value == pytest.approx(75 / 72.6 * 0.795)
    assert binh.expected == pytest.approx(20 * 0.68 + 80 * 0.91)
    assert an.observed.value is not None
    assert binh.observed.value is not None
    assert an.value is not None
    assert binh.value is not None
    assert an.observed.value < binh.observed.value
    assert an.value > binh.value


def test_expected_numbers_add_up_to_the_observed_ones() -> None:
    found = adjust(COUNTS, {})
    assert sum(row.expected for row in found.values()) == pytest.approx(159)


def test_with_one_mix_for_all_nothing_is_adjusted() -> None:
    found = adjust({"an": {LAND: (40, 50)}, "binh": {LAND: (30, 50)}}, {})
    assert found["an"].value == pytest.approx(0.8)
    assert found["binh"].value == pytest.approx(0.6)


def test_the_interval_is_that_of_the_raw_share_scaled() -> None:
    sums = {"an": ClusterSums.of([(10, 10), (9, 10), (5, 10), (51, 70)])}
    an = adjust(COUNTS, sums)["an"]
    low, high = an.observed.interval
    scale = 100 / 72.6 * 0.795
    assert an.interval == pytest.approx((low * scale, min(1.0, high * scale)))
    plain = adjust(COUNTS, {})["an"]
    assert an.interval[0] < plain.interval[0]


def test_an_office_without_answers_has_no_adjusted_share() -> None:
    found = adjust({"an": {LAND: (0, 0)}, "binh": {LAND: (3, 4)}}, {})
    assert found["an"].value is None
    assert found["an"].interval == (0.0, 1.0)
