"""What a review must say, and which reviewed sheets are held back from being confirmed together."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from conduct.ratings.rules.reviewing import (
    Given,
    Held,
    Reviewed,
    ReviewFault,
    faults_of,
    held_back,
    may_be_given,
)
from conduct.ratings.rules.scheme import Scheme
from tests.unit.ratings.rows import read

STAFF, LEADERS = read("nd335-staff"), read("nd335-leaders")
FIRST = STAFF.criteria[0]


def full(scheme: Scheme = STAFF, leading: int = 100) -> Given:
    """Everything at its maximum."""
    parts = scheme.tasks.leading if scheme.tasks else ()
    points: dict[str, Decimal | None] = {one.code: one.maximum for one in scheme.criteria}
    return Given(points, {}, {part.value: leading for part in parts})


def with_points(points: Decimal | None, reason: str = "") -> Given:
    """The first criterion so, the others at their maximum."""
    return replace(full(), points={**full().points, FIRST.code: points}, reasons={FIRST.code: reason})


def test_a_full_review_has_no_faults() -> None:
    assert faults_of(STAFF, full()) == {}
    assert faults_of(LEADERS, full(LEADERS)) == {}
    assert faults_of(LEADERS, full(LEADERS, 50)) == {}


@pytest.mark.parametrize(
    ("points", "reason", "faults"),
    [
        (None, "", {f"points_{FIRST.code}": ReviewFault.NO_POINTS}),
        (None, "vì", {f"points_{FIRST.code}": ReviewFault.NO_POINTS}),
        (FIRST.maximum + STAFF.step, "vì", {f"points_{FIRST.code}": ReviewFault.NOT_GIVEN}),
        (-STAFF.step, "vì", {f"points_{FIRST.code}": ReviewFault.NOT_GIVEN}),
        (FIRST.maximum - STAFF.step, "", {f"reason_{FIRST.code}": ReviewFault.NO_REASON}),
        (FIRST.maximum - STAFF.step, "  ", {f"reason_{FIRST.code}": ReviewFault.NO_REASON}),
        (FIRST.maximum - STAFF.step, "đến muộn", {}),
        (Decimal(0), "", {f"reason_{FIRST.code}": ReviewFault.NO_REASON}),
        (FIRST.maximum, "", {}),
    ],
)
def test_points_below_the_maximum_need_a_reason(
    points: Decimal | None, reason: str, faults: dict[str, ReviewFault]
) -> None:
    assert faults_of(STAFF, with_points(points, reason)) == faults


def test_a_reason_that_nobody_wrote_is_missing() -> None:
    given = replace(with_points(Decimal(0)), reasons={})
    assert faults_of(STAFF, given) == {f"reason_{FIRST.code}": ReviewFault.NO_REASON}


@pytest.mark.parametrize("said", [None, 0, 49, 51, 99, 101])
def test_a_leading_component_is_all_or_half(said: int | None) -> None:
    given = replace(full(LEADERS), leading={**full(LEADERS).leading, "unit": said})
    assert faults_of(LEADERS, given) == {"leading_unit": ReviewFault.NOT_SAID}
    assert len(faults_of(LEADERS, replace(given, leading={}))) == 3


@pytest.mark.parametrize(
    ("points", "may"),
    [
        ("0", True), ("0.5", True), ("0.25", True), ("0.3", False), ("0.1", False), ("-0.25", False),
        ("NaN", False), ("Infinity", False), (str(FIRST.maximum), True),
        (str(FIRST.maximum + Decimal("0.25")), False),
        (str(FIRST.maximum - Decimal("0.01")), False),
    ],
)  # fmt: skip
def test_points_go_in_steps_from_nothing_to_the_maximum(points: str, may: bool) -> None:
    assert STAFF.step == Decimal("0.25")
    assert may_be_given(STAFF, FIRST, Decimal(points)) is may


def reviewed(scheme: Scheme = STAFF, **said: Any) -> Reviewed:
    """An undisputed sheet of the highest level."""
    return Reviewed(**{"own": full(scheme), "review": full(scheme), "level": scheme.levels[0].code, **said})


@pytest.mark.parametrize("scheme", [STAFF, LEADERS])
def test_an_undisputed_sheet_is_not_held_back(scheme: Scheme) -> None:
    best, lowest = scheme.levels[0].code, scheme.levels[-1].code
    assert held_back(scheme, reviewed(scheme)) == []
    assert held_back(scheme, reviewed(scheme, last_level=best)) == []
    for level in scheme.levels[:-1]:
        assert held_back(scheme, reviewed(scheme, level=level.code)) == []
    assert held_back(scheme, reviewed(scheme, level=lowest)) == [Held.FAILED]


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({"level": None}, [Held.INCOMPLETE]),
        ({"review": with_points(None)}, [Held.INCOMPLETE, Held.DIFFERENT]),
        ({"own": with_points(None), "review": with_points(None)}, [Held.INCOMPLETE]),
        ({"own": with_points(Decimal(0))}, [Held.DIFFERENT]),
        ({"own": with_points(Decimal(0)), "review": with_points(Decimal(0))}, [Held.NO_REASON]),
        ({"own": with_points(Decimal(0)), "review": with_points(Decimal(0), "vì")}, []),
        ({"has_breach": True}, [Held.BREACH]),
        ({"has_petition": True}, [Held.PETITION]),
        ({"is_mutual": True}, [Held.MUTUAL]),
        ({"last_level": STAFF.levels[1].code}, [Held.LEVEL_MOVED]),
        ({"level": STAFF.levels[1].code, "last_level": STAFF.levels[0].code}, [Held.LEVEL_MOVED]),
        (
            {"has_breach": True, "has_petition": True, "is_mutual": True},
            [Held.BREACH, Held.PETITION, Held.MUTUAL],
        ),
    ],
)
def test_a_disputed_sheet_says_why_it_is_held_back(said: dict[str, Any], held: list[Held]) -> None:
    assert held_back(STAFF, reviewed(**said)) == held


def test_leaders_are_held_back_where_their_components_differ_or_are_unsaid() -> None:
    half = replace(full(LEADERS), leading={**full(LEADERS).leading, "unity": 50})
    unsaid = replace(full(LEADERS), leading={})
    assert held_back(LEADERS, reviewed(LEADERS, review=half)) == [Held.DIFFERENT]
    assert held_back(LEADERS, reviewed(LEADERS, own=half, review=half)) == []
    assert held_back(LEADERS, reviewed(LEADERS, own=unsaid, review=unsaid)) == [Held.INCOMPLETE]
    assert held_back(STAFF, reviewed(own=half, review=half, level=None))[0] is Held.INCOMPLETE
