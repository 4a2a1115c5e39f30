"""Letters of apology that leave by e-mail: taken in hand one by one, sent by ``tasks/apologies.py``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from conduct.audit.services import record
from conduct.notices.services import Message, push

from ..models import Apology
from ..rules.apologies import number_text
from .letters import letter_pdf, mail_address, read_letter


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail as it leaves; the letter is attached as ``file_name``."""

    address: str
    subject: str
    text: str
    file_name: str
    pdf: bytes


class NotTaken(Exception):
    """The server would not take this one mail."""


def apologies_to_mail(*, at_most: int) -> Sequence[int]:
    """Signed letters that are to leave by e-mail, the oldest first."""
    waiting = Apology.objects.filter(
        state=Apology.State.SIGNED, way=Apology.Way.MAIL, delivered_on__isnull=True
    )
    return list(waiting.order_by("signed_at", "pk").values_list("pk", flat=True)[:at_most])


def mail_apology(*, apology_id: int, send: Callable[[Parcel], None], now: datetime) -> bool:
    """Send one letter and note it, holding its row; returns whether it left.

    ``send`` raises NotTaken when the server refuses this mail: then another way must be chosen, and those who
    wrote and signed it are told. What else it raises is passed on, and the letter waits. Should the worker
    die between sending and noting it, it is sent once more.
    """
    with transaction.atomic():
        held = (
            Apology.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("office", "case", "dossier")
            .filter(pk=apology_id, state=Apology.State.SIGNED, way=Apology.Way.MAIL)
            .first()
        )
        if held is None:
            return False
        parcel = _parcel(held)
        try:
            if parcel is None:
                raise NotTaken
            send(parcel)
        except NotTaken:
            _note_not_taken(held, now)
            return False
        held.state, held.delivered_on = Apology.State.DELIVERED, timezone.localdate(now)
        held.revision += 1
        held.save(update_fields=["state", "delivered_on", "revision"])
        record(act="feedback.mail_apology", by=None, obj=held, agency=held.office, now=now, data={})
    return True


def _parcel(held: Apology) -> Parcel | None:
    """None when the citizen's data were erased meanwhile."""
    address, letter = mail_address(held), read_letter(held)
    if address is None or letter is None or held.number is None or held.signed_at is None:
        return None
    number = number_text(held.number, held.office_name)
    body = "\n\n".join(
        [f"Kính gửi: {letter['to']}", *letter["paragraphs"], held.signer_name, held.office_name]
    )
    return Parcel(
        address=address,
        subject=f"Thư xin lỗi số {number} của {' '.join(held.office_name.split())}",
        text=f"{body}\n\nBản ký của thư được gửi kèm (PDF).\n",
        file_name=f"thu-xin-loi-{held.number:02}-{held.year}.pdf",
        pdf=letter_pdf(letter, held.signed_at),
    )


def _note_not_taken(held: Apology, now: datetime) -> None:
    held.way = ""
    held.revision += 1
    held.save(update_fields=["way", "revision"])
    record(act="feedback.mail_not_taken", by=None, obj=held, agency=held.office, now=now, data={})
    people = {held.prepared_by_id, held.signed_by_id} - {None}
    push(
        messages=[
            Message(
                recipient_id=person_id,
                key=f"feedback.mail_not_taken:{held.pk}:{held.revision}",
                title=f"Không gửi được thư xin lỗi số {number_text(held.number or 0, held.office_name)}",
                text="Máy chủ không nhận địa chỉ thư điện tử. Chọn cách khác để thư đến tay công dân.",
                url=reverse("feedback:apology", args=[held.pk]),
            )
            for person_id in sorted(person for person in people if person)
        ],
        now=now,
    )
