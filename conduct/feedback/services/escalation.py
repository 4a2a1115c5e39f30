"""Each working morning: remind of what is due, tell the head of what is late, then the agency above."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from conduct.agencies.models import Agency, Role
from conduct.agencies.tree import lineage_ids
from conduct.audit.services import record
from conduct.kernel.workdays import is_working_day, working_day

from ..models import Case, CaseEvent
from ..permissions.cases import RECEIVING
from ..rules.cases import REMIND_BEFORE, goes_above, is_reminder_day
from .subjects import add_event
from .telling import Word, role_holders, tell


def remind_of_cases(*, now: datetime) -> int:
    """Push the morning's lines; run twice, nobody hears twice. Returns how many lines were asked for.

    Nobody whom a case names is told; nor does anything about it stand in a line.
    """
    today = timezone.localdate(now)
    if not is_working_day(today):
        return 0
    n_told = 0
    waiting = Case.objects.waiting().filter(due_on__lte=working_day(today, REMIND_BEFORE + 1))
    for case in waiting.select_related("agency").order_by("due_on", "pk").iterator(chunk_size=500):
        if is_reminder_day(today, case.due_on):
            n_told += tell(Word.DUE, case, _handlers(case, today), now)
        elif case.due_on < today:
            n_told += _escalate(case, today, now)
    return n_told


def _handlers(case: Case, today: date) -> set[int]:
    """The assignee, else those who sort what the agency gets."""
    return {case.assignee_id} if case.assignee_id else role_holders(case.agency_id, today, *RECEIVING)


def _escalate(case: Case, today: date, now: datetime) -> int:
    n_told = tell(Word.LATE, case, role_holders(case.agency_id, today, Role.HEAD), now)
    if not goes_above(today, case.due_on):
        return n_told
    above = _office_above(case.agency_id, today)
    return n_told + (_tell_above(case, above, today, now) if above is not None else 0)


def _office_above(agency_id: int, today: date) -> Agency | None:
    lineage = lineage_ids(agency_id, today)[1:]
    offices = Agency.objects.in_bulk(lineage)
    return next((offices[pk] for pk in lineage if offices[pk].is_office), None)


@transaction.atomic
def _tell_above(case: Case, above: Agency, today: date, now: datetime) -> int:
    """The heads above are told once for each time that an answer is owed; the case keeps where it is."""
    untold = Q(escalated_on=None) | Q(escalated_on__lt=F("reopened_on"))
    open_still = Case.objects.filter(untold, pk=case.pk, state__in=Case.OPEN_STATES)
    if not open_still.update(escalated_on=today):
        return 0
    add_event(case, CaseEvent.Kind.ESCALATED, None, now, data={"to": above.pk})
    record(
        act="feedback.escalate_case", by=None, obj=case, agency=case.agency, now=now, data={"to": above.pk}
    )
    return tell(Word.ABOVE, case, role_holders(above.pk, today, Role.HEAD), now)
