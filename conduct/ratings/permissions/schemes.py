"""Who may see and change rating schemes: the country's, those of catalogue editors of the highest agency."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, AgencyParent, AgencyQuerySet, Role, RoleGrant, User, on_day
from conduct.agencies.permissions import Refused, holds, own_office_ids, reach_ids, seen_and_reach_ids
from conduct.agencies.tree import lineages_of

from ..models import RatingScheme

KEEPING = (Role.CATALOGUE_EDITOR, Role.SYSTEM_ADMIN)


def keeps_country(user: User, on: date) -> bool:
    """Whether the person keeps the schemes of the whole country: by a role at an agency with none above."""
    above = AgencyParent.objects.filter(on_day(on), agency=OuterRef("agency"))
    grants = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), person=user, role__in=KEEPING)
    return grants.filter(~Exists(above)).exists()


def keepable_offices(user: User, on: date) -> AgencyQuerySet:
    """The offices for which the person may keep schemes of their own."""
    reached = reach_ids(user, on, *KEEPING)
    return Agency.objects.in_force(on).filter(pk__in=reached, kind__in=Agency.OFFICE_KINDS)


def may_keep(user: User, keeper: Agency | None, on: date) -> bool:
    """Whether the person may change the schemes of this keeper (None: of the country)."""
    return keeps_country(user, on) if keeper is None else holds(user, keeper, on, *KEEPING)


def check_can_keep(user: User, keeper: Agency | None, on: date) -> None:
    """Raise with who could."""
    if may_keep(user, keeper, on):
        return
    if keeper is None:
        raise Refused(
            _("Schemes for the whole country are changed by the catalogue editors of the highest agency.")
        )
    raise Refused(
        _("Schemes of %(agency)s are changed by its catalogue editor or a system administrator.")
        % {"agency": keeper.name}
    )


def check_can_change(user: User, scheme: RatingScheme, on: date) -> None:
    """A published scheme never changes, whoever asks."""
    check_can_keep(user, scheme.keeper, on)
    if scheme.state != RatingScheme.State.DRAFT:
        raise Refused(_("A published scheme never changes; begin a new version from a copy."))


def visible_schemes(user: User, on: date) -> QuerySet[RatingScheme]:
    """The country's, those of agencies seen or above the own office; drafts for those who keep them."""
    lineages = lineages_of(own_office_ids(user, on), on)
    below, reached = seen_and_reach_ids(user, on, *KEEPING)
    seen, kept = below.union(*lineages.values()), Q(keeper_id__in=reached)
    if keeps_country(user, on):
        kept |= Q(keeper__isnull=True)
    published = ~Q(state=RatingScheme.State.DRAFT) & (Q(keeper__isnull=True) | Q(keeper_id__in=seen))
    return RatingScheme.objects.select_related("keeper").filter(published | kept)
