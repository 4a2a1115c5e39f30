"""Who invites people after their dossier: the head and the office administrator, never an officer."""

from datetime import date

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import check_holds, reach_ids

from ..models import ServicePoint, ServicePointQuerySet

INVITING = (Role.OFFICE_ADMIN, Role.HEAD, Role.SYSTEM_ADMIN)


def check_can_invite(user: User, agency: Agency, on: date) -> None:
    """Raise with the names of the roles that would be needed."""
    check_holds(user, agency, on, *INVITING)


def agencies_to_invite(user: User, on: date) -> AgencyQuerySet:
    """The agencies whose finished dossiers the person may follow with invitations."""
    return Agency.objects.in_force(on).filter(pk__in=reach_ids(user, on, *INVITING))


def points_to_invite(user: User, on: date) -> ServicePointQuerySet:
    """The open points to which invitations may speak."""
    open_ones = ServicePoint.objects.filter(is_open=True, agency_id__in=reach_ids(user, on, *INVITING))
    return open_ones.select_related("agency").order_by("agency__search", "name")
