"""Finished dossiers of the cast's one-stop centre, a batch of invitations, and the mails as they arrived."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from conduct.agencies.models import Posting
from conduct.dossiers.models import Dossier
from conduct.kernel.months import Month
from conduct.kernel.sealing import seal
from surveys.models import InvitationBatch, ServicePoint
from surveys.services.invitations import create_batch
from surveys.tasks.mailing import deliver
from tests.cast import Cast
from tests.factories import DAY, NOW

SEPTEMBER = Month(2026, 9)
UNTIL = DAY + timedelta(days=30)
_LINK = re.compile(r"/i/([A-Za-z0-9_-]{64})/")


def finish(
    cast: Cast,
    n: int,
    *,
    group: str = "Hộ tịch",
    posting: Posting | None = None,
    day: date = date(2026, 9, 15),
    **fields: Any,
) -> list[Dossier]:
    """So many dossiers that were finished on a day, each of a person with an e-mail address."""
    rows = []
    for _one in range(n):
        mark = uuid4().hex[:10]
        contact = {"email": f"dan-{mark}@example.vn", "phone": "", **fields}
        rows.append(
            Dossier(
                agency=cast.one_stop, code=f"H41.{mark}", procedure="Đăng ký khai sinh",
                procedure_group=group, channel="desk", received_on=day - timedelta(days=3),
                promised_on=day, due_on=day, finished_on=day, posting=posting,
                sealed_name=seal(f"Người {mark}"), sealed_email=seal(contact["email"]),
                sealed_phone=seal(contact["phone"]),
            )
        )  # fmt: skip
    return Dossier.objects.bulk_create(rows)


def invite(cast: Cast, point: ServicePoint, **fields: Any) -> InvitationBatch:
    """A batch that Quân asked for; nothing has left yet."""
    values = {"agency": cast.one_stop, "point": point, "month": SEPTEMBER, "expires_on": UNTIL, **fields}
    batch, _created = create_batch(**{"by": cast.quan, "now": NOW, **values})
    return batch


def send_out(batch: InvitationBatch, at: datetime = NOW, worker: str = "w") -> bool:
    """What the worker does at a moment."""
    return deliver(batch_id=batch.pk, worker=worker, clock=lambda: at)


def token_of(text: str) -> str:
    """The token of the one link in a message."""
    found = set(_LINK.findall(text))
    assert len(found) == 1, text
    return str(found.pop())


def tokens_of(mails: Sequence[EmailMessage]) -> dict[str, str]:
    """Address → token, as only those who got the mails know it."""
    return {str(mail["To"]): token_of(mail.get_content()) for mail in mails}


def open_form(client: Client, token: str) -> str:
    """The hidden key of the form behind a link."""
    page = client.get(f"/i/{token}/")
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def answer(client: Client, token: str, **fields: Any) -> HttpResponse:
    """Answer as a browser does; without a key, with that of a fresh form."""
    said = {"key": fields["key"] if "key" in fields else open_form(client, token), "overall": 5, **fields}
    body = urlencode(said, doseq=True)
    page = client.post(f"/i/{token}/", body, content_type="application/x-www-form-urlencoded")
    assert isinstance(page, HttpResponse)
    return page
