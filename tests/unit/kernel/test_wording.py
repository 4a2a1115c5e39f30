"""Numbers and dates in the form of the reader's language."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from conduct.kernel import wording
from conduct.kernel.months import Month


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (13376, 0, "13.376"),
        (1234.5, 2, "1.234,50"),
        (Decimal("87.245"), 2, "87,25"),  # half up, as on paper
        (Decimal("87.2449"), 2, "87,24"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-4.13, 2, "−4,13"),
        (-0.001, 2, "0,00"),
        (Fraction(1, 3), 2, "0,33"),
        (0, 0, "0"),
        (None, 2, "–"),
    ],
)
def test_number_is_written_the_vietnamese_way(value: wording.Number | None, places: int, text: str) -> None:
    with override("vi"):
        assert wording.number_text(value, places) == text


@pytest.mark.parametrize(
    ("value", "most", "text"),
    [
        (Decimal("1.500"), 3, "1,5"),
        (Decimal("2.25"), 2, "2,25"),
        (Decimal(30), 2, "30"),
        (Decimal("1234.125"), 2, "1.234,13"),
        (Fraction(1, 3), 2, "0,33"),
        (None, 2, "–"),
    ],
)
def test_a_short_number_has_no_zeros_at_its_end(value: wording.Number | None, most: int, text: str) -> None:
    with override("vi"):
        assert wording.short_text(value, most) == text


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [
        (0.975, 1, "97,5\xa0%"),
        (Fraction(34, 39), 1, "87,2\xa0%"),
        (Fraction(1, 1), 1, "100,0\xa0%"),
        (Decimal("0.9785"), 1, "97,9\xa0%"),
        (0, 1, "0,0\xa0%"),
        (None, 1, "–"),
    ],
)
def test_share_is_written_in_percent(share: wording.Number | None, places: int, text: str) -> None:
    with override("vi"):
        assert wording.percent_text(share, places) == text


def test_english_reader_gets_english_separators() -> None:
    with override("en"):
        assert wording.number_text(13376.25, 1) == "13,376.3"


def test_day_is_written_with_slashes() -> None:
    assert wording.date_text(date(2026, 11, 2)) == "02/11/2026"


def test_moment_is_brought_to_local_time() -> None:
    moment = datetime(2026, 10, 31, 17, 30, tzinfo=UTC)
    assert (wording.date_text(moment), wording.time_text(moment)) == ("01/11/2026", "00:30")


@pytest.mark.parametrize("month", [Month(2026, 1), date(2026, 1, 1)])
def test_month_is_written_with_its_year(month: wording.MonthLike) -> None:
    assert wording.month_text(month) == "1/2026"


def test_unknown_dates_are_a_dash() -> None:
    assert {wording.date_text(None), wording.time_text(None), wording.month_text(None)} == {"–"}
