"""Who brings in the list of dossiers, sets the target, and reads figures by officer."""

from datetime import date

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import check_holds, holds, leads, reach_ids

KEEPING = (Role.OFFICE_ADMIN, Role.HEAD, Role.SYSTEM_ADMIN)


def importable_agencies(user: User, on: date) -> AgencyQuerySet:
    """The agencies whose list the person may bring in that day."""
    return Agency.objects.in_force(on).filter(pk__in=reach_ids(user, on, *KEEPING))


def check_can_import(user: User, agency: Agency, on: date) -> None:
    """The office administrator, or the head, of the agency or above it."""
    check_holds(user, agency, on, *KEEPING)


def check_can_set_target(user: User, agency: Agency, on: date) -> None:
    """As the list: the office administrator, or the head, of the agency or above it."""
    check_holds(user, agency, on, *KEEPING)


def may_set_target(user: User, agency: Agency, on: date) -> bool:
    """Whether ``check_can_set_target`` lets the person pass."""
    return holds(user, agency, on, *KEEPING)


def may_read_officers(user: User, agency: Agency, on: date) -> bool:
    """Figures by officer are for those who supervise or head the agency."""
    return leads(user, agency, on)
