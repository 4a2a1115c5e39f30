"""What the sums of a sheet say beside the total, and what they refuse."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from conduct.ratings.models import SheetTask
from conduct.ratings.rules.scheme import LEADING, Component
from conduct.ratings.rules.sheet import Task, TaskKind, compared, level_of, score_tasks, sum_up
from conduct.ratings.services.reading import as_task
from tests.unit.ratings.rows import Row, read, task

STAFF, LEADERS = read("nd335-staff"), read("nd335-leaders")


def test_shares_and_units_are_kept_uncapped() -> None:
    result = Row("", [task("10", "12", "2", returns=1)], None, None, "").sum_up(STAFF)
    assert result.tasks is not None
    assert result.tasks.assigned == 20
    assert result.tasks.done == 24
    assert result.tasks.shares == {
        Component.QUANTITY: Decimal("1.2"),
        Component.QUALITY: Decimal("0.9"),
        Component.TIMELINESS: Decimal("1.2"),
    }
    assert result.tasks.share == Decimal("1.1")
    assert result.tasks.points == 70
    assert result.tasks.is_capped
    assert result.common == 30
    assert result.total == 100


def test_exactly_everything_is_not_capped() -> None:
    assert STAFF.tasks is not None
    assert not score_tasks(STAFF.tasks, [task("10", "10")], {}).is_capped
    assert not score_tasks(STAFF.tasks, [], {}).is_capped


def test_without_a_basis_the_parts_that_are_there_are_shown() -> None:
    result = sum_up(STAFF, Row("", [], None, None, "").points(STAFF), [])
    assert result.common == 30
    assert (result.total, result.level) == (None, None)
    assert result.tasks is not None
    assert (result.tasks.shares, result.tasks.share, result.tasks.points) == ({}, None, None)
    unsaid = Row("", [task("10", "5")], None, None, "", leading=(100, None, 50)).sum_up(LEADERS)
    assert unsaid.tasks is not None
    assert set(unsaid.tasks.shares) == set(Component) - {Component.ORGANISING}
    assert unsaid.tasks.shares[Component.UNITY] == Decimal("0.5")
    assert (unsaid.tasks.share, unsaid.tasks.points, unsaid.total) == (None, None, None)


def test_a_missing_criterion_leaves_the_task_part() -> None:
    result = Row("", [task("10", "10")], None, None, "", {"I.1": None}).sum_up(STAFF)
    assert result.common is None
    assert result.tasks is not None
    assert result.tasks.points == 70
    assert sum_up(STAFF, {}, [task("10", "10")]).common is None


@pytest.mark.parametrize(
    "points", [{"I.1": Decimal("5.25")}, {"I.1": Decimal("-0.25")}, {"IX": Decimal(1)}, {"IX": None}]
)
def test_points_out_of_range_and_unknown_criteria_are_refused(points: dict[str, Decimal | None]) -> None:
    with pytest.raises(ValueError):
        sum_up(STAFF, points)


@pytest.mark.parametrize("said", [0, 75, 150, -50])
@pytest.mark.parametrize("component", LEADING)
def test_leaders_have_100_or_50_percent(component: Component, said: int) -> None:
    assert LEADERS.tasks is not None
    with pytest.raises(ValueError, match=component):
        score_tasks(LEADERS.tasks, [task("1", "1")], {component: said})


@pytest.mark.parametrize(
    "wrong", [{"assigned": -1}, {"done": -1}, {"returns": -1}, {"delays": -1}, {"factor": 0}, {"factor": -1}]
)
def test_a_task_has_no_negative_amount(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no such task"):
        replace(task("1", "1"), **wrong)


def test_nothing_is_rounded_unless_the_scheme_says_so() -> None:
    assert compared(STAFF, Decimal("89.999999999999")) == Decimal("89.999999999999")
    assert level_of(STAFF, Decimal("89.999999999999")).code == "httnv"
    assert compared(STAFF, Decimal("89.99999999999999")) == 90
    assert level_of(STAFF, Decimal("89.99999999999999")).code == "htxsnv"
    assert str(compared(read("loai-abcd"), Decimal("89.985"))) == "89.99"
    assert str(compared(read("hop-dong"), Decimal("64.5"))) == "65"


def test_excused_returns_and_delays_of_a_stored_task_do_not_count() -> None:
    row = SheetTask(
        assigned=Decimal(4), done=Decimal(3), factor=Decimal(2), kind="taken_over",
        returns=3, excused_returns=1, delays=5, excused_delays=4,
    )  # fmt: skip
    assert as_task(row) == Task(Decimal(4), Decimal(3), Decimal(2), TaskKind.TAKEN_OVER, 2, 1)


def test_a_task_counts_one_unit_each_unless_told_otherwise() -> None:
    plain = Task(Decimal(1), Decimal(1))
    assert plain == Task(Decimal(1), Decimal(1), Decimal(1), TaskKind.PLANNED, 0, 0)
    assert not plain.is_handed_back
