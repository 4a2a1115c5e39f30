"""The time of work and the class of a year (Điều 11.1, 11.2, 20.1–20.4, 20.6), by hand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from conduct.kernel.months import Month
from conduct.ratings.rules.scheme import Scheme, parse_scheme
from conduct.ratings.rules.year_class import NoClass, YearFacts, class_year, lower_of
from conduct.ratings.rules.year_time import Leave, Off, Span, leaves_in, work_time

FILES = Path(__file__).resolve().parents[3] / "conduct" / "ratings" / "schemes"


def scheme(name: str = "nd335-staff") -> Scheme:
    return parse_scheme(yaml.safe_load((FILES / f"{name}.yaml").read_text(encoding="utf-8"))["document"])


def span(start: str, end: str = "") -> Span:
    return Span(date.fromisoformat(start), date.fromisoformat(end) if end else None)


def off(kind: str, start: str, end: str) -> Off:
    return Off(Leave(kind), span(start, end))


@pytest.mark.parametrize(
    ("postings", "absences", "counted", "worked", "enough"),
    [
        ([span("2020-01-01")], [], 12, 12, True),
        ([span("2026-07-01")], [], 6, 6, True),  # the six months run to 31 December
        ([span("2026-07-02")], [], Fraction(185, 31), Fraction(185, 31), False),  # a day short: 5 30/31
        ([span("2026-01-01", "2026-06-30")], [], 6, 6, True),
        ([span("2026-01-01", "2026-06-29")], [], Fraction(179, 30), Fraction(179, 30), False),
        # unpaid leave: six months of work are left, or not (11.2)
        ([span("2020-01-01")], [off("unpaid", "2026-01-01", "2026-06-30")], 6, 6, True),
        ([span("2020-01-01")], [off("unpaid", "2026-01-01", "2026-07-01")],
         Fraction(185, 31), Fraction(185, 31), False),
        # sick leave and maternity leave do not cost the class (11.2)
        ([span("2020-01-01")], [off("maternity", "2026-02-01", "2026-12-31")], 12, 1, True),
        ([span("2020-01-01")], [off("sick", "2026-01-01", "2026-08-31")], 12, 4, True),
        # sick within a service of four months: 11.1
        ([span("2026-09-01")], [off("sick", "2026-10-01", "2026-10-31")], 4, 3, False),
        # study goes on at the agency's order
        ([span("2020-01-01")], [off("study", "2026-03-01", "2026-12-31")], 12, 12, True),
        # a transfer: two postings, one after the other; and two at once count once
        ([span("2020-01-01", "2026-04-30"), span("2026-05-01")], [], 12, 12, True),
        ([span("2020-01-01"), span("2026-03-01")], [], 12, 12, True),
        # sick while on unpaid leave: unpaid
        ([span("2020-01-01")],
         [off("unpaid", "2026-01-01", "2026-06-30"), off("sick", "2026-06-01", "2026-07-31")], 6, 5, True),
    ],
)  # fmt: skip
def test_the_six_months(
    postings: list[Span], absences: list[Off], counted: Fraction, worked: Fraction, enough: bool
) -> None:
    time = work_time(2026, postings, absences)
    assert (time.counted, time.worked, time.is_enough) == (counted, worked, enough)


@pytest.mark.parametrize(
    ("mean", "fault", "organisation", "by_points", "highest"),
    [
        ("100", False, None, "htxsnv", "htxsnv"),
        ("90", False, None, "htxsnv", "htxsnv"),
        ("89.995", False, None, "httnv", "httnv"),  # not rounded up
        ("89.999999999999", False, None, "httnv", "httnv"),
        ("70", False, None, "httnv", "httnv"),
        ("69.995", False, None, "htnv", "htnv"),
        ("50", False, None, "htnv", "htnv"),
        ("49.995", False, None, "khtnv", "khtnv"),
        ("0", False, None, "khtnv", "khtnv"),
        ("95", True, None, "htxsnv", "khtnv"),  # 20.4 b–d
        ("40", True, None, "khtnv", "khtnv"),
        ("95", False, "httnv", "htxsnv", "httnv"),  # 20.6
        ("95", False, "htxsnv", "htxsnv", "htxsnv"),
        ("75", False, "htxsnv", "httnv", "httnv"),  # a good organisation lifts nobody
        ("95", False, "khtnv", "htxsnv", "khtnv"),
        ("95", True, "httnv", "htxsnv", "khtnv"),
    ],
)
def test_the_class_that_a_year_allows(
    mean: str, fault: bool, organisation: str | None, by_points: str, highest: str
) -> None:
    found = class_year(scheme(), YearFacts(Decimal(mean), True, fault, organisation))
    assert (found.by_points, found.highest, found.none) == (by_points, highest, None)
    assert bool(found.bounds) == (by_points != highest)


def test_a_third_counted_as_one_reaches_the_range() -> None:
    """(90 + 90 + 90) / 3 with totals of endless thirds: 269.999…/3 is compared without its dust."""
    third = Decimal("89.9999999999999999")
    assert class_year(scheme(), YearFacts(third, True)).by_points == "htxsnv"


@pytest.mark.parametrize(
    ("name", "mean", "enough", "none"),
    [
        ("nd335-staff", "95", False, NoClass.UNDER_SIX_MONTHS),
        ("nd335-staff", None, True, NoClass.NO_POINTS),
        ("nd335-staff", None, False, NoClass.UNDER_SIX_MONTHS),
        ("loai-abcd", "95", True, NoClass.OTHER_RULES),
        ("hop-dong", "95", True, NoClass.OTHER_RULES),
    ],
)
def test_who_has_no_class(name: str, mean: str | None, enough: bool, none: NoClass) -> None:
    facts = YearFacts(None if mean is None else Decimal(mean), enough)
    assert class_year(scheme(name), facts) == class_year(scheme(name), facts)
    assert (class_year(scheme(name), facts).none, class_year(scheme(name), facts).highest) == (none, None)


def test_absences_are_named_in_the_months_they_touch() -> None:
    absences = [off("sick", "2026-03-31", "2026-04-01"), off("unpaid", "2026-04-02", "2026-04-03")]
    assert [leaves_in(Month(2026, n), absences) for n in (2, 3, 4, 5)] == [
        (), (Leave.SICK,), (Leave.UNPAID, Leave.SICK), (),
    ]  # fmt: skip


def test_the_lower_of_two_levels() -> None:
    assert lower_of(["httnv", "htxsnv"]) == "httnv"
