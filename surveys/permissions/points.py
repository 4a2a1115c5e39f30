"""Who keeps the service points of an agency: its office administrator, or that of an agency above it."""

from datetime import date

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import check_holds, holds, reach_ids

KEEPING = (Role.OFFICE_ADMIN, Role.SYSTEM_ADMIN)


def keeps_points(user: User, agency: Agency, on: date) -> bool:
    """Whether the person may create, change and close points of this agency."""
    return holds(user, agency, on, *KEEPING)


def check_can_keep_points(user: User, agency: Agency, on: date) -> None:
    """Raise with the names of the roles that would be needed."""
    check_holds(user, agency, on, *KEEPING)


def agencies_with_points(user: User, on: date) -> AgencyQuerySet:
    """The agencies for which the person may create points that day."""
    return Agency.objects.in_force(on).filter(pk__in=reach_ids(user, on, *KEEPING))
