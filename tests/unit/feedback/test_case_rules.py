"""When cases are due, who is told that they are late, and whom words name."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct.feedback.rules.cases import (
    ABOVE_AFTER,
    ANSWER_DAYS,
    Act,
    due_day,
    goes_above,
    is_reminder_day,
    may,
)
from conduct.feedback.rules.naming import named_in
from conduct.kernel.workdays import is_working_day, working_days

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
KINDS = st.sampled_from(sorted(ANSWER_DAYS))


@given(DAYS, KINDS)
def test_an_answer_is_due_on_a_working_day_with_so_many_between(received_on: date, kind: str) -> None:
    due_on = due_day(received_on, kind)
    assert is_working_day(due_on)
    assert working_days(received_on + timedelta(days=1), due_on) == ANSWER_DAYS[kind]


@given(DAYS, DAYS, KINDS)
def test_whoever_writes_later_is_not_answered_earlier(one: date, other: date, kind: str) -> None:
    first, second = sorted((one, other))
    assert due_day(first, kind) <= due_day(second, kind)


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (date(2026, 2, 13), date(2026, 2, 27)),  # a Friday before Tết: 16–20 February are holidays
        (date(2026, 2, 17), date(2026, 2, 27)),  # Mùng Một itself
        (date(2026, 4, 29), date(2026, 5, 8)),  # 30/4 and 1/5
    ],
)
def test_holidays_do_not_count(received_on: date, due_on: date) -> None:
    assert due_day(received_on) == due_on


@given(DAYS)
def test_reminders_come_on_two_working_days_at_most_and_never_after(due_on: date) -> None:
    around = [due_on + timedelta(days=offset) for offset in range(-40, 10)]
    reminded = [day for day in around if is_reminder_day(day, due_on)]
    assert len(reminded) <= 2
    assert all(is_working_day(day) and day <= due_on for day in reminded)


@given(DAYS)
def test_the_agency_above_hears_of_it_after_working_days_alone(received_on: date) -> None:
    due_on = due_day(received_on)
    day = due_on
    while not goes_above(day, due_on):
        day += timedelta(days=1)
    assert is_working_day(day)
    assert working_days(due_on + timedelta(days=1), day) == ABOVE_AFTER


def test_only_praise_and_what_says_nothing_end_without_an_answer() -> None:
    assert {kind for kind in ANSWER_DAYS if may(Act.CLOSE, "sorted", kind)} == {"praise", "unclear"}
    assert {kind for kind in ANSWER_DAYS if may(Act.FORWARD, "assigned", kind)} == {"forward"}
    assert not may(Act.REPLY, "new", "complaint")
    assert not any(may(act, "merged") or may(act, "forwarded") for act in Act)


STAFF = [(1, "Tôn Nữ Hoàng Thảo Lan"), (2, "Lê Thị Tâm"), (3, "Lê Thị Tấm"), (4, "Lan"), (5, "")]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("TÔN NỮ HOÀNG THẢO LAN quát tôi", {1}),
        ("cô ton nu hoang thao lan, ở quầy 3", {1}),
        ("chị Lê Thị\nTâm.", {2, 3}),
        ("Lê-Thị-Tâm", {2, 3}),
        ("cô Lan ở quầy 3", set()),
        ("phường Lê Thị Tâmm", set()),
        ("", set()),
    ],
)
def test_full_names_are_found(text: str, keys: set[int]) -> None:
    assert named_in(text, STAFF) == keys


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_name_is_found_wherever_it_stands(before: str, after: str) -> None:
    assert 1 in named_in(f"{before} Tôn Nữ Hoàng Thảo Lan {after}", STAFF)
