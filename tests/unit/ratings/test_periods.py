"""Periods and means."""

from decimal import Decimal

import pytest

from conduct.kernel.months import Month
from conduct.ratings.rules.periods import Period, mean, period_of


def test_a_month_is_followed_by_a_month() -> None:
    december = Period(Month(2026, 12))
    assert (december.first, december.last, december.months) == (Month(2026, 12),) * 2 + ([Month(2026, 12)],)
    assert december.next() == Period(Month(2027, 1))
    assert december.next().previous() == december


def test_a_quarter_has_three_months() -> None:
    fourth = Period(Month(2026, 10), 3)
    assert (fourth.last, len(fourth.months)) == (Month(2026, 12), 3)
    assert fourth.months[1] == Month(2026, 11)
    assert fourth.next() == Period(Month(2027, 1), 3)
    assert fourth.previous() == Period(Month(2026, 7), 3)


@pytest.mark.parametrize(("month", "n_months"), [(2, 3), (3, 3), (12, 3), (1, 2), (1, 12), (1, 0)])
def test_other_periods_do_not_exist(month: int, n_months: int) -> None:
    with pytest.raises(ValueError, match="no such period"):
        Period(Month(2026, month), n_months)


@pytest.mark.parametrize(
    ("month", "first"), [(1, 1), (2, 1), (3, 1), (4, 4), (6, 4), (9, 7), (10, 10), (12, 10)]
)
def test_a_month_lies_in_its_quarter(month: int, first: int) -> None:
    assert period_of(Month(2026, month), by_quarter=True) == Period(Month(2026, first), 3)
    assert period_of(Month(2026, month), by_quarter=False) == Period(Month(2026, month))


def test_a_mean_is_that_of_the_months_that_are_there() -> None:
    assert mean([]) is None
    assert mean([None, None]) is None
    assert mean([Decimal(90), None, Decimal(80)]) == 85
    assert mean([Decimal(90)]) == 90
    # fifty digits
    assert mean([Decimal(90), Decimal(90), Decimal(89)]) == Decimal("89." + "6" * 47 + "7")
