"""Who sees the signals: the head of the office, or of an agency above."""

from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import Refused, reach_ids


def headed_offices(user: User, on: date) -> AgencyQuerySet:
    """The offices that this person heads that day. Raises Refused for whoever heads none."""
    reached = reach_ids(user, on, Role.HEAD)
    if not reached:
        raise Refused(_("Signals are questions for the head of the office."))
    return Agency.objects.in_force(on).filter(pk__in=reached, kind__in=Agency.OFFICE_KINDS)
