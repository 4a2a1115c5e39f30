"""Who keeps kiosks: whoever keeps the service points (permissions.points)."""

from datetime import date

from conduct.agencies.models import User
from conduct.agencies.permissions import reach_ids

from ..models import ServicePoint, ServicePointQuerySet
from .points import KEEPING


def points_for_kiosks(user: User, on: date) -> ServicePointQuerySet:
    """The open points in the person's charge, at which a tablet can stand."""
    open_ones = ServicePoint.objects.filter(is_open=True, agency_id__in=reach_ids(user, on, *KEEPING))
    return open_ones.select_related("agency").order_by("agency__search", "name")
