"""Who says who sits at a desk and to which desk answers belong: the office, never the officer there."""

from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Role, User
from conduct.agencies.permissions import Refused, check_holds, holds, reach_ids

from ..models import DeskOfficer, ServicePoint, ServicePointQuerySet
from .points import KEEPING

STAFFING = (Role.HEAD, *KEEPING)


def keeps_desks(user: User, agency: Agency, on: date) -> bool:
    """Whether the person may say who sits at the desks of this agency."""
    return holds(user, agency, on, *STAFFING)


def check_can_keep_desks(user: User, agency: Agency, on: date) -> None:
    """Raise with the names of the roles that would be needed."""
    check_holds(user, agency, on, *STAFFING)


def check_can_reattribute(user: User, points: tuple[ServicePoint, ...], since: date, on: date) -> None:
    """Raise without the right at each desk, and for whoever sat at one of them since that day."""
    for point in points:
        check_can_keep_desks(user, point.agency, on)
    sat = DeskOfficer.objects.filter(point__in=points, posting__person=user, starts_on__lte=on)
    if sat.exclude(ends_on__lt=since).exists():
        raise Refused(
            _("Whoever sits at one of the two desks does not decide to which of them answers belong.")
        )


def points_to_lead_to(user: User, point: ServicePoint, on: date) -> ServicePointQuerySet:
    """The other desks in the person's charge to which a code may have belonged."""
    reached = reach_ids(user, on, *STAFFING)
    others = ServicePoint.objects.filter(agency_id__in=reached).exclude(pk=point.pk)
    return others.select_related("agency").order_by("agency__search", "name")
