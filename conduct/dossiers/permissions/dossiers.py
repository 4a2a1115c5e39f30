"""Who brings in the list of dossiers, sets the target, and reads figures by officer."""

from datetime import date

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import LEADING, check_holds, reach_ids
from conduct.agencies.tree import Standing

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


def keeps_dossiers(standing: Standing) -> bool:
    """Whether the person brings in the list of an agency and sets its target."""
    return not standing.roles.isdisjoint(KEEPING)


def reads_officers(standing: Standing) -> bool:
    """Figures by officer are for those who supervise or head the agency."""
    return not standing.roles.isdisjoint(LEADING)
