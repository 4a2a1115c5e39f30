"""Sorting cases: what kind, whom they name, a summary; who deals with them; which of them are one."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyParent, Posting, User, on_day
from conduct.agencies.permissions import Refused
from conduct.agencies.tree import lineage_ids

from ..models import Case, CaseEvent, CaseQuerySet, OutgoingMail
from ..permissions.cases import check_act, check_can_sort, check_is_readable, listed_cases
from ..rules.cases import Act, due_day
from .holding import finish, held_case, need
from .outbox import queue_mail
from .subjects import handling_agency, name_people, serving_in
from .telling import Word, tell, tell_receivers

State = Case.State


@transaction.atomic
def sort_case(
    *,
    case: Case,
    kind: str,
    summary: str,
    postings: Collection[Posting],
    revision: int,
    by: User,
    now: datetime,
) -> bool:
    """Say what a case is, whom it names, and what it is about without personal data.

    The due day follows the kind. Whoever is named loses the case at once; about a head it goes above. Raises
    CaseChanged, Refused.
    """
    on = timezone.localdate(now)
    held = held_case(case, revision, CaseEvent.Kind.SORTED, by, now)
    if held is None:
        return False
    check_can_sort(by, held, on)
    check_is_readable(held)
    check_act(Act.SORT, held)
    need(summary, "summary")
    was = (held.kind, held.agency_id)
    held.kind, held.summary = kind, summary.strip()
    held.due_on = due_day(held.reopened_on or held.received_on, kind)
    if held.state == State.NEW:
        held.state = State.SORTED
    finish(
        case=held, step=CaseEvent.Kind.SORTED, act="sort_case", by=by, now=now,
        kind=kind, before=was[0], due_on=held.due_on.isoformat(),
    )  # fmt: skip
    if name_people(case=held, postings=postings, by=by, now=now, on=on):
        held.save()
    if held.agency_id != was[1]:
        tell_receivers(Word.ARRIVED, held, now)
    return True


@transaction.atomic
def assign_case(*, case: Case, assignee: User, revision: int, by: User, now: datetime) -> bool:
    """Give a case to somebody who serves in the agency that has it and whom it does not name."""
    on = timezone.localdate(now)
    held = held_case(case, revision, CaseEvent.Kind.ASSIGNED, by, now)
    if held is None:
        return False
    check_can_sort(by, held, on)
    check_is_readable(held)
    check_act(Act.ASSIGN, held)
    if assignee.pk not in {person.pk for person in assignable_people(held, now)}:
        raise ValidationError(
            {"assignee": _("This person does not serve in the agency that has the remark.")}
        )
    held.assignee, held.state = assignee, State.ASSIGNED
    finish(case=held, step=CaseEvent.Kind.ASSIGNED, act="assign_case", by=by, now=now, to=assignee.pk)
    tell(Word.ASSIGNED, held, {assignee.pk} - {by.pk}, now)
    return True


def assignable_people(case: Case, now: datetime) -> list[User]:
    """Who may deal with a case: may sign in, serves in its agency today, and is not named by it."""
    named = set(case.subjects.values_list("posting__person_id", flat=True))
    serving = serving_in(case.agency, timezone.localdate(now))
    people = {posting.person_id: posting.person for posting in serving if posting.person.is_active}
    found = [person for pk, person in people.items() if pk not in named]
    return sorted(found, key=lambda person: (person.name_order, person.pk))


@transaction.atomic
def move_case(*, case: Case, agency: Agency, reason: str, revision: int, by: User, now: datetime) -> bool:
    """Give a case to another agency, which must not be led by anybody whom it names.

    An agency above takes it over; any other is from now on the one that it is about.
    """
    on = timezone.localdate(now)
    held = held_case(case, revision, CaseEvent.Kind.MOVED, by, now)
    if held is None:
        return False
    check_can_sort(by, held, on)
    check_is_readable(held)
    check_act(Act.MOVE, held)
    need(reason, "reason")
    if agency.pk not in {target.pk for target in targets_of(held, now)}:
        raise ValidationError({"agency": _("Remarks are not given to this agency from here.")})
    people = set(held.subjects.values_list("posting__person_id", flat=True))
    if handling_agency(agency, people, on).pk != agency.pk:
        raise Refused(_("Somebody whom the remark names leads this agency; choose one above it."))
    before, above = held.agency_id, lineage_ids(held.concerns_id, on)
    if agency.pk not in above:
        held.concerns, held.point = agency, None
    held.agency, held.assignee = agency, None
    held.state = State.SORTED if held.kind else State.NEW
    finish(case=held, step=CaseEvent.Kind.MOVED, act="move_case", by=by, now=now, before=before, to=agency.pk)
    tell_receivers(Word.ARRIVED, held, now)
    return True


def targets_of(case: Case, now: datetime) -> list[Agency]:
    """The offices above the one that has the case, those beside it and those directly below it."""
    on = timezone.localdate(now)
    lineage = lineage_ids(case.agency_id, on)
    links = AgencyParent.objects.filter(on_day(on), parent_id__in=[case.agency_id, *lineage[1:2]])
    ids = {*lineage[1:], *links.values_list("agency_id", flat=True)} - {case.agency_id}
    offices = Agency.objects.in_force(on).filter(pk__in=ids, kind__in=Agency.OFFICE_KINDS)
    return list(offices.order_by("name", "pk"))


@transaction.atomic
def merge_case(*, case: Case, main: Case, revision: int, by: User, now: datetime) -> bool:
    """Say that a case is the same matter as another one; its citizen then reads the answer of the main one.

    Whoever one of them names is named by both.
    """
    on = timezone.localdate(now)
    Case.objects.select_for_update().filter(pk__in=[case.pk, main.pk]).order_by("pk").count()
    held = held_case(case, revision, CaseEvent.Kind.MERGED, by, now)
    if held is None:
        return False
    check_can_sort(by, held, on)
    check_act(Act.MERGE, held)
    into = mergeable_cases(held, by, now).filter(pk=main.pk).first()
    if into is None:
        raise ValidationError({"main": _("Choose another remark that the same agency has.")})
    named = Posting.objects.filter(pk__in=held.subjects.values("posting_id"))
    named = named | Posting.objects.filter(pk__in=into.subjects.values("posting_id"))
    everybody = list(named.distinct())
    held.state, held.merged_into, held.assignee = State.MERGED, into, None
    held.closed_on = on
    finish(case=held, step=CaseEvent.Kind.MERGED, act="merge_case", by=by, now=now, into=into.pk)
    if into.state == State.ANSWERED:
        queue_mail(case=held, kind=OutgoingMail.Kind.ANSWER, now=now)
    Case.objects.filter(merged_into=held).update(merged_into=into)
    for one in (held, into):
        if name_people(case=one, postings=everybody, by=by, now=now, on=on):
            one.revision += 1
            one.save()
    return True


def mergeable_cases(case: Case, user: User, now: datetime) -> CaseQuerySet:
    """Those with which a case may be one: of the same agency, listed for the reader, not merged."""
    on = timezone.localdate(now)
    found = listed_cases(user, on).filter(agency=case.agency_id, merged_into=None, erased_at=None)
    return found.exclude(pk=case.pk).exclude(state__in=(State.MERGED, State.CLOSED, State.FORWARDED))
