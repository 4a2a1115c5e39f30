"""Who inspects: whoever is an inspector of the agency or of one above; nobody examines themselves."""

from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import Refused, check_holds, reach_ids

from ..models import Inspection


def agencies_to_inspect(user: User, on: date) -> AgencyQuerySet:
    """The agencies that the person may inspect that day, by name."""
    return Agency.objects.in_force(on).filter(pk__in=reach_ids(user, on, Role.INSPECTOR)).order_by("search")


def check_can_inspect(user: User, agency: Agency, on: date) -> None:
    """An inspector of the agency or of one above."""
    check_holds(user, agency, on, Role.INSPECTOR)


def check_can_write(user: User, inspection: Inspection, on: date) -> None:
    """Only its inspector writes in an inspection, until it is finished."""
    if inspection.inspector_id != user.pk:
        raise Refused(_("Only the inspector who made this visit writes in it."))
    check_can_inspect(user, inspection.agency, on)
    if inspection.done_at is not None:
        raise Refused(_("This inspection is finished; its lines do not change any more."))
