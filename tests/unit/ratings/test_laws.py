"""The laws of the statutory sheet as properties: order, range, returns, handing back, scale, means."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from conduct.ratings.rules.periods import mean
from conduct.ratings.rules.scheme import LEADING, Component, Scheme
from conduct.ratings.rules.sheet import Task, TaskKind, Total, level_of, sum_up
from tests.unit.ratings.rows import read

# A busy machine must not make a law fail.
LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
SCHEMES = [read(name) for name in ("nd335-staff", "nd335-leaders", "loai-abcd")]
AMOUNTS = st.integers(0, 2000).map(lambda n: Decimal(n) / 100)
FACTORS = st.integers(1, 5000).map(lambda n: Decimal(n) / 1000)
TASKS = st.builds(
    Task,
    assigned=AMOUNTS,
    done=AMOUNTS,
    factor=FACTORS,
    kind=st.sampled_from(TaskKind),
    returns=st.integers(0, 6),
    delays=st.integers(0, 6),
    is_handed_back=st.booleans(),
)
LISTS = st.lists(TASKS, min_size=1, max_size=6)
LEADERS = st.fixed_dictionaries({part: st.sampled_from([50, 100]) for part in LEADING})
# Points are stored with twelve decimals; what lies below is the dust of thirds.
DUST = Decimal("1e-12")


def full(scheme: Scheme) -> dict[str, Decimal | None]:
    return {criterion.code: criterion.maximum for criterion in scheme.criteria}


def rate(scheme: Scheme, tasks: list[Task], leading: dict[Component, int]) -> Total:
    return sum_up(scheme, full(scheme), tasks, leading)


def not_above(after: Total, before: Total) -> None:
    assert (after.total is None) == (before.total is None)
    if after.total is not None and before.total is not None:
        assert after.total <= before.total + DUST


@LAW
@given(st.sampled_from(SCHEMES), LISTS, LEADERS, st.data())
def test_a_total_lies_between_0_and_the_maximum(
    scheme: Scheme, tasks: list[Task], leading: dict[Component, int], data: st.DataObject
) -> None:
    points: dict[str, Decimal | None] = {
        criterion.code: data.draw(st.integers(0, int(criterion.maximum / scheme.step))) * scheme.step
        for criterion in scheme.criteria
    }
    result = sum_up(scheme, points, tasks, leading)
    if result.total is None or result.common is None:
        assert not any(task.kind is TaskKind.PLANNED and task.assigned for task in tasks)
        return
    assert 0 <= result.common <= result.total <= scheme.maximum
    assert result.level == level_of(scheme, result.total)


@LAW
@given(st.sampled_from(SCHEMES), LISTS, LEADERS, st.randoms(use_true_random=False))
def test_the_order_of_tasks_does_not_matter(
    scheme: Scheme, tasks: list[Task], leading: dict[Component, int], random: Random
) -> None:
    shuffled = list(tasks)
    random.shuffle(shuffled)
    assert rate(scheme, shuffled, leading) == rate(scheme, tasks, leading)


@LAW
@given(st.sampled_from(SCHEMES), LISTS, LEADERS, st.data())
def test_a_return_or_a_delay_more_never_raises_a_total(
    scheme: Scheme, tasks: list[Task], leading: dict[Component, int], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(tasks) - 1))
    name = data.draw(st.sampled_from(["returns", "delays"]))
    worse = replace(tasks[place], **{name: getattr(tasks[place], name) + 1})
    not_above(
        rate(scheme, [*tasks[:place], worse, *tasks[place + 1 :]], leading), rate(scheme, tasks, leading)
    )


@LAW
@given(st.sampled_from(SCHEMES), LISTS, LEADERS, st.data())
def test_excusing_never_lowers_a_total(
    scheme: Scheme, tasks: list[Task], leading: dict[Component, int], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(tasks) - 1))
    task = tasks[place]
    excused = replace(
        task,
        returns=task.returns - data.draw(st.integers(0, task.returns)),
        delays=task.delays - data.draw(st.integers(0, task.delays)),
    )
    not_above(
        rate(scheme, tasks, leading), rate(scheme, [*tasks[:place], excused, *tasks[place + 1 :]], leading)
    )


@LAW
@given(st.sampled_from(SCHEMES), LISTS, LEADERS, st.data())
def test_handing_a_task_back_never_raises_a_total(
    scheme: Scheme, tasks: list[Task], leading: dict[Component, int], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(tasks) - 1))
    back = replace(tasks[place], is_handed_back=True)
    not_above(
        rate(scheme, [*tasks[:place], back, *tasks[place + 1 :]], leading), rate(scheme, tasks, leading)
    )


@LAW
@given(st.sampled_from(SCHEMES), LISTS, LEADERS, FACTORS)
def test_scaling_all_factors_changes_nothing(
    scheme: Scheme, tasks: list[Task], leading: dict[Component, int], by: Decimal
) -> None:
    scaled = rate(scheme, [replace(task, factor=task.factor * by) for task in tasks], leading)
    before = rate(scheme, tasks, leading)
    assert scaled.level == before.level
    if scaled.total is not None and before.total is not None:
        assert abs(scaled.total - before.total) <= DUST


@LAW
@given(st.sampled_from(SCHEMES), LISTS, LEADERS, TASKS)
def test_work_beside_the_plan_never_lowers_a_total(
    scheme: Scheme, tasks: list[Task], leading: dict[Component, int], more: Task
) -> None:
    assume(more.kind is not TaskKind.PLANNED)
    not_above(rate(scheme, tasks, leading), rate(scheme, [*tasks, more], leading))


@LAW
@given(LISTS, LEADERS, st.sampled_from(LEADING))
def test_a_leading_component_at_50_never_raises_a_total(
    tasks: list[Task], leading: dict[Component, int], which: Component
) -> None:
    leaders = SCHEMES[1]
    better, worse = leading | {which: 100}, leading | {which: 50}
    not_above(rate(leaders, tasks, worse), rate(leaders, tasks, better))


TOTALS = st.integers(0, 100_000).map(lambda n: Decimal(n) / 1000)


@LAW
@given(st.lists(TOTALS, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_a_mean_lies_among_its_months_in_any_order(totals: list[Decimal], random: Random) -> None:
    value = mean(totals)
    assert value is not None
    assert min(totals) - DUST <= value <= max(totals) + DUST
    shuffled: list[Decimal | None] = [*totals, None, None]
    random.shuffle(shuffled)
    assert mean(shuffled) == value


@LAW
@given(st.lists(TOTALS, min_size=12, max_size=12))
def test_the_years_mean_is_that_of_its_quarters_when_no_month_is_missing(totals: list[Decimal]) -> None:
    quarters = [mean(totals[start : start + 3]) for start in range(0, 12, 3)]
    year, of_quarters = mean(totals), mean(quarters)
    assert year is not None
    assert of_quarters is not None
    assert abs(year - of_quarters) <= DUST
