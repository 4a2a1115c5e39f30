"""Who runs an undertaking, who records help, and who may read a household's name."""

from datetime import date

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import LEADING, check_holds, holds, reach_ids
from conduct.agencies.tree import subtree_ids

RUNNING = (Role.HEAD, Role.OFFICE_ADMIN)
RECORDING = (*LEADING, Role.OFFICE_ADMIN)


def check_can_run_undertaking(user: User, agency: Agency, on: date) -> None:
    """The head or the administrator of the agency, or of one above."""
    check_holds(user, agency, on, *RUNNING)


def runs_undertaking(user: User, agency: Agency, on: date) -> bool:
    """Whether the person may enter beneficiaries, units and outcomes."""
    return holds(user, agency, on, *RUNNING)


def check_can_record_help(user: User, unit: Agency, on: date) -> None:
    """Whoever leads or administers the unit, or an agency above it."""
    check_holds(user, unit, on, *RECORDING)


def recording_ids(user: User, on: date) -> set[int]:
    """The units for which the person may record help."""
    return reach_ids(user, on, *RECORDING)


def reads_names(user: User, agency: Agency, on: date) -> bool:
    """Whether the person leads or administers the agency of the undertaking: only they read a household's
    name."""
    return holds(user, agency, on, *RECORDING)


def agencies_to_run_for(user: User, on: date) -> AgencyQuerySet:
    """The agencies for which the person may open an undertaking."""
    return Agency.objects.in_force(on).filter(pk__in=reach_ids(user, on, *RUNNING)).order_by("search")


def units_of(agency: Agency, on: date) -> AgencyQuerySet:
    """The agency and everything below it that day: its units that can help."""
    return Agency.objects.in_force(on).filter(pk__in=subtree_ids([agency.pk], on)).order_by("search")
