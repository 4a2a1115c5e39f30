"""Closing and reopening a month: who may, when, and what is kept of it."""

from datetime import UTC, datetime

import pytest

from conduct.agencies.models import Period, Role
from conduct.agencies.periods import check_month_is_open, closed_months, state_of
from conduct.agencies.permissions import Refused, check_can_close_month, check_can_reopen_month
from conduct.agencies.services import begin_closing, finish_closing, months, reopen_month
from conduct.audit.models import AuditEvent
from conduct.kernel.months import Month
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, grant, make_user

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def close(cast: Cast) -> None:
    begin_closing(office=cast.commune, month=SEPTEMBER, by=cast.tam, now=NOW)
    finish_closing(office=cast.commune, month=SEPTEMBER)


@pytest.mark.parametrize(
    ("who", "closes", "reopens"),
    [
        ("lan", False, False),
        ("minh", False, False),
        ("quan", False, False),
        ("tam", True, False),
        ("phuong", True, True),
        ("hoa", False, False),
        ("system", False, True),
    ],
)
def test_who_closes_and_who_reopens(cast: Cast, who: str, closes: bool, reopens: bool) -> None:
    user = getattr(cast, who, None) or make_user()
    if who == "system":
        grant(user, cast.province, Role.SYSTEM_ADMIN)
    for check, may in ((check_can_close_month, closes), (check_can_reopen_month, reopens)):
        if may:
            check(user, cast.commune, DAY)
        else:
            with pytest.raises(Refused):
                check(user, cast.commune, DAY)


def test_a_month_is_closed_in_two_steps(cast: Cast) -> None:
    assert begin_closing(office=cast.commune, month=SEPTEMBER, by=cast.tam, now=NOW)
    assert not begin_closing(office=cast.commune, month=SEPTEMBER, by=cast.tam, now=NOW)
    assert state_of(cast.commune, SEPTEMBER) == Period.State.CLOSING
    assert finish_closing(office=cast.commune, month=SEPTEMBER)
    assert not finish_closing(office=cast.commune, month=SEPTEMBER)
    assert closed_months([cast.commune.pk, cast.other_commune.pk]) == {(cast.commune.pk, SEPTEMBER)}
    assert AuditEvent.objects.filter(act="agencies.close_month").count() == 1


def test_a_month_that_runs_cannot_be_closed(cast: Cast) -> None:
    with pytest.raises(Refused):
        begin_closing(office=cast.commune, month=OCTOBER, by=cast.tam, now=NOW)
    last_second = datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Hà Nội
    with pytest.raises(Refused):
        begin_closing(office=cast.commune, month=SEPTEMBER, by=cast.tam, now=last_second)
    midnight = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
    assert begin_closing(office=cast.commune, month=SEPTEMBER, by=cast.tam, now=midnight)


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_reopening_needs_a_reason(cast: Cast, reason: str) -> None:
    close(cast)
    with pytest.raises(Refused):
        reopen_month(office=cast.commune, month=SEPTEMBER, reason=reason, by=cast.phuong, now=NOW)
    assert state_of(cast.commune, SEPTEMBER) == Period.State.CLOSED


def test_a_reopened_month_takes_evidence_again_and_the_reason_is_kept(cast: Cast) -> None:
    close(cast)
    with pytest.raises(Refused):
        check_month_is_open(cast.commune, SEPTEMBER)
    reason = "Bổ sung phiếu giấy của thôn 3"
    assert reopen_month(office=cast.commune, month=SEPTEMBER, reason=reason, by=cast.phuong, now=NOW)
    assert not reopen_month(office=cast.commune, month=SEPTEMBER, reason=reason, by=cast.phuong, now=NOW)
    check_month_is_open(cast.commune, SEPTEMBER)
    event = AuditEvent.objects.get(act="agencies.reopen_month")
    assert (event.reason, event.actor_name) == (reason, "Võ Đình Phương")


def test_without_its_audit_row_a_month_stays_open(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no trail")

    monkeypatch.setattr(months, "record", fail)
    with pytest.raises(RuntimeError):
        begin_closing(office=cast.commune, month=SEPTEMBER, by=cast.tam, now=NOW)
    assert state_of(cast.commune, SEPTEMBER) == Period.State.OPEN
