"""Everything that is kept about a case, for its citizen: to read, and as JSON to take along."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from conduct.agencies.models import User
from conduct.audit.services import record

from ..models import Case, CaseEvent
from .citizens import Followed
from .contacts import read_contact
from .reading import read_sealed

_DAYS = ("received_on", "due_on", "answered_on", "closed_on", "reopened_on", "published_on", "asked_on")
# Words in these steps are the citizen's own; notes are those of the people who worked on it.
_OWN_WORDS = (CaseEvent.Kind.RECEIVED, CaseEvent.Kind.REOPENED)


@transaction.atomic
def hand_out_data(*, followed: Followed, by: User | None = None, now: datetime) -> dict[str, Any]:
    """What is kept about a case, readable, without the names of staff; leaves an audit row."""
    case, contact = followed.case, read_contact(followed.case)
    record(act="feedback.hand_out_data", by=by, obj=case, agency=case.agency, now=now)
    return {
        "as_of": timezone.localtime(now).isoformat(timespec="minutes"),
        "remark": {
            **_facts(case),
            "words": followed.words,
            "answer": followed.answer,
            "public_question": case.public_question,
            "public_answer": case.public_answer,
        },
        "contact": contact
        and {
            "name": contact.name,
            "phone": contact.phone,
            "email": contact.email,
            "under_16": contact.is_child,
            "parent": contact.parent,
            "erased_on": _day(case.contact.erase_by),
        },
        "consents": [
            {
                "text": str(row.text),
                "language": row.language,
                "given": row.is_given,
                "by_parent": row.by_parent,
                "through": row.through,
                "at": timezone.localtime(row.at).isoformat(timespec="minutes"),
            }
            for row in case.consents.select_related("text").order_by("at", "pk")
        ],
        "steps": [_step(case, event) for event in followed.steps],
        "internal_notes": case.events.filter(kind=CaseEvent.Kind.NOTE).count(),
        "mails": [
            {"kind": mail.kind, "state": mail.state, "on": _day(timezone.localdate(mail.made_at))}
            for mail in case.mails.order_by("made_at", "pk")
        ],
    }


def _facts(case: Case) -> dict[str, Any]:
    return {
        "number": case.pk,
        "about": case.concerns.name,
        "dealt_with_by": case.agency.name,
        "service_point": case.point.name if case.point else None,
        "dossier": case.dossier.code if case.dossier else None,
        "source": case.source,
        "kind": case.kind or None,
        "state": case.state,
        "respondent": case.respondent,
        "language": case.language,
        "summary": case.summary,
        "read_word_for_word": case.shares_words,
        "may_be_published": case.citizen_agrees_public,
        **{
            name: _day(getattr(case, name))
            for name in _DAYS
        },
        "upheld": case.is_upheld,
        "corrective_action": case.corrective_action,
        "righted": case.righted or None,
        "erased_at": case.erased_at and timezone.localtime(case.erased_at).isoformat(timespec="minutes"),
    }  # fmt: skip


def _step(case: Case, event: CaseEvent) -> dict[str, Any]:
    is_own = event.kind in _OWN_WORDS and case.erased_at is None
    words = read_sealed(case, event.sealed_text) if is_own else ""
    return {"step": event.kind, "on": _day(timezone.localdate(event.at)), "words": words or None}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
