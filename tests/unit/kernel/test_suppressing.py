"""An attacker with every table of the public grid recovers no hidden cell."""

from fractions import Fraction
from random import Random
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conduct.kernel.suppressing import Count, Grid, choose_month, choose_period, choose_shown
from tests.unit.kernel.attacker import Row, recovered

MINIMUM = 30


def make_grid(parents: list[int | None], own: list[list[Count]]) -> Grid[int, int]:
    """Agencies 0, 1, … below `parents`; `own[agency][month]` are the answers at its own desks."""
    n_months = len(own[0])
    counts: dict[tuple[int, int], Count] = {}
    for month in range(n_months):
        for agency in reversed(range(len(parents))):
            count = own[agency][month]
            for child in range(agency + 1, len(parents)):
                if parents[child] == agency:
                    count += counts[child, month]
            counts[agency, month] = count
    above = {(agency, month): parents[agency] for agency, month in counts}
    return Grid(counts, above, MINIMUM)


def publish(grid: Grid[int, int], n_months: int) -> list[tuple[int, ...]]:
    """As time goes on: months, quarters, and the year; every decision stays. Returns all periods."""
    periods: list[tuple[int, ...]] = []
    quarters: list[tuple[int, ...]] = []
    for month in range(n_months):
        grid.shown.update((key, (month,)) for key in choose_month(grid, month))
        periods.append((month,))
        if month % 3 == 2:
            quarter = (month - 2, month - 1, month)
            grid.shown.update((key, quarter) for key in choose_period(grid, quarter, []))
            quarters.append(quarter)
    year = tuple(range(n_months))
    if len(quarters) > 1:
        grid.shown.update((key, year) for key in choose_period(grid, year, quarters))
        periods.append(year)
    return periods + quarters


def subtree(parents: list[int | None], top: int) -> set[int]:
    found = {top}
    for agency in range(top + 1, len(parents)):
        if parents[agency] in found:
            found.add(agency)
    return found


def attack(parents: list[int | None], own: list[list[Count]]) -> list[str]:
    """What can be computed though it is hidden: (agency, period) with the kind of answer."""
    grid, n_months = make_grid(parents, own), len(own[0])
    periods = publish(grid, n_months)
    atoms = [(agency, month) for agency in range(len(parents)) for month in range(n_months)]
    place = {atom: number for number, atom in enumerate(atoms)}

    def row(agency: int, period: tuple[int, ...]) -> Row:
        return {place[one, month]: Fraction(1) for one in subtree(parents, agency) for month in period}

    # Everybody also knows which offices had no answers at desks of their own.
    silent = [atom for atom in atoms if not own[atom[0]][atom[1]].judged]
    known, secrets = [{place[atom]: Fraction(1)} for atom in silent], {}
    for period in periods:
        for agency in range(len(parents)):
            if grid.is_known(agency, period):
                known.append(row(agency, period))
            else:
                secrets[f"{agency} {period}"] = row(agency, period)
            if (agency, period) in grid.shown:
                assert grid.count(agency, period).judged >= MINIMUM
    satisfied = [own[agency][month].kept for agency, month in atoms]
    others = [own[agency][month].judged - own[agency][month].kept for agency, month in atoms]
    return recovered(known, satisfied, secrets) + recovered(known, others, secrets)


def counts() -> st.SearchStrategy[Count]:
    n = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 45), st.integers(25, 90))
    return n.flatmap(
        lambda judged: st.one_of(
            st.just(judged), st.just(0), st.integers(0, judged), st.integers(max(0, judged - 2), judged)
        ).map(lambda kept: Count(judged, kept))
    )


@st.composite
def worlds(draw: st.DrawFn, *, most: int, months: list[int]) -> tuple[list[int | None], list[list[Count]]]:
    """A tree (now and then a forest of one) with the answers at the own desks of every agency."""
    n_agencies = draw(st.integers(1, most))
    below = [draw(st.one_of(st.just(0), st.integers(0, agency - 1))) for agency in range(1, n_agencies)]
    parents: list[int | None] = [None, *below]
    n_months = draw(st.sampled_from(months))
    own = [[draw(counts()) for _ in range(n_months)] for _ in range(n_agencies)]
    return parents, own


@given(worlds(most=6, months=[1, 3]))
@settings(max_examples=150, deadline=None)
def test_nobody_recovers_a_hidden_cell_of_a_quarter(
    world: tuple[list[int | None], list[list[Count]]],
) -> None:
    assert attack(*world) == []


@given(worlds(most=4, months=[6]))
@settings(max_examples=40, deadline=None)
def test_nobody_recovers_a_hidden_cell_of_a_longer_time(
    world: tuple[list[int | None], list[list[Count]]],
) -> None:
    assert attack(*world) == []


def small_counts() -> st.SearchStrategy[Count]:
    """Offices whose months are hidden and whose quarters may be shown, with gaps."""
    n = st.one_of(st.just(0), st.integers(8, 24), st.integers(8, 24), st.integers(30, 60))
    return n.flatmap(
        lambda judged: st.integers(max(0, judged - 3), judged).map(lambda kept: Count(judged, kept))
    )


@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(small_counts(), min_size=3, max_size=3), min_size=n + 1, max_size=n + 1)
    )
)
@settings(max_examples=300, deadline=None)
def test_nobody_recovers_a_hidden_month_below_a_shown_quarter(own: list[list[Count]]) -> None:
    assert attack([None] + [0] * (len(own) - 1), own) == []


def test_the_attacker_finds_a_cell_that_follows_by_subtraction() -> None:
    """The test of the test: parent and all children but one are known."""
    known = [{0: Fraction(1), 1: Fraction(1), 2: Fraction(1)}, {1: Fraction(1)}, {2: Fraction(1)}]
    assert recovered(known, [7, 50, 60], {"first": {0: Fraction(1)}}) == ["first"]


def test_the_attacker_knows_that_no_count_is_below_zero() -> None:
    """Two hidden cells whose sum is 0 are both 0."""
    known = [{0: Fraction(1), 1: Fraction(1)}]
    assert recovered(known, [0, 0], {"first": {0: Fraction(1)}}) == ["first"]
    assert recovered(known, [0, 3], {"first": {0: Fraction(1)}}) == []


def flat(*judged: int, kept: int = 1) -> dict[int, Count]:
    """Agency 0 above the others, each with so many answers of which so many were not satisfied."""
    counts = {number: Count(n, n - kept) for number, n in enumerate(judged, 1) if n}
    whole = Count(sum(judged), sum(count.kept for count in counts.values()))
    return {0: whole, **counts}


def shown(counts: dict[int, Count]) -> set[int]:
    return choose_shown(counts, {key: None if key == 0 else 0 for key in counts}, MINIMUM)


def test_the_smallest_neighbour_is_hidden_with_a_lone_small_cell() -> None:
    assert shown(flat(12, 40, 60)) == {0, 3}


def test_small_cells_that_are_enough_together_hide_nobody_else() -> None:
    assert shown(flat(12, 20, 60)) == {0, 3}


def test_what_is_left_over_must_be_enough() -> None:
    assert shown(flat(5, 6, 40, 60)) == {0, 4}


def test_an_office_without_answers_hides_nobody() -> None:
    assert shown(flat(0, 40, 60)) == {0, 2, 3}


def test_hidden_cells_of_which_all_were_satisfied_take_another_along() -> None:
    counts = {0: Count(155, 154), 1: Count(15, 15), 2: Count(40, 40), 3: Count(100, 99)}
    assert shown(counts) == {0}
    counts = {0: Count(255, 253), 1: Count(15, 15), 2: Count(40, 39), 3: Count(200, 199)}
    assert shown(counts) == {0, 3}


def test_the_whole_is_hidden_when_it_is_too_small() -> None:
    assert shown(flat(12, 10)) == set()


def months(*judged: int) -> Grid[int, int]:
    """One office without anything below."""
    return make_grid([None], [[Count(n, n - 1 if n else 0) for n in judged]])


def test_a_quarter_of_hidden_months_is_shown_when_it_is_enough() -> None:
    grid = months(12, 13, 14)
    publish(grid, 3)
    assert grid.shown == {(0, (0, 1, 2))}


def test_a_quarter_does_not_expose_its_one_hidden_month() -> None:
    grid = months(50, 12, 60)
    publish(grid, 3)
    assert grid.shown == {(0, (0,)), (0, (2,))}


def test_a_year_does_not_expose_a_quarter_that_was_hidden() -> None:
    grid = months(50, 12, 60, 40, 40, 40)
    publish(grid, 6)
    assert (0, (3, 4, 5)) in grid.shown
    assert (0, tuple(range(6))) not in grid.shown


def test_a_year_of_shown_quarters_is_shown() -> None:
    grid = months(12, 13, 14, 40, 0, 40)
    publish(grid, 6)
    assert (0, tuple(range(6))) in grid.shown


def test_small_offices_get_quarters_beside_a_province_that_shows_its_months() -> None:
    own = [[Count(0)] * 3] + [
        [Count(n, n - 1) for n in row] for row in ((12, 13, 14), (11, 15, 16), (20, 9, 8))
    ]
    grid = make_grid([None, 0, 0, 0], own)
    publish(grid, 3)
    assert {key for key, period in grid.shown if len(period) == 3} == {0, 1, 2, 3}
    assert {key for key, period in grid.shown if len(period) == 1} == {0}


def test_a_decision_does_not_change_what_was_shown_before() -> None:
    """Twelve months are decided as the first six were when nobody knew the rest."""
    rnd = Random(8)
    own = [[Count(n := rnd.randint(5, 70), rnd.randint(0, n)) for _ in range(12)] for _ in range(8)]
    parents: list[int | None] = [None] + [0] * 7
    short, long = make_grid(parents, [row[:6] for row in own]), make_grid(parents, own)
    publish(short, 6)
    publish(long, 12)
    early = {(key, period) for key, period in long.shown if max(period) < 6 and len(period) < 6}
    assert early == {(key, period) for key, period in short.shown if len(period) < 6}


def test_a_province_of_a_hundred_communes_is_decided_within_a_second() -> None:
    rnd = Random(4)
    own = [[Count(40, 35)] * 12] + [
        [Count(n := max(1, round(rnd.gauss(size, 8))), round(n * 0.9)) for _ in range(12)]
        for size in (rnd.choice((6, 20, 35, 80)) for _ in range(100))
    ]
    grid = make_grid([None] + [0] * 100, own)
    began = perf_counter()
    publish(grid, 12)
    assert perf_counter() - began < 1
    by_length = {length: sum(len(period) == length for _key, period in grid.shown) for length in (1, 3, 12)}
    assert by_length[1] > 400
    assert by_length[3] > 100
    assert by_length[12] > 30


@pytest.mark.parametrize("kept", [0, 45])
def test_a_sum_of_hidden_months_that_all_agree_is_hidden(kept: int) -> None:
    grid = make_grid([None], [[Count(15, kept // 3)] * 3])
    publish(grid, 3)
    assert grid.shown == set()


def test_shown_quarters_do_not_leave_one_hidden_month_over() -> None:
    """Two offices with all their months, a third with one: both quarters together would give it away."""
    rows = ((0, 0, 0), (16, 16, 16), (17, 17, 17), (20, 0, 0))
    own = [[Count(n, max(0, n - 2)) for n in row] for row in rows]
    assert attack([None, 0, 0, 0], own) == []
    rows = ((0, 0, 0), (16, 16, 16), (17, 17, 17), (20, 12, 0))
    own = [[Count(n, max(0, n - 2)) for n in row] for row in rows]
    assert attack([None, 0, 0, 0], own) == []


def test_own_desks_without_a_dissatisfied_answer_hide_the_quarter_below() -> None:
    """What is left to the own desks, 30 of 30, would tell of their lone month that all were satisfied."""
    own = [[Count(0), Count(1, 1), Count(29, 29)], [Count(4, 0), Count(0), Count(26, 26)]]
    assert attack([None, 0], own) == []


def test_own_desks_with_answers_in_one_month_hide_the_quarter_below() -> None:
    """What is left to the own desks, 36, is all of their one month, hidden because of the neighbours."""
    own = [
        [Count(25, 25), Count(24), Count(16, 15)],
        [Count(0), Count(36, 5), Count(0)],
        [Count(26, 24), Count(0), Count(39, 39)],
        [Count(0), Count(0), Count(44, 44)],
        [Count(28, 28), Count(38), Count(11, 10)],
    ]
    assert attack([None, 0, 1, 0, 0], own) == []
