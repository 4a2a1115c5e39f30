"""Who takes results out: the head and the office administrator of the office, or of an agency above it."""

from datetime import date

from django.db.models import Q

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import check_holds, reach_ids

EXPORTING = (Role.HEAD, Role.OFFICE_ADMIN)


def exporting_ids(user: User, on: date) -> set[int]:
    """The agencies whose results this person may take out that day."""
    return reach_ids(user, on, *EXPORTING)


def exporting_offices(user: User, on: date) -> AgencyQuerySet:
    """The offices among them."""
    return Agency.objects.filter(Q(kind__in=Agency.OFFICE_KINDS), pk__in=exporting_ids(user, on))


def check_can_export(user: User, office: Agency, on: date) -> None:
    """Raises Refused for everybody else."""
    check_holds(user, office, on, *EXPORTING)
