"""Whom a case names, and which agency may therefore deal with it."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from conduct.agencies.branches import surroundings_of
from conduct.agencies.models import Agency, Posting, Role, RoleGrant, User, on_day
from conduct.agencies.tree import lineage_ids, office_of
from conduct.audit.services import record
from conduct.dossiers.models import Dossier
from conduct.notices.services import take_back
from surveys.models import DeskOfficer, ServicePoint

from ..models import Case, CaseEvent, CaseSubject
from ..rules.naming import named_in


def serving_in(office: Agency, on: date) -> list[Posting]:
    """Who serves in the office itself, without the offices below it."""
    own = surroundings_of(office.pk, on).own
    found = Posting.objects.in_force(on).filter(agency_id__in=own)
    return list(found.select_related("person", "agency").order_by("pk"))


def staff_of(office: Agency, on: date) -> list[Posting]:
    """Who serves in the office itself, and whoever else could come to read its cases by a role."""
    around = surroundings_of(office.pk, on)
    granted = RoleGrant.objects.filter(
        on_day(on, "starts_on", "ends_on"), agency_id__in=around.own.union(around.above)
    )
    found = Posting.objects.in_force(on).filter(
        Q(agency_id__in=around.own) | Q(person_id__in=granted.values("person_id"))
    )
    return list(found.select_related("person", "agency").order_by("pk"))


def heads_of(office: Agency, on: date) -> list[Posting]:
    """Who leads the office: its head and deputies by posting, and whoever holds the role of its head."""
    heads = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), agency=office, role=Role.HEAD)
    found = Posting.objects.in_force(on).filter(
        Q(agency=office, is_leader=True) | Q(person_id__in=heads.values("person_id"))
    )
    return list(found.order_by("pk"))


def find_named(
    *,
    text: str,
    office: Agency,
    point: ServicePoint | None,
    on: date,
    dossier: Dossier | None = None,
    about_heads: bool = False,
) -> list[Posting]:
    """Whom a text is about: full names of the staff, the only officer of the desk, who worked on the dossier,
    and the heads when it says so."""
    staff = {posting.pk: posting for posting in staff_of(office, on)}
    named = named_in(text, ((pk, posting.person.full_name) for pk, posting in staff.items()))
    found = [staff[pk] for pk in sorted(named)]
    if point is not None:
        at_desk = DeskOfficer.objects.on(on).filter(point=point).select_related("posting")
        officers = {officer.posting_id: officer.posting for officer in at_desk}
        if len(officers) == 1:
            found += officers.values()
    if dossier is not None and dossier.posting is not None:
        found.append(dossier.posting)
    if about_heads:
        found += heads_of(office, on)
    return list({posting.pk: posting for posting in found}.values())


def heads_without_posting(*, text: str, office: Agency, on: date, about_heads: bool) -> set[int]:
    """People who head the office or an agency above by a role alone and whom a case is about.

    A case names postings, so it cannot name them; it can only be given to an agency that they do not head.
    """
    lineage = lineage_ids(office.pk, on)
    grants = RoleGrant.objects.filter(
        on_day(on, "starts_on", "ends_on"), agency_id__in=lineage, role=Role.HEAD
    ).exclude(person_id__in=Posting.objects.in_force(on).values("person_id"))
    rows = list(grants.values_list("person_id", "person__full_name", "agency_id"))
    named = set(named_in(text, ((person_id, name) for person_id, name, _agency in rows)))
    here = {person_id for person_id, _name, agency_id in rows if agency_id == office.pk}
    return named | here if about_heads else named


def handling_agency(office: Agency, people: Collection[int], on: date) -> Agency:
    """The nearest office, from this one upwards, of which none of these people is a head or a deputy head.

    One above must be above **every** office that they lead. Without one the office itself keeps the case, and
    those whom it names still neither see nor handle it.
    """
    if not people:
        return office
    lineage = lineage_ids(office.pk, on)
    led = set(
        Posting.objects.in_force(on)
        .filter(person_id__in=people, agency_id__in=lineage, is_leader=True)
        .values_list("agency_id", flat=True)
    ) | set(
        RoleGrant.objects.filter(
            on_day(on, "starts_on", "ends_on"), person_id__in=people, agency_id__in=lineage, role=Role.HEAD
        ).values_list("agency_id", flat=True)
    )
    if not led:
        return office
    free = lineage[max(lineage.index(pk) for pk in led) + 1 :]
    offices = Agency.objects.in_bulk(free)
    return next((offices[pk] for pk in free if offices[pk].is_office), office)


def name_people(*, case: Case, postings: Iterable[Posting], by: User | None, now: datetime, on: date) -> bool:
    """Set whom a case names. Those added lose it at once, with its lines in their inbox; it moves above its
    new heads. The caller holds the case and writes its own audit row; returns whether anything changed.
    """
    wanted = {posting.pk: posting for posting in postings}
    known = set(case.subjects.values_list("posting_id", flat=True))
    if known == set(wanted):
        return False
    case.subjects.exclude(posting_id__in=wanted).delete()
    CaseSubject.objects.bulk_create(
        CaseSubject(case=case, posting=posting) for pk, posting in wanted.items() if pk not in known
    )
    people = {posting.person_id for posting in wanted.values()}
    take_back(recipient_ids=people, key_start=notice_key(case, ""))
    if case.assignee_id in people:
        case.assignee = None
        case.state = Case.State.SORTED if case.kind else Case.State.NEW
    moved = _move_above(case, people, by, now, on)
    record(
        act="feedback.name_people", by=by, obj=case, agency=case.agency, now=now,
        data={"postings": sorted(wanted), "before": sorted(known), "moved": moved},
    )  # fmt: skip
    return True


def _move_above(case: Case, people: Collection[int], by: User | None, now: datetime, on: date) -> bool:
    """Give it to the nearest office that none of them leads; a case once above does not come down again."""
    target = handling_agency(office_of(case.agency, on), people, on)
    if target.pk == case.agency_id:
        return False
    add_event(case, CaseEvent.Kind.MOVED, by, now, data={"from": case.agency_id, "to": target.pk})
    case.agency, case.assignee = target, None
    case.state = Case.State.SORTED if case.kind else Case.State.NEW
    return True


def add_event(
    case: Case,
    kind: str,
    by: User | None,
    now: datetime,
    *,
    sealed: bytes = b"",
    data: dict[str, Any] | None = None,
) -> None:
    """A step in the life of a case."""
    CaseEvent.objects.create(case=case, kind=kind, at=now, by=by, sealed_text=sealed, data=data or {})


def notice_key(case: Case, what: str) -> str:
    """Begins with the case, so that its lines can be taken out of an inbox again."""
    return f"feedback.case:{case.pk}:{what}"
