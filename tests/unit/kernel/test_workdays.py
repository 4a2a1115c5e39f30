from datetime import date

import pytest

from conduct.kernel.months import Month
from conduct.kernel.workdays import is_working_day, nth_working_day, working_days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 5), True),  # a Monday
        (date(2026, 10, 4), False),  # a Sunday
        (date(2026, 9, 2), False),  # Quốc khánh
        (date(2026, 8, 31), False),  # bridge day, swapped
        (date(2026, 8, 22), True),  # the Saturday it was swapped for
        (date(2026, 2, 17), False),  # Tết
    ],
)
def test_public_holidays_and_swapped_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_both_ends_are_counted() -> None:
    assert working_days(date(2026, 10, 1), date(2026, 10, 31)) == 22
    assert working_days(date(2026, 10, 5), date(2026, 10, 5)) == 1
    assert working_days(date(2026, 10, 6), date(2026, 10, 5)) == 0


def test_month_closes_after_new_year_and_weekend() -> None:
    assert nth_working_day(Month(2026, 11), 5) == date(2026, 11, 6)
    assert nth_working_day(Month(2026, 1), 1) == date(2026, 1, 2)


@pytest.mark.parametrize("n", [0, 24])
def test_a_day_the_month_does_not_have_is_refused(n: int) -> None:
    with pytest.raises(ValueError):
        nth_working_day(Month(2026, 10), n)
