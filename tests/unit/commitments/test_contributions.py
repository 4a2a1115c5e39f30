"""Totals from which nobody's gift can be read off."""

from hypothesis import given
from hypothesis import strategies as st

from conduct.commitments.rules.contributions import MINIMUM, MonthSum, ShownMonths, filled, shown
from conduct.kernel.months import Month

JANUARY = Month(2026, 1)


def month(number: int, n_givers: int, amount_out: int = 0, first: int = 1) -> MonthSum:
    people = frozenset(range(first, first + n_givers))
    return MonthSum(Month(2026, number), 30_000 * n_givers, amount_out, people)


def test_a_month_with_enough_givers_stands_by_itself() -> None:
    assert shown([month(1, 5), month(2, 6)]).months == [
        ShownMonths(JANUARY, JANUARY, 150_000, 0),
        ShownMonths(Month(2026, 2), Month(2026, 2), 180_000, 0),
    ]


def test_a_month_without_gifts_shows_zero() -> None:
    assert shown([month(1, 0, 20_000)]).months == [ShownMonths(JANUARY, JANUARY, 0, 20_000)]


def test_a_month_with_few_givers_waits_for_the_next() -> None:
    found = shown([month(1, 4, 10_000), month(2, 5)])
    assert found.months == [ShownMonths(JANUARY, Month(2026, 2), 270_000, 10_000)]
    assert (found.amount_in, found.amount_out, found.balance) == (270_000, 10_000, 260_000)


def test_the_same_few_givers_stay_hidden_however_many_months() -> None:
    found = shown([month(number, 4) for number in range(1, 13)])
    assert found.months == [ShownMonths(JANUARY, Month(2026, 12), None, 0)]
    assert (found.is_waiting, found.balance, found.amount_in) == (True, None, 0)


def test_other_givers_of_the_next_month_make_up_the_number() -> None:
    found = shown([month(1, 3), month(2, 2, first=4)])
    assert found.months == [ShownMonths(JANUARY, Month(2026, 2), 150_000, 0)]


def test_months_between_are_filled() -> None:
    assert [one.month.month for one in filled([month(3, 1)], JANUARY, Month(2026, 4))] == [1, 2, 3, 4]
    assert [one.month.month for one in filled([month(3, 1)], JANUARY, JANUARY)] == [1, 2, 3]
    assert filled([], JANUARY, JANUARY) == [MonthSum(JANUARY)]


months = st.lists(
    st.tuples(st.frozensets(st.integers(1, 8), max_size=8), st.integers(0, 50_000)), min_size=1, max_size=12
)


@given(months)
def test_no_shown_sum_speaks_of_fewer_than_five(given_months: list[tuple[frozenset[int], int]]) -> None:
    sums = [
        MonthSum(Month(2026, number), 1_000 * len(people), spent, people)
        for number, (people, spent) in enumerate(given_months, 1)
    ]
    found = shown(sums)
    for one in found.months:
        people = frozenset[int]().union(
            *(part.givers for part in sums if one.first <= part.month <= one.last)
        )
        assert not people or len(people) >= MINIMUM or one.amount_in is None
    assert [one.first for one in found.months] == [
        sums[0].month,
        *(one.last.next() for one in found.months[:-1]),
    ]
    assert found.amount_out == sum(one.amount_out for one in sums)
    if found.balance is not None:
        assert found.balance == sum(one.amount_in - one.amount_out for one in sums)
