"""Who sees, reads, sorts and answers cases. Whoever a case names is outside all of it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Role, User
from conduct.agencies.permissions import (
    Refused,
    check_holds,
    granted_ids,
    reach_ids,
    seen_and_reach_ids,
)
from conduct.agencies.tree import standing_of

from ..models import Case, CaseQuerySet
from ..rules.cases import Act, may

# Roles that take remarks in, sort and assign them.
RECEIVING = (Role.OPERATOR, Role.OFFICE_ADMIN, Role.HEAD)
# Roles that speak for the office in public.
PUBLISHING = (Role.OFFICE_ADMIN, Role.HEAD)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do with one case that is visible to that person."""

    sorts: bool
    handles: bool
    publishes: bool
    reads_words: bool


def listed_cases(user: User, on: date) -> CaseQuerySet:
    """The cases of which a person may know: none that names the person.

    Who receives feedback sees all of the agency; the assignee the own ones; everybody else in reach those
    that have a summary without personal data.
    """
    seen, received = seen_and_reach_ids(user, on, *RECEIVING)
    listed = Q(agency_id__in=received) | Q(assignee=user) | ~Q(summary="")
    return Case.objects.not_naming(user).filter(listed, agency_id__in=seen)


def rights_of(user: User, case: Case, on: date) -> Rights:
    """What the reader of a listed case may do. One statement."""
    held = standing_of(user.pk, case.agency_id, on).roles
    sorts, publishes = bool(held & set(RECEIVING)), bool(held & set(PUBLISHING))
    handles = sorts or case.assignee_id == user.pk
    return Rights(sorts, handles, publishes, handles or case.shares_words)


def check_is_not_named(user: User, case: Case) -> None:
    """Nobody deals with a matter that names them. Asked again inside every act: it may name them since."""
    if case.subjects.filter(posting__person=user).exists():
        raise Refused(_("This remark is dealt with by somebody else."))


def check_can_sort(user: User, case: Case, on: date) -> None:
    """Receivers of feedback, administrators and heads of the agency that has the case, or above it."""
    check_is_not_named(user, case)
    check_holds(user, case.agency, on, *RECEIVING)


def check_can_handle(user: User, case: Case, on: date) -> None:
    """The assignee, and whoever may sort it."""
    check_is_not_named(user, case)
    if case.assignee_id != user.pk:
        check_holds(user, case.agency, on, *RECEIVING)


def check_can_publish(user: User, case: Case, on: date) -> None:
    """Who speaks for the office, and only when the citizen agreed."""
    check_is_not_named(user, case)
    check_holds(user, case.agency, on, *PUBLISHING)
    if not case.citizen_agrees_public:
        raise Refused(_("The citizen has not agreed that remark and answer are made public."))


def check_act(act: Act, case: Case) -> None:
    """Only some acts follow on each other (rules.cases)."""
    if not may(act, case.state, case.kind):
        raise Refused(
            _("This cannot be done with a remark that is “%(state)s”.") % {"state": case.get_state_display()}
        )


def check_is_readable(case: Case) -> None:
    """What was erased at the citizen's wish is not worked on any more."""
    if case.erased_at is not None:
        raise Refused(_("The words of this remark were erased; nothing more is done with it."))


def entering_ids(user: User, on: date) -> set[int]:
    """The agencies for which a person may enter what was told or written to the office."""
    return reach_ids(user, on, *RECEIVING)


def check_can_receive(user: User, on: date) -> None:
    """Whoever holds one of the receiving roles anywhere."""
    if not granted_ids(user, on, *RECEIVING):
        raise Refused(
            _("Only receivers of feedback, administrators and heads of an office enter and sort remarks.")
        )


def check_can_keep_templates(user: User, agency: Agency, on: date) -> None:
    """Templates of an office are kept by those who sort its remarks."""
    check_holds(user, agency, on, *RECEIVING)
