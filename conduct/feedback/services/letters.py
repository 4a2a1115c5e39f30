"""The letter of apology as a paper: its words, sealed once signed, and its PDF."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from conduct.agencies.models import Posting
from conduct.commitments.services.papers import letterhead
from conduct.documents.official import day_in_words, signing_lines
from conduct.documents.typst import compile_pdf
from conduct.dossiers.models import Dossier
from conduct.kernel.sealing import Unreadable, seal, unseal
from conduct.kernel.vault import seal_with, unseal_with

from ..models import Apology, Case, Contact
from ..rules.apologies import (
    ConductFacts,
    OverdueFacts,
    addressee,
    canonical,
    conduct_paragraphs,
    number_text,
    overdue_paragraphs,
    overdue_title,
    sha256_of,
)
from .contacts import read_contact
from .outbox import reply_address

type Letter = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it would be signed now; ``sha256`` is what the signer says to have read."""

    letter: Letter
    sha256: str


def draft_letter(apology: Apology, posting: Posting | None, on: date) -> Draft:
    """The letter without its number. Without a posting, the place of the signer stays empty."""
    if apology.dossier is not None and apology.kind == Apology.Kind.OVERDUE:
        letter = _for_dossier(apology, apology.dossier)
    elif apology.case is not None:
        letter = _after_case(apology, apology.case)
    else:
        raise ValueError("a letter is for a dossier or a case")
    head = letterhead(apology.office, on)
    letter["head"] = head.as_data()
    letter["signature"] = list(signing_lines(posting.title, apology.office.name)) if posting else []
    letter["name"] = posting.person.full_name if posting else ""
    return Draft(letter, sha256_of(canonical(letter)))


def _for_dossier(apology: Apology, dossier: Dossier) -> Letter:
    is_business = dossier.applicant == Dossier.Applicant.BUSINESS
    name = _opened(dossier.sealed_name)
    facts = OverdueFacts(
        office=apology.office.name, name=name, is_business=is_business, code=dossier.code,
        procedure=dossier.procedure, received_on=dossier.received_on, promised_on=dossier.promised_on,
        again_on=None if apology.for_due_on in {None, dossier.promised_on} else apology.for_due_on,
        finished_on=dossier.finished_on, reason=apology.reason, new_date=apology.new_date,
        corrective_action=apology.corrective_action,
    )  # fmt: skip
    recipients = ["Như trên;", "Lưu: VT."]
    if dossier.agency_id != apology.office_id:
        recipients.insert(1, f"{dossier.agency.name};")
    return {
        "title": list(overdue_title(apology.new_date)),
        "to": addressee(name, is_business=is_business, code=dossier.code),
        "paragraphs": overdue_paragraphs(facts),
        "recipients": recipients,
    }


def _after_case(apology: Apology, case: Case) -> Letter:
    known = read_contact(case)
    name = known.name if known else ""
    facts = ConductFacts(
        office=apology.office.name, name=name, received_on=case.received_on, summary=case.summary,
        reason=apology.reason, corrective_action=apology.corrective_action,
    )  # fmt: skip
    return {
        "title": ["THƯ XIN LỖI", "về việc tiếp nhận và giải quyết công việc"],
        "to": f"Ông/Bà {name}" if name else "Ông/Bà đã gửi ý kiến phản ánh",
        "paragraphs": conduct_paragraphs(facts),
        "recipients": ["Như trên;", "Lưu: VT."],
    }


def _opened(sealed: bytes | memoryview) -> str:
    """What a seal holds; nothing when its key is gone."""
    try:
        return unseal(sealed)
    except Unreadable:
        return ""


def signed_letter(draft: Draft, number: int, office: str, now: datetime) -> str:
    """The letter as signed: with its number, and when; the text that is sealed and hashed."""
    local = timezone.localtime(now)
    letter = {**draft.letter, "head": {**draft.letter["head"], "number": number_text(number, office)}}
    letter["signed"] = ["(Đã ký trên phần mềm)", f"{local:%H:%M} {day_in_words(local.date())}"]
    return canonical(letter)


def seal_letter(apology: Apology, text: str) -> bytes:
    """Seal a letter; after a case under the citizen's key first, so that erasing erases it too."""
    key_id = _key_of(apology)
    return seal(seal_with(key_id, text).decode() if key_id else text)


def _key_of(apology: Apology) -> str:
    """The key whose destruction erases who the letter is to; none for dossiers."""
    if apology.case is None:
        return ""
    contact = Contact.objects.filter(case=apology.case).first()
    return contact.key_id if contact else apology.case.key_id


def read_letter(apology: Apology) -> Letter | None:
    """A signed letter; None when the citizen's data were erased, or it is not the one that was signed."""
    try:
        text = unseal(apology.sealed_letter)
        key_id = _key_of(apology)
        if key_id:
            text = unseal_with(key_id, text.encode())
    except Unreadable:
        return None
    if sha256_of(text) != apology.sha256:
        return None
    letter: Letter = json.loads(text)
    return letter


def letter_pdf(letter: Letter, at: datetime) -> bytes:
    """The paper; equal letters give equal bytes."""
    return compile_pdf("apology.typ", {"signed": None, "is_draft": "signed" not in letter, **letter}, at=at)


def mail_address(apology: Apology) -> str | None:
    """Where the letter can be sent; None without an address that can stand in the head of a mail."""
    if apology.case is not None and apology.kind == Apology.Kind.CONDUCT:
        return reply_address(apology.case)
    address = _opened(apology.dossier.sealed_email) if apology.dossier is not None else ""
    try:
        validate_email(address)
    except ValidationError:
        return None
    return address
