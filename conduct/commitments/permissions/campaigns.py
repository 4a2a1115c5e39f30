"""Who may open a campaign, see who has signed, and sign."""

from datetime import date

from django.db.models import QuerySet

from conduct.agencies.models import Agency, Role, User
from conduct.agencies.permissions import check_holds, reach_ids
from models_catalog.models import Adoption, ConductModel, ModelVersion

from ..models import NAMING

OPENING = (Role.HEAD, Role.OFFICE_ADMIN)


def check_can_open_campaign(user: User, agency: Agency, on: date) -> None:
    """The head or the administrator of the office, or of an agency above."""
    check_holds(user, agency, on, *OPENING)


def adoptions_to_open(user: User, on: date) -> QuerySet[Adoption]:
    """The adopted models for which this person may open a campaign."""
    return (
        Adoption.objects.in_force(on)
        .filter(
            agency_id__in=reach_ids(user, on, *OPENING),
            version__state=ModelVersion.State.PUBLISHED,
            version__model__judged=ConductModel.Judged.PERSON,
        )
        .select_related("agency", "version__model")
        .order_by("agency__search", "version__model__name_order", "pk")
    )


def naming_ids(user: User, on: date) -> set[int]:
    """The agencies whose people this person may see by name in a campaign."""
    return reach_ids(user, on, *NAMING)
