"""Notices of promises: on the morning of the due day, and once overdue by a working day."""

from datetime import UTC, datetime, timedelta

import pytest

from conduct.commitments.services.promise_reminders import remind_of_promises
from conduct.commitments.tasks.promises import promises_morning
from conduct.notices.models import Notice
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.commitments.promising import CONTACT, DUE, NAME, promised, stored

FRIDAY = datetime(2026, 10, 23, 7, 0, tzinfo=UTC)  # 14:00 in Hà Nội


def morning(day: int, month: int = 10) -> datetime:
    """Half past seven in Hà Nội."""
    return datetime(2026, month, day, 0, 30, tzinfo=UTC)


def told(cast: Cast) -> list[str]:
    return list(Notice.objects.filter(recipient=cast.lan).order_by("pk").values_list("title", flat=True))


def test_the_promiser_is_told_on_the_morning_of_the_due_day(cast: Cast) -> None:
    made = promised(cast.lan_posting)
    remind_of_promises(now=morning(19))
    assert told(cast) == []
    for _ in range(2):
        remind_of_promises(now=morning(20))
    assert told(cast) == ["Lời hứa H29.2410.0042 đến hẹn lúc 14:00 hôm nay"]
    notice = Notice.objects.get()
    assert notice.url == f"/commitments/promises/{made.pk}/"
    assert not [secret for secret in (NAME, CONTACT, made.what) if secret in f"{notice.title} {notice.text}"]


def test_overdue_is_told_once_after_a_working_day(cast: Cast) -> None:
    stored(cast.lan_posting, "open", FRIDAY, dossier_code="")
    for day in (24, 25):  # the weekend
        remind_of_promises(now=morning(day))
    assert told(cast) == []
    for day in (26, 27):
        remind_of_promises(now=morning(day))
    assert told(cast) == ["Lời hứa không có mã hồ sơ đã quá hẹn từ 14:00 ngày 23/10/2026"]


def test_over_tet_nobody_is_told(cast: Cast) -> None:
    stored(cast.lan_posting, "open", datetime(2026, 2, 13, 7, 0, tzinfo=UTC))
    for day in range(14, 23):
        remind_of_promises(now=morning(day, 2))
    assert told(cast) == []
    remind_of_promises(now=morning(23, 2))
    assert len(told(cast)) == 1


@pytest.mark.parametrize("outcome", ["kept", "kept_late", "broken", "withdrawn"])
def test_what_has_ended_is_not_told(cast: Cast, outcome: str) -> None:
    stored(cast.lan_posting, outcome, DUE)
    remind_of_promises(now=morning(20))
    remind_of_promises(now=morning(21))
    assert told(cast) == []


def test_old_ones_are_left_alone_and_so_are_closed_accounts(cast: Cast) -> None:
    stored(cast.lan_posting, "open", NOW - timedelta(days=60))
    cast.hoa.is_active = False
    cast.hoa.save()
    stored(cast.hoa_posting, "open", DUE)
    remind_of_promises(now=morning(20))
    assert not Notice.objects.exists()


def test_the_timetable_tells_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    promised(cast.lan_posting)
    monkeypatch.setattr("django.utils.timezone.now", lambda: morning(20))
    promises_morning()
    assert len(told(cast)) == 1
