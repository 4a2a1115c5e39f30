"""Dossiers that are about to be late, and letters of apology for them."""

from datetime import date, datetime, timedelta
from typing import Any

from conduct.agencies.models import User
from conduct.dossiers.models import Dossier
from conduct.feedback.models import Apology
from conduct.feedback.permissions.apologies import signing_posting
from conduct.feedback.services.apologies import raise_overdue_apologies, write_apology
from conduct.feedback.services.apology_signing import sign_apology
from conduct.feedback.services.letters import draft_letter
from conduct.kernel.sealing import seal
from tests.cast import Cast
from tests.factories import NOW, PASSWORD

TODAY = date(2026, 10, 20)
# A Friday.
NEW_DATE = date(2026, 10, 30)


def make_dossier(cast: Cast, code: str = "H17.26.0001", **fields: Any) -> Dossier:
    """A dossier of Lan's centre, promised for tomorrow, without a result."""
    promised = fields.pop("promised_on", TODAY + timedelta(days=1))
    values = {
        "agency": cast.one_stop, "procedure": "Đăng ký khai sinh", "procedure_group": "Hộ tịch",
        "channel": "desk", "received_on": date(2026, 10, 12), "promised_on": promised, "due_on": promised,
        "listed_due_on": promised, "posting": cast.lan_posting, "sealed_name": seal("Trần Thị Mận"),
        "sealed_email": seal("man@example.vn"), "contact_mark": b"x", **fields,
    }  # fmt: skip
    return Dossier.objects.create(code=code, **values)


def owed(cast: Cast, code: str = "H17.26.0001", **fields: Any) -> Apology:
    """The letter that such a dossier owes."""
    dossier = make_dossier(cast, code, **fields)
    raise_overdue_apologies(now=NOW)
    return Apology.objects.get(dossier=dossier)


def written(cast: Cast, code: str = "H17.26.0001", by: User | None = None, **said: Any) -> Apology:
    """The same, written by Lan."""
    letter = owed(cast, code, **said.pop("dossier", {}))
    values = {
        "reason": "Phải xác minh lại hộ khẩu gốc", "new_date": NEW_DATE, "corrective_action": "", **said,
    }  # fmt: skip
    write_apology(apology=letter, revision=letter.revision, by=by or cast.lan, now=NOW, **values)
    letter.refresh_from_db()
    return letter


def sign(letter: Apology, by: User, now: datetime = NOW) -> bool:
    """Sign what would be read now."""
    letter.refresh_from_db()
    posting = signing_posting(by, letter.office, now.date())
    draft = draft_letter(letter, posting, now.date())
    return sign_apology(
        apology=letter, sha256=draft.sha256, password=PASSWORD, revision=letter.revision, by=by, now=now
    )


def signed(cast: Cast, code: str = "H17.26.0001", **said: Any) -> Apology:
    """The same, signed by the head."""
    letter = written(cast, code, **said)
    assert sign(letter, cast.tam)
    letter.refresh_from_db()
    return letter
