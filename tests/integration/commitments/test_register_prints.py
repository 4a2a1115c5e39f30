"""Requests of registers: made once, by whoever holds the lease, kept for a week."""

from datetime import timedelta
from typing import Any

import pytest

from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.commitments.models import Campaign, RegisterPrint
from conduct.commitments.services import prints
from conduct.commitments.services.prints import request_print, sweep_prints
from conduct.commitments.services.registers import register_pdf
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.commitments.papers import (
    asked,
    have_signed,
    make,
    pages_of,
)

STATE = RegisterPrint.State


@pytest.fixture
def signed(cast: Cast, campaign: Campaign) -> Campaign:
    """Lan, Tâm and Khánh signed in three ways, Minh is excused, Quân declined."""
    have_signed(cast, campaign)
    return campaign


def test_request_is_made_into_a_file(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    assert make(one.pk)
    one.refresh_from_db()
    assert (one.state, one.n_done, one.n_all, one.n_tries) == (STATE.DONE, 3, 3, 1)
    with one.file.open("rb") as stored:
        content = stored.read()
    assert len(content) == one.n_bytes
    assert "Thảo Lan" in " ".join(pages_of(content))


def test_request_is_made_once(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    assert make(one.pk)
    assert not make(one.pk, "w2")


def test_two_clicks_ask_once(cast: Cast, campaign: Campaign) -> None:
    first = request_print(campaign=campaign, agency=cast.commune, by=cast.tam, now=NOW)
    again = request_print(campaign=campaign, agency=cast.commune, by=cast.tam, now=NOW)
    assert (first[1], again[1]) == (True, False)
    assert first[0] == again[0]
    assert AuditEvent.objects.filter(act="commitments.request_print").count() == 1


def test_claimed_request_waits_for_its_lease(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    RegisterPrint.objects.filter(pk=one.pk).update(
        state=STATE.RUNNING, worker="dead", lease_until=NOW + timedelta(minutes=1), n_tries=1
    )
    assert not make(one.pk)
    assert sweep_prints(now=NOW) == []
    later = NOW + timedelta(minutes=2)
    assert sweep_prints(now=later) == [one.pk]
    assert make(one.pk, now=later)


def test_who_lost_the_lease_writes_nothing(
    cast: Cast, signed: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = asked(signed, cast)

    def slow(*args: Any, **options: Any) -> bytes:
        RegisterPrint.objects.filter(pk=one.pk).update(worker="other")
        return register_pdf(*args, **options)

    monkeypatch.setattr("conduct.commitments.services.prints.register_pdf", slow)
    stored: list[str] = []
    monkeypatch.setattr(one.file.storage, "delete", stored.append)
    assert not make(one.pk)
    one.refresh_from_db()
    assert (one.state, one.worker, one.file.name) == (STATE.RUNNING, "other", "")
    assert len(stored) == 1


def test_third_failure_ends_it_with_the_reason(
    cast: Cast, signed: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_options: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("conduct.commitments.services.prints.register_pdf", full)
    one = asked(signed, cast)
    for tries in (1, 2, 3):
        assert sweep_prints(now=NOW) == [one.pk]
        assert not make(one.pk)
        one.refresh_from_db()
        assert one.n_tries == tries
    assert (one.state, one.error) == (STATE.FAILED, "OSError")
    assert sweep_prints(now=NOW) == []
    assert not make(one.pk)


def test_three_dead_workers_end_it(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    RegisterPrint.objects.filter(pk=one.pk).update(
        state=STATE.RUNNING, worker="dead", lease_until=NOW - timedelta(minutes=1), n_tries=3
    )
    assert not make(one.pk)
    assert sweep_prints(now=NOW) == []
    one.refresh_from_db()
    assert (one.state, one.error) == (STATE.FAILED, prints.WORKER_ENDED)


def test_file_goes_after_seven_days(cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    make(one.pk)
    one.refresh_from_db()
    name, storage = str(one.file.name), one.file.storage
    sweep_prints(now=NOW + timedelta(days=7))
    assert storage.exists(name)
    sweep_prints(now=NOW + timedelta(days=7, minutes=1))
    assert not storage.exists(name)
    one.refresh_from_db()
    assert (one.state, one.file.name) == (STATE.DONE, "")


def test_request_that_is_not_there_is_nobodys(cast: Cast) -> None:
    assert not make(999_999)


@pytest.mark.parametrize(
    ("who", "of", "may"),
    [
        ("tam", "commune", True), ("quan", "commune", True), ("phuong", "commune", True),
        ("minh", "one_stop", True), ("minh", "commune", False), ("lan", "one_stop", False),
        ("hoa", "commune", False),
    ],
)  # fmt: skip
def test_register_is_for_those_who_lead_or_administer(
    cast: Cast, campaign: Campaign, who: str, of: str, may: bool
) -> None:
    def ask() -> bool:
        agency = getattr(cast, of)
        return request_print(campaign=campaign, agency=agency, by=getattr(cast, who), now=NOW)[1]

    if may:
        assert ask()
    else:
        with pytest.raises(Refused):
            ask()
