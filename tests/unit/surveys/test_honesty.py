"""Which forms are set aside: people's own mistakes and busy offices are forgiven, bursts are not."""

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.desk_signals import DeskMonth, Signal, signals_of
from surveys.rules.honesty import (
    A_DAY,
    HALF_AN_HOUR,
    PHONE_FORMS,
    TEN_MINUTES,
    Circumstances,
    Doubt,
    Pace,
    Seen,
    doubt_about,
    is_straight,
    long_text,
    most_forms,
    seconds_needed,
)
from surveys.rules.keys import Sent, read_sent, sign_sent
from surveys.rules.questions import Answers

PACE = Pace(desk=8.0, unit=40.0, unit_id=1, office_id=2)
ALL_FIVE = Answers(overall=5, factors=(5, 5, 5, 5, 5))
MIXED = Answers(overall=4, factors=(5, 4, None, 4, 3))
ONE = Seen(1, 1, 1, 1, 0, 0, is_office_network=False)
CALM = Circumstances(seconds=12, forms=0, straight=0, is_phone=True, is_outside_hours=False, seen=ONE)


@pytest.mark.parametrize("answers", [ALL_FIVE, MIXED, Answers(overall=1)])
def test_an_ordinary_form_counts(answers: Answers) -> None:
    assert doubt_about(answers, CALM, PACE) is Doubt.NONE


def test_a_family_on_one_phone_is_forgiven_and_a_phone_that_is_handed_round_is_not() -> None:
    for n in range(PHONE_FORMS):
        assert doubt_about(MIXED, replace(CALM, forms=n), PACE) is Doubt.NONE
    assert doubt_about(MIXED, replace(CALM, forms=PHONE_FORMS), PACE) is Doubt.DEVICE


def test_a_single_all_five_is_never_touched_and_a_row_of_them_is() -> None:
    straight = replace(ONE, straight=1)
    assert doubt_about(ALL_FIVE, replace(CALM, seen=straight), PACE) is Doubt.NONE
    assert doubt_about(ALL_FIVE, replace(CALM, straight=1), PACE) is Doubt.NONE
    assert doubt_about(ALL_FIVE, replace(CALM, straight=2), PACE) is Doubt.STRAIGHT
    assert doubt_about(MIXED, replace(CALM, straight=7), PACE) is Doubt.NONE
    many = replace(ONE, straight=most_forms(PACE.desk, HALF_AN_HOUR) + 1)
    assert doubt_about(ALL_FIVE, replace(CALM, seen=many), PACE) is Doubt.STRAIGHT


def test_nobody_reads_a_page_in_a_second() -> None:
    assert doubt_about(Answers(overall=4), replace(CALM, seconds=1.0), PACE) is Doubt.SPEED
    assert doubt_about(Answers(overall=4), replace(CALM, seconds=1.6), PACE) is Doubt.NONE
    assert seconds_needed(ALL_FIVE) == pytest.approx(3.0)
    assert doubt_about(ALL_FIVE, replace(CALM, seconds=2.5), PACE) is Doubt.SPEED


@pytest.mark.parametrize("seconds", [None, -3.0])
def test_an_unknown_time_or_a_clock_that_runs_ahead_is_no_reason(seconds: float | None) -> None:
    assert doubt_about(MIXED, replace(CALM, seconds=seconds), PACE) is Doubt.NONE


def test_the_offices_network_is_a_reason_for_computers_and_after_hours_alone() -> None:
    office = replace(CALM, seen=replace(ONE, is_office_network=True))
    assert doubt_about(MIXED, office, PACE) is Doubt.NONE
    assert doubt_about(MIXED, replace(office, is_phone=False), PACE) is Doubt.NETWORK
    assert doubt_about(MIXED, replace(office, is_outside_hours=True), PACE) is Doubt.NETWORK
    assert doubt_about(MIXED, replace(CALM, is_phone=False, is_outside_hours=True), PACE) is Doubt.NONE


def test_the_same_long_comment_is_a_reason_from_the_third_on() -> None:
    assert doubt_about(MIXED, replace(CALM, seen=replace(ONE, same_text=2)), PACE) is Doubt.NONE
    assert doubt_about(MIXED, replace(CALM, seen=replace(ONE, same_text=3)), PACE) is Doubt.BURST
    assert long_text("Cán bộ nhiệt tình!") == ""
    assert long_text("Cán bộ một cửa rất nhiệt tình.") == long_text("CÁN BỘ MỘT CỬA, rất nhiệt tình")


@pytest.mark.parametrize("place", ["desk_ten_minutes", "desk_day", "unit_ten_minutes", "unit_day"])
def test_more_than_a_desk_ever_gets_is_a_burst(place: str) -> None:
    stretch = TEN_MINUTES if place.endswith("minutes") else A_DAY
    limit = most_forms(PACE.desk if place.startswith("desk") else PACE.unit, stretch)
    fields: dict[str, Any] = {place: limit}
    more: dict[str, Any] = {place: limit + 1}
    at, over = replace(ONE, **fields), replace(ONE, **more)
    assert doubt_about(MIXED, replace(CALM, seen=at), PACE) is Doubt.NONE
    assert doubt_about(MIXED, replace(CALM, seen=over), PACE) is Doubt.BURST


def test_without_counts_only_the_phone_and_the_clock_are_asked() -> None:
    away = replace(CALM, seen=None, is_phone=False, is_outside_hours=True)
    assert doubt_about(MIXED, away, PACE) is Doubt.NONE
    assert doubt_about(MIXED, replace(away, seconds=0.2), PACE) is Doubt.SPEED


@given(st.floats(0, 500), st.sampled_from([TEN_MINUTES, A_DAY, HALF_AN_HOUR]))
def test_the_limit_lies_above_the_usual_and_grows_with_it(
    pace: float, stretch: tuple[int, float, float]
) -> None:
    limit = most_forms(pace, stretch)
    assert limit >= pace * stretch[1] * stretch[2]
    assert limit <= most_forms(pace + 5, stretch)
    assert limit >= 5


@pytest.mark.parametrize("pace", [0.5, 3.0, 12.0, 60.0])
def test_a_busy_office_behind_one_address_is_hardly_ever_flagged(pace: float) -> None:
    """A year of ten-minute stretches at the busiest pace: everybody comes through one network."""
    rng = random.Random(int(pace * 10))
    limit, mean = most_forms(pace, TEN_MINUTES), pace / 6 * 3
    stretches = 45 * 250
    passed = sum(_poisson(rng, mean) > limit for _ in range(stretches))
    assert passed / stretches < 5e-4


def _poisson(rng: random.Random, mean: float) -> int:
    n, left = 0, rng.expovariate(1)
    while left < mean:
        n, left = n + 1, left + rng.expovariate(1)
    return n


def test_straight_needs_all_five_factors() -> None:
    assert is_straight(ALL_FIVE)
    assert not is_straight(Answers(overall=5))
    assert not is_straight(Answers(overall=4, factors=(5, 5, 5, 5, 5)))


DAY, SECRET = date(2026, 11, 20), "secret"


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_what_a_phone_carries_is_read_back_on_the_same_day_only(forms: int, straight: int) -> None:
    carried = sign_sent(Sent(forms, straight), DAY, SECRET)
    assert read_sent(carried, DAY, SECRET) == (forms, straight)
    assert read_sent(carried, date(2026, 11, 21), SECRET) == (0, 0)
    assert read_sent(carried, DAY, "another") == (0, 0)


@given(st.text(max_size=60) | st.from_regex(r"\d{1,7}\.\d{1,7}\.\d{1,7}\..{0,14}", fullmatch=True))
def test_what_a_phone_made_up_counts_as_nothing(text: str) -> None:
    assert read_sent(text, DAY, SECRET) == (0, 0)


QUIET = DeskMonth((1, 2, 3, 30, 14), outside=1, aside=2, finished=400, silent=())


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, []),
        ({"silent": ("Máy 1",)}, [Signal.SILENT]),
        ({"marks": (0, 0, 1, 3, 4)}, [Signal.LOW_COVERAGE]),
        ({"finished": None, "marks": (0, 0, 1, 3, 4)}, []),
        ({"finished": 40}, [Signal.MORE_THAN_DOSSIERS]),
        ({"outside": 5}, [Signal.OUTSIDE]),
        ({"aside": 13}, [Signal.ASIDE]),
        ({"marks": (0, 0, 0, 1, 49)}, [Signal.ONE_MARK]),
        ({"marks": (0, 0, 0, 0, 0), "finished": None, "aside": 3}, []),
    ],
)
def test_a_desk_stands_out_by_its_figures(fields: dict[str, object], found: list[Signal]) -> None:
    assert signals_of(replace(QUIET, **fields)) == found  # type: ignore[arg-type]


def test_a_share_under_the_minimum_is_not_given() -> None:
    assert replace(QUIET, marks=(0, 0, 0, 0, 4)).top_share is None
    assert replace(QUIET, marks=(0, 0, 0, 1, 4)).top_share == pytest.approx(0.8)
