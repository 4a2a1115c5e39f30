"""When mail may leave, and how long it waits after a failure."""

from datetime import time, timedelta

import pytest

from conduct.notices.rules import hold_of_address, is_mail_time, rest_of_server


@pytest.mark.parametrize(
    ("clock", "is_working_day", "leaves"),
    [
        (time(7, 44), True, False),
        (time(7, 45), True, True),
        (time(17, 59), True, True),
        (time(18), True, False),
        (time(10), False, False),
    ],
)
def test_mail_leaves_in_office_hours(clock: time, is_working_day: bool, leaves: bool) -> None:
    assert is_mail_time(clock, is_working_day=is_working_day) is leaves


def test_a_server_that_is_down_is_tried_less_and_less() -> None:
    minutes = [rest_of_server(n) // timedelta(minutes=1) for n in (0, 1, 2, 3, 4, 5, 6, 1000)]
    assert minutes == [0, 5, 10, 20, 40, 60, 60, 60]


def test_a_refused_address_is_tried_once_a_day_in_the_end() -> None:
    assert hold_of_address(1) == timedelta(minutes=30)
    assert hold_of_address(30) == timedelta(days=1)
