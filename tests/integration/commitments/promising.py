"""Arranging promises for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from conduct.agencies.models import Posting
from conduct.commitments.models import Promise
from conduct.commitments.services.promises import make_promise
from conduct.kernel.sealing import seal
from tests.factories import NOW

CODE = "K7M201QX"
NAME, CONTACT = "Hồ Thị Ngọc Ánh", "0900 123 456"
DUE = datetime(2026, 10, 20, 7, 0, tzinfo=UTC)  # 14:00 in Hà Nội, the day of NOW


def promised(posting: Posting, **said: Any) -> Promise:
    """Made now by the service, with a code, a dossier code, a name and a contact; due at 14:00."""
    values: dict[str, Any] = {
        "what": "Trả bản sao trích lục",
        "dossier_code": "H29.2410.0042",
        "name": NAME,
        "contact": CONTACT,
        "due_at": DUE,
        "code": CODE,
        **said,
    }
    made, created = make_promise(posting=posting, by=posting.person, now=NOW, **values)
    assert created
    return made


def stored(posting: Posting, outcome: str = "kept", due_at: datetime = DUE, **fields: Any) -> Promise:
    """A row as it may stand there, at whatever time."""
    values: dict[str, Any] = {"dossier_code": "H29.2410.0001", "name_sealed": seal(NAME)}
    if outcome == "broken":
        values["apology"] = "Xin lỗi vì máy in hỏng"
    ended_at = None if outcome == "open" else due_at
    return Promise.objects.create(
        posting=posting, what="Trả bản sao", made_at=due_at - timedelta(days=2), due_at=due_at,
        outcome=outcome, ended_at=ended_at, **{**values, **fields},
    )  # fmt: skip


def promises_of(posting: Posting, now: datetime) -> None:
    """One open, one kept, one whose withdrawal waits for a second person; all due tomorrow."""
    values: dict[str, Any] = {"due_at": now + timedelta(days=1), "contact_sealed": seal(CONTACT)}
    stored(posting, "open", **values)
    stored(posting, "kept", **values)
    stored(posting, "open", withdrawal_asked_at=now, withdrawal_reason="Dân tự lo được", **values)
