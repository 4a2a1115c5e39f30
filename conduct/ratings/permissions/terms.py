"""Who sets the terms of an office's rating: its head or office administrator, or those of an agency above."""

from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import Refused, check_holds, reach_ids

SETTING = (Role.HEAD, Role.OFFICE_ADMIN)


def settable_offices(user: User, on: date) -> AgencyQuerySet:
    """The offices whose terms this person may set that day. Raises Refused when there is none."""
    reached = reach_ids(user, on, *SETTING)
    if not reached:
        raise Refused(_("The terms of rating are set by the head or the office administrator."))
    return Agency.objects.in_force(on).filter(pk__in=reached, kind__in=Agency.OFFICE_KINDS)


def check_can_set_terms(user: User, office: Agency, on: date) -> None:
    """Raise with the roles that would be needed."""
    check_holds(user, office, on, *SETTING)
