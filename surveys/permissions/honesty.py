"""Who watches over ratings: leaders, inspectors and the office administrator, never for their own desk."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import Refused, check_holds, holds, reach_ids
from conduct.kernel.months import Month

from ..models import DeskOfficer, ServicePoint, ServicePointQuerySet

WATCHING = (Role.SUPERVISOR, Role.HEAD, Role.INSPECTOR, Role.OFFICE_ADMIN)
# Counts of an open month stay hidden below the head (design 5.4), so nobody below decides about its forms.
DECIDING = (Role.HEAD, Role.INSPECTOR)


def own_desk_ids(user: User, month: Month) -> set[int]:
    """The desks at which a person sat on some day of a month: what citizens said there rates that person."""
    sat = DeskOfficer.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=month.first),
        posting__person=user,
        starts_on__lte=month.last,
    )
    return set(sat.values_list("point_id", flat=True))


def watched_agencies(user: User, on: date) -> AgencyQuerySet:
    """The agencies with service points that a person watches over that day."""
    reached = Agency.objects.in_force(on).filter(pk__in=reach_ids(user, on, *WATCHING))
    return reached.filter(pk__in=ServicePoint.objects.values("agency_id")).order_by("search")


def check_watches(user: User, agencies: AgencyQuerySet) -> None:
    """Raise for somebody who watches over no desk at all."""
    if not agencies.exists():
        raise Refused(_("Only those who lead, inspect or administer an office see how its ratings come in."))


def watched_points(user: User, agency: Agency, month: Month) -> ServicePointQuerySet:
    """The desks of an agency without those at which the person sat that month."""
    return ServicePoint.objects.filter(agency=agency).exclude(pk__in=own_desk_ids(user, month))


def decides(user: User, agency: Agency, on: date) -> bool:
    """Whether the person sees the open month of this agency, and may let forms count again."""
    return holds(user, agency, on, *DECIDING)


def check_can_reinstate(user: User, point: ServicePoint, month: Month, on: date) -> None:
    """Raise unless the person decides there and is not rated by the forms of this desk."""
    check_holds(user, point.agency, on, *DECIDING)
    if point.pk in own_desk_ids(user, month):
        raise Refused(
            _("Nobody decides about forms of the own desk; ask the head of the office or of the one above.")
        )
