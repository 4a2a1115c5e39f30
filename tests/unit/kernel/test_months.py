from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from conduct.kernel.months import Month

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def test_a_month_is_read_and_written_alike() -> None:
    assert str(Month.parse("2026-10")) == "2026-10"


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "26-10", "2026-1", "0000-10", "２０２６-10", "2026-10\n"]
)
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Month.parse(text)


@pytest.mark.parametrize(
    ("month", "last"),
    [("2024-02", date(2024, 2, 29)), ("2026-02", date(2026, 2, 28)), ("2026-12", date(2026, 12, 31))],
)
def test_last_day_knows_leap_years_and_the_years_end(month: str, last: date) -> None:
    assert Month.parse(month).last == last


def test_neighbours_cross_the_year() -> None:
    assert Month(2026, 12).next() == Month(2027, 1)
    assert Month(2026, 1).previous() == Month(2025, 12)
    assert Month(2026, 3).plus(-15) == Month(2024, 12)


def test_bounds_are_local_midnights_half_open() -> None:
    start, end = Month(2026, 10).bounds(HANOI)
    assert start.astimezone(UTC) == datetime(2026, 9, 30, 17, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 10, 31, 17, tzinfo=UTC)


def test_months_are_ordered_by_time_and_walked_inclusively() -> None:
    assert Month(2025, 12) < Month(2026, 1)
    assert [str(m) for m in Month(2025, 11).until(Month(2026, 1))] == ["2025-11", "2025-12", "2026-01"]


def test_a_month_knows_its_days() -> None:
    assert date(2026, 10, 31) in Month(2026, 10)
    assert date(2025, 10, 31) not in Month(2026, 10)
