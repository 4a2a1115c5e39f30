"""Who types what citizens said on paper or on the telephone: never somebody who sits at that desk."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import Role, User
from conduct.agencies.permissions import Refused, check_holds, reach_ids

from ..models import DeskOfficer, ServicePoint, ServicePointQuerySet

TYPING = (Role.OPERATOR, Role.OFFICE_ADMIN, Role.HEAD)


def _sits_at(user: User, days: Collection[date]) -> set[int]:
    """The points at whose desk the person sits on one of these days."""
    sits: set[int] = set()
    for day in set(days):
        rows = DeskOfficer.objects.on(day).filter(posting__person=user)
        sits.update(rows.values_list("point_id", flat=True))
    return sits


def points_to_type(user: User, on: date) -> ServicePointQuerySet:
    """The points whose forms the person may enter that day, closed ones too, since paper comes late."""
    mine = ServicePoint.objects.filter(agency_id__in=reach_ids(user, on, *TYPING))
    others = mine.exclude(pk__in=_sits_at(user, [on]))
    return others.select_related("agency").order_by("agency__search", "name")


def types_answers(user: User, point: ServicePoint, roles: Collection[str], on: date) -> bool:
    """Whether somebody who holds these roles there may enter what citizens said of this point."""
    return not set(TYPING).isdisjoint(roles) and point.pk not in _sits_at(user, [on])


def check_can_type(user: User, point: ServicePoint, given_on: date, on: date) -> None:
    """Raise without the role, and for who sits at the desk today or sat there on the day of the form."""
    check_holds(user, point.agency, on, *TYPING)
    if point.pk in _sits_at(user, [given_on, on]):
        raise Refused(
            _("Whoever sits at %(desk)s does not enter its forms; another person does.")
            % {"desk": point.name}
        )
