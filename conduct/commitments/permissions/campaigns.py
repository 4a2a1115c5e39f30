"""Who may open a campaign, see who has signed, and excuse people."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, Role, User
from conduct.agencies.permissions import Refused, check_holds, reach_ids
from models_catalog.models import Adoption, ConductModel, ModelVersion

from ..models import NAMING, Campaign

OPENING = (Role.HEAD, Role.OFFICE_ADMIN)


def check_can_open_campaigns(user: User, agencies: Iterable[Agency], on: date) -> None:
    """The head or the administrator of each of these offices, or of an agency above."""
    reach = reach_ids(user, on, *OPENING)
    for agency in agencies:
        if agency.pk not in reach:
            check_holds(user, agency, on, *OPENING)


def adoptions_to_open(reach: Collection[int], on: date) -> QuerySet[Adoption]:
    """The adopted models of these agencies for which a campaign may be opened."""
    return (
        Adoption.objects.in_force(on)
        .filter(
            agency_id__in=reach,
            version__state=ModelVersion.State.PUBLISHED,
            version__model__judged=ConductModel.Judged.PERSON,
        )
        .select_related("agency", "version__model")
        .order_by("agency__search", "version__model__name_order", "pk")
    )


def naming_ids(user: User, on: date) -> set[int]:
    """The agencies whose people this person may see by name in a campaign, and excuse."""
    return reach_ids(user, on, *NAMING)


def check_can_name_people(user: User, agency_ids: Iterable[int], on: date) -> set[int]:
    """Those of these agencies whose people the person may see by name; Refused when there are none."""
    if named := naming_ids(user, on).intersection(agency_ids):
        return named
    raise Refused(_("Names are for those who lead or administer the office."))


def check_is_running(campaign: Campaign, on: date) -> None:
    """Nobody is excused from a campaign, or declines it, once its year is over."""
    if on.year > campaign.year:
        raise Refused(_("Signing for %(year)s has ended.") % {"year": campaign.year})


def check_can_excuse(user: User, campaign: Campaign, postings: Iterable[Posting], on: date) -> None:
    """Who leads or administers the person's agency, for others only, while the campaign lasts."""
    check_is_running(campaign, on)
    reach = naming_ids(user, on)
    for posting in postings:
        if posting.person_id == user.pk:
            raise Refused(_("Nobody excuses himself or herself; ask the head of the office."))
        if posting.agency_id not in reach:
            check_holds(user, posting.agency, on, *NAMING)


def check_can_decline(user: User, campaign: Campaign, posting: Posting, on: date) -> None:
    """One's own posting, once signing has begun and while the campaign lasts."""
    if posting.person_id != user.pk:
        raise Refused(_("Only the person concerned declines to sign."))
    if on < campaign.opens_on:
        raise Refused(_("Signing has not begun."))
    check_is_running(campaign, on)
