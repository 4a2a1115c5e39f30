"""The start page: promises that are due, and withdrawals that wait for a second person."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import AgencyParent, Period, Role
from conduct.commitments.models import Promise
from conduct.reports.waiting import Due, Kind, waiting_for
from tests.cast import Cast, make_cast
from tests.factories import NOW, grant, make_posting, make_user
from tests.integration.commitments.promising import DUE, NAME, stored

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db
YESTERDAY, TOMORROW = DUE - timedelta(days=1), DUE + timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def waiting(cast: Cast, who: str, *kinds: Kind, now: datetime = NOW) -> list[Due]:
    return [due for due in waiting_for(getattr(cast, who), now).everything if due.kind in kinds]


def asked(cast: Cast, posting: str = "lan_posting") -> Promise:
    return stored(
        getattr(cast, posting), "open", DUE, withdrawal_asked_at=NOW, withdrawal_reason="Dân tự lo được"
    )


def test_what_is_due_today_or_overdue_waits_as_it_falls_due(cast: Cast) -> None:
    late_today = stored(cast.lan_posting, "open", NOW - timedelta(hours=1))
    rows = [stored(cast.lan_posting, "open", at) for at in (DUE, YESTERDAY, TOMORROW)]
    stored(cast.lan_posting, "kept", YESTERDAY)
    found = waiting(cast, "lan", Kind.PROMISE)
    expected = [rows[1], late_today, rows[0]]
    assert [due.url for due in found] == [f"/commitments/promises/{row.pk}/" for row in expected]
    assert [due.is_late(NOW) for due in found] == [True, True, False]
    assert len(waiting_for(cast.lan, NOW).late) == 2
    assert waiting(cast, "minh", Kind.PROMISE) == []


def test_a_promise_lies_on_its_local_day(cast: Cast) -> None:
    stored(cast.lan_posting, "open", datetime(2026, 10, 20, 17, 0, tzinfo=UTC))  # 21/10, 0:00
    assert waiting(cast, "lan", Kind.PROMISE) == []


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_what_was_due_in_a_closed_month_waits_no_more(cast: Cast, state: str) -> None:
    stored(cast.lan_posting, "open", datetime(2026, 9, 30, 16, 30, tzinfo=UTC))  # 30/9, 23:30
    stored(cast.lan_posting, "open", datetime(2026, 9, 30, 17, 30, tzinfo=UTC))  # 1/10, 0:30
    assert len(waiting(cast, "lan", Kind.PROMISE)) == 2
    period = Period.objects.create(office=cast.commune, month=date(2026, 9, 1), state=state, closed_at=NOW)
    assert len(waiting(cast, "lan", Kind.PROMISE)) == 1
    period.state = "open"
    period.save()
    assert len(waiting(cast, "lan", Kind.PROMISE)) == 2


def test_the_office_is_that_of_the_due_day(cast: Cast) -> None:
    """The desk moved to the other commune since; the month that closed is that of the first."""
    stored(cast.lan_posting, "open", datetime(2026, 9, 30, 7, 0, tzinfo=UTC))
    AgencyParent.objects.filter(agency=cast.one_stop).update(valid_to=date(2026, 10, 10))
    AgencyParent.objects.create(
        agency=cast.one_stop, parent=cast.other_commune, valid_from=date(2026, 10, 11)
    )
    assert len(waiting(cast, "lan", Kind.PROMISE)) == 1
    Period.objects.create(office=cast.commune, month=date(2026, 9, 1), state="closed", closed_at=NOW)
    assert waiting(cast, "lan", Kind.PROMISE) == []


def test_a_withdrawal_waits_for_the_nearest_leader(cast: Cast) -> None:
    row = asked(cast)
    found = waiting(cast, "minh", Kind.SETTLE)
    assert [(due.n, due.url) for due in found] == [(1, f"/commitments/promises/{row.pk}/settle/")]
    for who in ("lan", "tam", "phuong", "hoa", "quan"):
        assert waiting(cast, who, Kind.SETTLE) == []


def test_the_withdrawal_of_a_leader_waits_for_the_leader_above(cast: Cast) -> None:
    asked(cast, "minh_posting")
    assert waiting(cast, "minh", Kind.SETTLE) == []
    assert [due.n for due in waiting(cast, "tam", Kind.SETTLE)] == [1]
    grant(cast.quan, cast.one_stop, Role.HEAD)
    assert waiting(cast, "tam", Kind.SETTLE) == []
    assert [due.n for due in waiting(cast, "quan", Kind.SETTLE)] == [1]


def test_several_withdrawals_are_one_line(cast: Cast) -> None:
    for _ in range(3):
        asked(cast)
    found = waiting(cast, "minh", Kind.SETTLE)
    assert [(due.n, due.url) for due in found] == [(3, "/commitments/promises/team/?month=&state=asked")]


def test_the_page_shows_time_and_text_and_no_citizen(client: Client, cast: Cast) -> None:
    stored(cast.lan_posting, "open", DUE)
    client.force_login(cast.lan, BACKEND)
    page = client.get(reverse("reports:today")).content.decode()
    assert "1 lời hứa cần giữ" in page
    assert "Hẹn trước 14:00 ngày 20/10/2026 · hồ sơ H29.2410.0001" in page
    assert NAME not in page


def test_with_promises_the_page_still_asks_at_most_twelve_times(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    grant(cast.tam, cast.commune, Role.SUPERVISOR)
    for number in range(10):
        posting = make_posting(make_user(f"Ngô Văn {number}"), cast.department)
        stored(posting, "open", DUE, withdrawal_asked_at=NOW, withdrawal_reason="Dân rút")
        stored(cast.tam_posting, "open", DUE)
    client.force_login(cast.tam, BACKEND)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("reports:today")).content.decode()
    assert "10 việc rút lời hứa chờ xác nhận" in page
