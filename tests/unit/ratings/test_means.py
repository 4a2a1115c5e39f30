"""Means of a quarter, six months and a year (Điều 17.3), by hand."""

from decimal import Decimal

import pytest

from conduct.kernel.months import Month
from conduct.ratings.rules.means import Rated, means_of, year_slots
from conduct.ratings.rules.periods import Period


def month(number: int, total: str, office: int = 1) -> Rated:
    return Rated(Period(Month(2026, number)), Decimal(total), office)


def quarter(number: int, total: str, office: int = 1) -> Rated:
    return Rated(Period(Month(2026, 3 * number - 2), 3), Decimal(total), office)


@pytest.mark.parametrize(
    ("rated", "year", "n"),
    [
        ([], None, 0),
        ([month(1, "80")], "80", 1),
        ([month(n, "90") for n in range(1, 13)], "90", 12),
        # 11 months at 90 and one at 89.94: (990 + 89.94) / 12 = 89.995
        ([*(month(n, "90") for n in range(1, 12)), month(12, "89.94")], "89.995", 12),
        # maternity leave from March: the two months that are there
        ([month(1, "71"), month(2, "72")], "71.5", 2),
        # four quarters: their plain mean
        ([quarter(1, "80"), quarter(2, "90"), quarter(3, "100"), quarter(4, "70")], "85", 12),
        ([quarter(1, "80"), quarter(3, "91")], "85.5", 6),
        # a quarter at the old office, then months: (3*80 + 90 + 92 + 94) / 6 = 86
        ([quarter(1, "80"), month(4, "90"), month(5, "92"), month(6, "94")], "86", 6),
        # a month's own sheet goes before the quarter's: (70 + 80 + 80 ) / 3
        ([quarter(1, "80"), month(1, "71")], "77", 3),
        # two postings in one month: their mean
        ([month(5, "80"), month(5, "90", 2)], "85", 1),
        # not of this year
        ([Rated(Period(Month(2025, 12)), Decimal(10), 1), month(1, "95")], "95", 1),
    ],
)
def test_the_year_is_the_plain_mean_of_the_months_there(rated: list[Rated], year: str | None, n: int) -> None:
    means = means_of(year_slots(2026, rated))
    assert (means.year, means.n_months) == (None if year is None else Decimal(year), n)


def test_quarters_and_halves_are_plain_means_too() -> None:
    means = means_of(year_slots(2026, [month(n, str(70 + n)) for n in range(1, 10)]))
    assert means.quarters == (Decimal(72), Decimal(75), Decimal(78), None)
    assert means.halves == (Decimal("73.5"), Decimal(78))


def test_nothing_is_rounded() -> None:
    """(90 + 90 + 89.99) / 3 = 89.99666…, not 90.00."""
    mean = means_of(year_slots(2026, [month(1, "90"), month(2, "90"), month(3, "89.99")])).year
    assert mean is not None
    assert Decimal("89.9966") < mean < Decimal("89.9967")


def test_the_office_of_a_month_is_kept_for_the_note() -> None:
    slots = year_slots(2026, [month(1, "80", 7), month(2, "81", 8)])
    assert [slot.office_id for slot in slots[:3]] == [7, 8, None]
    assert year_slots(2026, [quarter(1, "80")])[0].by_quarter
