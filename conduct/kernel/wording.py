"""Numbers, dates and months as text, in the form of the reader's language (Vietnamese: 1.234,56; 97,5 %).

Rounding is half up, as on paper. What is unknown is written as a dash, never as 0.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Protocol

from django.utils import timezone
from django.utils.formats import number_format

type Number = int | float | Decimal | Fraction
NO_BREAK = "\N{NO-BREAK SPACE}"
UNKNOWN = "\N{EN DASH}"


class MonthLike(Protocol):
    """A date or a `conduct.kernel.months.Month`."""

    @property
    def year(self) -> int: ...
    @property
    def month(self) -> int: ...


def to_decimal(value: Number, places: int) -> Decimal:
    """The number rounded half up to so many places."""
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
    else:
        exact = Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number_text(value: Number | None, places: int = 0) -> str:
    """1234.5 → "1.234,50" with two places."""
    if value is None:
        return UNKNOWN
    rounded = to_decimal(value, places)
    if rounded == 0:
        rounded = abs(rounded)
    text: str = number_format(abs(rounded), decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"\N{MINUS SIGN}{text}" if rounded < 0 else text


def short_text(value: Number | None, most: int = 2) -> str:
    """1,5 or 1.234: as many decimals as it has, at most so many."""
    if value is None:
        return number_text(None)
    shown = next(places for places in range(most + 1) if places == most or round(value, places) == value)
    return number_text(value, shown)


def percent_text(share: Number | None, places: int = 1) -> str:
    """0.975 → "97,5 %"; the input is a fraction of 1, the space before % does not break."""
    if share is None:
        return UNKNOWN
    exact = Decimal(str(share)) if not isinstance(share, Fraction) else to_decimal(share, 12)
    return f"{number_text(exact * 100, places)}{NO_BREAK}%"


def date_text(day: date | datetime | None) -> str:
    """22/11/2026; a moment is first brought to local time."""
    return UNKNOWN if day is None else f"{_local(day):%d/%m/%Y}"


def time_text(moment: datetime | None) -> str:
    """09:42, local time."""
    return UNKNOWN if moment is None else f"{_local(moment):%H:%M}"


def month_text(month: MonthLike | None) -> str:
    """10/2026."""
    return UNKNOWN if month is None else f"{month.month}/{month.year}"


def _local(day: date | datetime) -> date | datetime:
    if isinstance(day, datetime) and timezone.is_aware(day):
        return timezone.localtime(day)
    return day
