"""Who knows of letters of apology, writes and signs them. Whoever the case names is outside all of it."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, Role, RoleGrant, User, on_day
from conduct.agencies.permissions import LEADING, READING, Refused, holds, seen_and_reach_ids

from ..models import Apology, ApologyQuerySet, Case
from .cases import check_is_not_named

# Roles that prepare letters and see to it that they reach the citizen.
PREPARING = (Role.SUPERVISOR, Role.HEAD, Role.OFFICE_ADMIN, Role.OPERATOR)


def listed_apologies(user: User, on: date) -> ApologyQuerySet:
    """The letters of which a person may know: all for those who prepare, sign or inspect them.

    For the others those for dossiers in their own hands, never those about conduct.
    """
    seen, reached = seen_and_reach_ids(user, on, *PREPARING, *READING)
    led = Posting.objects.in_force(on).filter(person=user, is_leader=True)
    return Apology.objects.not_naming(user).filter(
        Q(office_id__in=reached)
        | Q(office_id__in=led.values("agency_id"))
        | Q(dossier__agency_id__in=reached, kind=Apology.Kind.OVERDUE)
        | Q(dossier__posting__person=user, kind=Apology.Kind.OVERDUE),
        office_id__in=seen,
    )


def may_write(user: User, apology: Apology, on: date) -> bool:
    """Whether ``check_can_write`` lets the person pass."""
    try:
        check_can_write(user, apology, on)
    except Refused:
        return False
    return True


def check_can_write(user: User, apology: Apology, on: date) -> None:
    """For a dossier: its officer, and who prepares letters there. After a case: who leads the office."""
    if apology.case is not None:
        check_is_not_named(user, apology.case)
        if not holds(user, apology.office, on, *LEADING):
            raise Refused(_("This letter is written by those who lead the office."))
        return
    dossier = apology.dossier
    if dossier is not None:
        if dossier.posting is not None and dossier.posting.person_id == user.pk:
            return
        if holds(user, dossier.agency, on, *PREPARING):
            return
    raise Refused(_("This letter is prepared by the officer of the dossier or those who lead the agency."))


def signing_posting(user: User, office: Agency, on: date) -> Posting | None:
    """The posting in which a person signs for the office: its head or a deputy. None for others."""
    here = Posting.objects.in_force(on).filter(person=user, agency=office)
    ordered = here.select_related("person", "agency").order_by("-is_leader", "-is_main", "pk")
    posting = ordered.first()
    if posting is None or posting.is_leader:
        return posting
    heads = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), person=user, agency=office)
    return posting if heads.filter(role=Role.HEAD).exists() else None


def check_can_sign(user: User, apology: Apology, on: date) -> Posting:
    """The head of the office or a deputy, whom the case does not name; returns in which posting."""
    if apology.case is not None:
        check_is_not_named(user, apology.case)
    posting = signing_posting(user, apology.office, on)
    if posting is None:
        raise Refused(
            _("Letters of apology are signed by the head of %(office)s or a deputy.")
            % {"office": apology.office.name}
        )
    return posting


def check_can_drop(user: User, apology: Apology, on: date) -> None:
    """Only the head of the office says that a letter is not needed."""
    if apology.case is not None:
        check_is_not_named(user, apology.case)
    if not holds(user, apology.office, on, Role.HEAD):
        raise Refused(_("Only the head of the office says that a letter of apology is not needed."))


def check_can_raise(user: User, case: Case, on: date) -> None:
    """Those who lead the agency of an upheld case, unless it names them; never for a denunciation."""
    check_is_not_named(user, case)
    if not holds(user, case.agency, on, *LEADING):
        raise Refused(_("Only those who lead the agency apologise for the conduct of its staff."))
    check_case_allows(case)


def check_case_allows(case: Case) -> None:
    """Only for a remark that was right, is no denunciation, and has not been erased."""
    if case.kind == Case.Kind.FORWARD:
        raise Refused(_("A complaint or denunciation is not settled by a letter of apology."))
    if not case.is_upheld:
        raise Refused(_("A letter of apology follows a remark that was found to be right."))
    if case.erased_at is not None:
        raise Refused(_("The remark was erased; there is nobody left to write to."))
