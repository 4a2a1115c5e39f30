"""Who watches over ratings: leaders, inspectors and the office administrator, never for their own desk."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Role, User
from conduct.agencies.permissions import Refused, check_holds, reach_ids
from conduct.kernel.months import Month

from ..models import DeskOfficer, ServicePoint, ServicePointQuerySet

WATCHING = (Role.SUPERVISOR, Role.HEAD, Role.INSPECTOR, Role.OFFICE_ADMIN)
# Counts of an open month stay hidden below the head (design 5.4), so nobody below decides about its forms.
DECIDING = (Role.HEAD, Role.INSPECTOR)


def own_desks(user: User, month: Month) -> QuerySet[DeskOfficer]:
    """The desks at which a person sat on some day of a month: what citizens said there rates that person."""
    return DeskOfficer.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=month.first),
        posting__person=user,
        starts_on__lte=month.last,
    )


def watched_agencies(user: User, on: date) -> list[Agency]:
    """The agencies with service points that a person watches over that day; Refused when there are none."""
    reached = Agency.objects.in_force(on).filter(pk__in=reach_ids(user, on, *WATCHING))
    watched = list(reached.filter(pk__in=ServicePoint.objects.values("agency_id")).order_by("search"))
    if not watched:
        raise Refused(_("Only those who lead, inspect or administer an office see how its ratings come in."))
    return watched


def watched_points(user: User, agency: Agency, month: Month) -> ServicePointQuerySet:
    """The desks of an agency without those at which the person sat that month."""
    return ServicePoint.objects.filter(agency=agency).exclude(
        pk__in=own_desks(user, month).values("point_id")
    )


def decides(roles: Collection[str]) -> bool:
    """Whether somebody with these roles over an agency sees its open month and lets forms count again."""
    return not set(DECIDING).isdisjoint(roles)


def check_can_reinstate(user: User, point: ServicePoint, month: Month, on: date) -> None:
    """Raise unless the person decides there and is not rated by the forms of this desk."""
    check_holds(user, point.agency, on, *DECIDING)
    if own_desks(user, month).filter(point=point).exists():
        raise Refused(
            _("Nobody decides about forms of the own desk; ask the head of the office or of the one above.")
        )
