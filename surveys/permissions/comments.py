"""Who reads the comments of an agency, sorts them, and blackens words in them."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyQuerySet, Role, User
from conduct.agencies.permissions import Refused, check_holds, holds, reach_ids

from ..models import DeskOfficer, Response, ServicePoint

READING = (Role.SUPERVISOR, Role.HEAD, Role.OFFICE_ADMIN)
BLACKENING = (Role.HEAD, Role.OFFICE_ADMIN)


def commented_agencies(user: User, on: date) -> AgencyQuerySet:
    """The agencies with desks whose comments the person may read; those where something was written first."""
    desks = ServicePoint.objects.filter(agency_id__in=reach_ids(user, on, *READING))
    said = Response.objects.filter(agency=OuterRef("pk")).exclude(comment="")
    found = Agency.objects.filter(pk__in=desks.values("agency_id"))
    return found.order_by(Exists(said).desc(), "search")


def check_can_read_comments(user: User, agency: Agency, on: date) -> None:
    """Raise with the names of the roles that would be needed."""
    check_holds(user, agency, on, *READING)


def may_blacken(user: User, agency: Agency, on: date) -> bool:
    """Whether the person may blacken words of this agency's comments at all."""
    return holds(user, agency, on, *BLACKENING)


def check_can_blacken(user: User, point_id: int, month: date, next_month: date, on: date) -> None:
    """Raise without the right, and for whoever sat at the desk in the month of the comment."""
    sat = DeskOfficer.objects.filter(point=OuterRef("pk"), posting__person=user, starts_on__lt=next_month)
    asked = ServicePoint.objects.filter(pk=point_id).select_related("agency")
    point = asked.annotate(reader_sat=Exists(sat.exclude(ends_on__lt=month))).get()
    check_holds(user, point.agency, on, *BLACKENING)
    if vars(point)["reader_sat"]:
        raise Refused(_("This comment may speak of you; ask somebody else to blacken words in it."))
