"""Who runs a survey round, who does its field work, who sees its result when."""

from datetime import date

from django.db.models import Case, When

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import check_holds, granted_ids, holds, reach_ids
from conduct.kernel.months import Month
from conduct.kernel.workdays import nth_working_day

from ..models import Round, RoundUnit

RUNNING = (Role.OFFICE_ADMIN, Role.HEAD, Role.SYSTEM_ADMIN)
FIELD = (Role.OPERATOR, *RUNNING)
_MONTH_CLOSES_ON = 5  # the working day of the next month


def agencies_to_survey(user: User, on: date) -> AgencyQuerySet:
    """The offices for which the person may set up rounds, those first on which a role was granted."""
    own = granted_ids(user, on, *RUNNING)
    offices = Agency.objects.in_force(on).filter(
        pk__in=reach_ids(user, on, *RUNNING), kind__in=Agency.OFFICE_KINDS
    )
    return offices.annotate(is_own=Case(When(pk__in=own, then=0), default=1)).order_by("is_own", "search")


def check_can_run_round(user: User, agency: Agency, on: date) -> None:
    """Raise with the names of the roles that would be needed to set up or close a round."""
    check_holds(user, agency, on, *RUNNING)


def runs_round(user: User, found: Round, on: date) -> bool:
    """Whether the person may close the round."""
    return holds(user, found.agency, on, *RUNNING)


def field_ids(user: User, on: date) -> set[int]:
    """The agencies in which the person does field work."""
    return reach_ids(user, on, *FIELD)


def check_can_do_field_work(user: User, unit: RoundUnit, on: date) -> None:
    """Raise without the right to draw the sample of a unit, see its names and type its forms."""
    check_holds(user, unit.agency, on, *FIELD)


def sees_result(user: User, found: Round, on: date) -> bool:
    """Whether the result is open to the person: never before the round is closed; to those below the head
    not before the month of its last day is closed (design: open months are hidden from them)."""
    if found.closed_at is None:
        return False
    after = nth_working_day(Month.of(found.ends_on).next(), _MONTH_CLOSES_ON)
    return on > after or holds(user, found.agency, on, Role.HEAD)
