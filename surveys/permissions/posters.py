"""Who keeps the posters of an agency: its head, and whoever keeps its service points."""

from datetime import date

from conduct.agencies.models import Agency, Role, User
from conduct.agencies.permissions import check_holds, holds, reach_ids
from models_catalog.models import Adoption, AdoptionQuerySet

from ..models import ServicePoint, ServicePointQuerySet
from .points import KEEPING

HANGING = (Role.HEAD, *KEEPING)


def keeps_posters(user: User, agency: Agency, on: date) -> bool:
    """Whether the person may hang, check and take down posters of this agency."""
    return holds(user, agency, on, *HANGING)


def check_can_keep_posters(user: User, agency: Agency, on: date) -> None:
    """Raise with the names of the roles that would be needed."""
    check_holds(user, agency, on, *HANGING)


def adoptions_to_hang(user: User, on: date) -> AdoptionQuerySet:
    """The models that agencies in the person's charge keep that day, by agency and name."""
    kept = Adoption.objects.in_force(on).filter(agency_id__in=reach_ids(user, on, *HANGING))
    return kept.select_related("agency", "version__model").order_by(
        "agency__search", "version__model__name_order", "pk"
    )


def points_for_posters(user: User, on: date) -> ServicePointQuerySet:
    """The open points in the person's charge, whose QR code a poster can bear."""
    open_ones = ServicePoint.objects.filter(is_open=True, agency_id__in=reach_ids(user, on, *HANGING))
    return open_ones.select_related("agency").order_by("agency__search", "name")
