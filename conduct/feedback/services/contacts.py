"""How a citizen can be reached: only with consent, sealed under a key of its own, taken back at any time.

No name, number or address is ever in an event, a notice or the audit trail.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from conduct.agencies.models import User
from conduct.audit.services import record
from conduct.kernel.sealing import Unreadable
from conduct.kernel.vault import destroy_key, new_key, seal_with, unseal_with

from ..models import Case, CaseEvent, Consent, ConsentText, Contact, OutgoingMail

PAGE, WORD = "page", "word"  # Consent.through


class NoConsent(Exception):
    """Contact details without the citizen's consent: silence is none, and nothing is kept."""


@dataclass(frozen=True, slots=True)
class Known:
    """A contact, readable."""

    name: str
    phone: str
    email: str
    is_child: bool
    parent: str


@transaction.atomic
def keep_contact(
    *,
    case: Case,
    name: str,
    phone: str,
    email: str,
    consent_texts: Iterable[ConsentText],
    language: str,
    through: str,
    is_child: bool = False,
    parent: str = "",
    by: User | None = None,
    now: datetime,
) -> bool:
    """Keep what the citizen gave and what the citizen agreed to; returns whether this call did.

    ``consent_texts`` are those that were agreed to; ``through`` is PAGE, or WORD when it was said to the
    person who enters it. With nothing but consents there is no contact. Raises NoConsent for contact details
    without the text of the purpose "reply", and for a child without the parent's name.
    """
    agreed = list(consent_texts)
    given = bool(name or phone or email)
    if given and not any(text.purpose == ConsentText.Purpose.REPLY for text in agreed):
        raise NoConsent
    if is_child and agreed and not parent:
        raise NoConsent
    Case.objects.select_for_update().get(pk=case.pk)
    if Contact.objects.filter(case=case).exists() or Consent.objects.filter(case=case).exists():
        return False
    if given or (is_child and agreed):
        key_id = new_key()
        Contact.objects.create(
            case=case, key_id=key_id, is_child=is_child, sealed_name=seal_with(key_id, name),
            sealed_phone=seal_with(key_id, phone), sealed_email=seal_with(key_id, email),
            sealed_parent=seal_with(key_id, parent if is_child else ""),
        )  # fmt: skip
    _note(case, agreed, language, through, is_given=True, is_child=is_child, now=now)
    record(
        act="feedback.keep_contact", by=by, obj=case, agency=case.agency, now=now,
        data={
            "has": [what for what, value in (("name", name), ("phone", phone), ("email", email)) if value],
            "texts": [str(text) for text in agreed], "through": through, "is_child": is_child,
        },
    )  # fmt: skip
    return True


def read_contact(case: Case) -> Known | None:
    """What is known of the citizen; None without a contact, or when its key is gone."""
    contact = Contact.objects.filter(case=case).first()
    if contact is None:
        return None
    sealed = (contact.sealed_name, contact.sealed_phone, contact.sealed_email, contact.sealed_parent)
    try:
        name, phone, email, parent = (unseal_with(contact.key_id, one) for one in sealed)
    except Unreadable:
        return None
    return Known(name, phone, email, contact.is_child, parent)


@transaction.atomic
def look_at_contact(*, case: Case, by: User, now: datetime) -> Known | None:
    """The contact, for whoever handles the case; each look leaves an audit row."""
    known = read_contact(case)
    record(
        act="feedback.look_at_contact", by=by, obj=case, agency=case.agency, now=now,
        data={"was_there": known is not None},
    )  # fmt: skip
    return known


def agreed_purposes(case: Case) -> dict[str, Consent]:
    """What the citizen agrees to now: the last word on each purpose, where it is yes."""
    last = {row.text.purpose: row for row in case.consents.select_related("text").order_by("at", "pk")}
    return {purpose: row for purpose, row in last.items() if row.is_given}


@transaction.atomic
def take_back_consent(*, case: Case, purpose: str, by: User | None = None, now: datetime) -> bool:
    """The citizen takes back a consent; what rested on it ends at once. Returns whether there was any.

    "reply": the contact is erased everywhere. "publish": the public answer is taken down. "words": the people
    concerned see the summary only.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    agreed = agreed_purposes(case).get(purpose)
    had_contact = purpose == ConsentText.Purpose.REPLY and erase_contact(case)
    if agreed is None and not had_contact:
        return False
    if had_contact:
        drop_mails(case, now)
    if agreed is not None:
        _note(case, [agreed.text], agreed.language, PAGE, is_given=False, is_child=False, now=now)
    if purpose == ConsentText.Purpose.PUBLISH:
        take_down(case, now)
    elif purpose == ConsentText.Purpose.WORDS:
        case.shares_words = False
    case.revision += 1
    case.save()
    CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.WITHDRAWN, at=now, data={"purpose": purpose})
    record(
        act="feedback.take_back_consent", by=by, obj=case, agency=case.agency, now=now,
        data={"purpose": purpose},
    )  # fmt: skip
    return True


def take_down(case: Case, now: datetime) -> None:
    """Nothing of this case is public any more. The caller holds the case, saves it and writes the trail."""
    was_public = case.published_on is not None
    case.citizen_agrees_public, case.published_on = False, None
    case.public_question = case.public_answer = ""
    if was_public:
        CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.UNPUBLISHED, at=now)


def drop_mails(case: Case, now: datetime) -> int:
    """Nothing that waits leaves for this citizen any more; how many mails did wait."""
    waiting = OutgoingMail.objects.filter(case=case, state=OutgoingMail.State.WAITING)
    return waiting.update(state=OutgoingMail.State.DROPPED, ended_at=now, held_until=None)


def erase_contact(case: Case) -> bool:
    """Remove a contact and destroy its key once that is committed; whether there was one."""
    contact = Contact.objects.filter(case=case).first()
    if contact is None:
        return False
    key_id = contact.key_id
    contact.delete()
    transaction.on_commit(lambda: destroy_key(key_id))
    return True


def _note(
    case: Case,
    texts: Iterable[ConsentText],
    language: str,
    through: str,
    *,
    is_given: bool,
    is_child: bool,
    now: datetime,
) -> None:
    """Proof of what was agreed to, in which language and how; a parent's agreement is a row of its own."""
    Consent.objects.bulk_create(
        Consent(
            case=case, text=text, language=language, is_given=is_given, by_parent=by_parent, through=through,
            at=now,
        )
        for text in texts
        for by_parent in ((False, True) if is_child else (False,))
    )  # fmt: skip
