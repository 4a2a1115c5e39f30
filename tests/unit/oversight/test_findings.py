"""When a finding may be decided, and in which month it counts."""

from datetime import date

import pytest

from conduct.kernel.months import Month
from conduct.oversight.rules.findings import DAYS_TO_ANSWER, Counted, counted_in, may_be_decided

BY = date(2026, 10, 21)


@pytest.mark.parametrize(
    ("has_answered", "today", "expected"),
    [
        (True, date(2026, 10, 15), True),
        (False, date(2026, 10, 21), False),
        (False, date(2026, 10, 22), True),
        (True, date(2026, 10, 22), True),
    ],
)
def test_the_person_is_heard_or_lets_the_day_pass(has_answered: bool, today: date, expected: bool) -> None:
    assert may_be_decided(has_answered=has_answered, answer_by=BY, today=today) is expected


def test_it_counts_in_the_month_of_the_visit_while_that_is_open() -> None:
    found = counted_in(visit=date(2026, 9, 30), visit_is_open=True, today=date(2026, 10, 5))
    assert found == Counted(Month(2026, 9), is_late=False)


def test_it_counts_late_when_that_month_was_closed() -> None:
    found = counted_in(visit=date(2026, 9, 30), visit_is_open=False, today=date(2026, 11, 2))
    assert found == Counted(Month(2026, 11), is_late=True)


def test_the_person_has_five_working_days_to_answer() -> None:
    assert DAYS_TO_ANSWER == 5
