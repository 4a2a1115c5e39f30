"""Some weeks after the answer: asking once whether it was put right, on the page of the code and by mail."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ..models import Case, CaseEvent, OutgoingMail
from ..rules.following import ASKED_AFTER, REOPENS_WITHIN
from .holding import finish, locked
from .outbox import queue_mail

_UNSETTLED = Case.objects.filter(righted="", asked_on=None, erased_at=None).exclude(kind=Case.Kind.PRAISE)


def ask_about_cases(*, now: datetime) -> int:
    """Ask about every case whose day has come, each in its own transaction; returns how many were asked."""
    today = timezone.localdate(now)
    found = _UNSETTLED.filter(_answered_between(today)).order_by("pk")
    return sum(_ask(case_id, now) for case_id in found.values_list("pk", flat=True))


def _answered_between(today: date) -> Q:
    """Answered weeks ago, but not so long ago that nobody remembers; a merged case by its main one."""
    first, last = today - timedelta(days=REOPENS_WITHIN), today - timedelta(days=ASKED_AFTER)
    own = Q(state=Case.State.ANSWERED, closed_on__range=(first, last))
    main = Q(merged_into__state=Case.State.ANSWERED, merged_into__closed_on__range=(first, last))
    return own | (Q(state=Case.State.MERGED) & main)


@transaction.atomic
def _ask(case_id: int, now: datetime) -> bool:
    held = locked(Case(pk=case_id))
    if held.asked_on is not None or held.righted or held.erased_at is not None or held.is_open:
        return False
    held.asked_on = timezone.localdate(now)
    mailed = queue_mail(case=held, kind=OutgoingMail.Kind.RIGHTED, now=now)
    finish(case=held, step=CaseEvent.Kind.ASKED, act="ask_righted", by=None, now=now, by_mail=mailed)
    return True
