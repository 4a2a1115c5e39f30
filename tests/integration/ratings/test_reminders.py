"""Reminders of the steps of sheets: three days before, on the day, while late; once a day."""

from datetime import UTC, date, datetime

import pytest

from conduct.agencies.models import User
from conduct.notices.models import Notice
from conduct.ratings.services.reminders import is_spoken_of, remind_of_sheets
from tests.cast import Cast
from tests.integration.ratings.arrange import approved_sheet, reviewed_sheet, submitted_sheet

pytestmark = [pytest.mark.django_db]


def morning(day: int, month: int = 10) -> datetime:
    return datetime(2026, month, day, 0, 30, tzinfo=UTC)


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


@pytest.mark.parametrize(
    ("day", "is_spoken"),
    [(21, False), (22, True), (23, False), (25, True), (26, True), (27, True), (31, False)],
)
def test_a_step_is_spoken_of_three_days_before_on_the_day_and_late_on_working_days(
    day: int, is_spoken: bool
) -> None:
    assert is_spoken_of(date(2026, 10, 25), date(2026, 10, day)) is is_spoken


def test_late_steps_are_spoken_of_for_ten_days_only() -> None:
    assert is_spoken_of(date(2026, 10, 23), date(2026, 11, 2))
    assert not is_spoken_of(date(2026, 10, 22), date(2026, 11, 2))


def test_who_has_not_submitted_is_reminded_once_a_day(october: Cast) -> None:
    submitted_sheet(october.minh_posting)
    for _ in range(2):
        remind_of_sheets(now=morning(22))
    assert told(october.lan) == ["Phiếu đánh giá kỳ 10/2026 đến hạn ngày 25/10/2026"]
    assert told(october.minh) == []
    remind_of_sheets(now=morning(25))
    remind_of_sheets(now=morning(26))
    assert told(october.lan)[1:] == [
        "Phiếu đánh giá kỳ 10/2026 đến hạn hôm nay",
        "Phiếu đánh giá kỳ 10/2026 đã quá hạn từ 25/10/2026",
    ]


def test_reviewers_and_heads_hear_how_many_wait(october: Cast) -> None:
    submitted_sheet(october.lan_posting)
    reviewed_sheet(october.minh_posting, october.tam)
    remind_of_sheets(now=morning(28))
    assert "1 phiếu kỳ 10/2026 chờ nhận xét, đến hạn hôm nay" in told(october.minh)
    remind_of_sheets(now=morning(30))
    assert "1 phiếu kỳ 10/2026 chờ xác nhận, đến hạn hôm nay" in told(october.tam)


def test_the_finished_hear_nothing(october: Cast) -> None:
    approved_sheet(october.lan_posting, october.minh, october.tam)
    for day in (22, 25, 28, 30):
        remind_of_sheets(now=morning(day))
    assert told(october.lan) == []
