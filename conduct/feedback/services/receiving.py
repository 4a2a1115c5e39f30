"""Taking a remark in: its key, its code, whom it names, who deals with it and by when."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from conduct.dossiers.models import Dossier
from conduct.kernel.codes import new_code
from conduct.kernel.vault import destroy_key, new_key, seal_with
from surveys.models import ServicePoint

from ..models import Case, CaseEvent, CaseSubject
from ..rules.cases import due_day
from .subjects import add_event, find_named, handling_agency, heads_without_posting
from .telling import Word, tell_receivers


def code_hash(code: str) -> str:
    """What is stored of a follow code: 100 random bits need no salt."""
    return hashlib.sha256(code.encode()).hexdigest()


def receive_case(
    *,
    agency: Agency,
    text: str,
    source: str,
    respondent: str,
    language: str,
    point: ServicePoint | None = None,
    dossier: Dossier | None = None,
    shares_words: bool = False,
    agrees_public: bool = False,
    about_heads: bool = False,
    code: str = "",
    by: User | None = None,
    now: datetime,
) -> tuple[Case, str]:
    """Take a remark about an agency in; returns the case and the code by which the citizen follows it.

    ``code``: one that the page of the form was drawn with (``kernel.codes.new_code``); sent twice, it is one
    case, and the second call returns the first one's. ``about_heads``: the citizen says that it concerns
    those who lead the office. The words are sealed under a key of the case's own; the trail holds ids and
    a hash.
    """
    code = code or new_code()
    if known := Case.objects.filter(code_hash=code_hash(code)).first():
        return known, code
    on = timezone.localdate(now)
    office = office_of(agency, on)
    named = find_named(text=text, office=office, point=point, dossier=dossier, about_heads=about_heads, on=on)
    people = {one.person_id for one in named}
    people |= heads_without_posting(text=text, office=office, on=on, about_heads=about_heads)
    case = Case(
        code_hash=code_hash(code), agency=handling_agency(office, people, on),
        concerns=agency, point=point, dossier=dossier, source=source, respondent=respondent,
        language=language, shares_words=shares_words, citizen_agrees_public=agrees_public, received_on=on,
        due_on=due_day(on), entered_by=by,
    )  # fmt: skip
    case.key_id = key_id = new_key()
    try:
        case.sealed_text = seal_with(key_id, text)
        with transaction.atomic():
            _store(case, named, by, now)
    except (OperationalError, InterfaceError):
        raise  # perhaps it was stored before the connection broke: the key outlives the doubt
    except BaseException as error:
        destroy_key(key_id)  # nothing was sealed with it that stayed
        if isinstance(error, IntegrityError):  # the same page was sent twice at once
            return Case.objects.get(code_hash=code_hash(code)), code
        raise
    return case, code


def _store(case: Case, named: list[Posting], by: User | None, now: datetime) -> None:
    case.save()
    CaseSubject.objects.bulk_create(CaseSubject(case=case, posting=posting) for posting in named)
    add_event(case, CaseEvent.Kind.RECEIVED, by, now, data={"source": case.source})
    tell_receivers(Word.ARRIVED, case, now)
    record(
        act="feedback.receive_case", by=by, obj=case, agency=case.agency, now=now,
        data={
            "concerns": case.concerns_id, "source": case.source, "due_on": case.due_on.isoformat(),
            "postings": sorted(posting.pk for posting in named),
            "words": hashlib.sha256(case.sealed_text).hexdigest(),
        },
    )  # fmt: skip
