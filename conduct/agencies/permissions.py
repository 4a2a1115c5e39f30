"""Who may do what, where and when: roles are granted for an agency, reach its subtree, and have dates.

What a person may **see** is a set of agencies; what a person may **do** is a role held on the agency or
above it.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from .models import Agency, AgencyQuerySet, Posting, Role, RoleGrant, User, on_day
from .tree import (
    Standing,
    agency_and_standing,
    led_ids,
    lineage_ids,
    office_of,
    reached_ids,
    seen_and_reached,
    seen_ids,
    standing_of,
    subtree_ids,
)

# Roles that look after an agency's people (judge them, lead them).
LEADING = (Role.SUPERVISOR, Role.HEAD)
# Roles that only read, everywhere below.
READING = (Role.INSPECTOR, Role.AUDITOR)


class Refused(PermissionDenied):
    """An act that is not allowed; the text says why, in the user's language."""


def signed_in(request: HttpRequest) -> User:
    """The person signed in; LoginRequiredMiddleware lets nobody else into a view that asks."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def granted_ids(user: User, on: date, *roles: Role) -> set[int]:
    """The agencies in which the person holds one of these roles that day (any role when none is named)."""
    grants = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), person=user)
    if roles:
        grants = grants.filter(role__in=roles)
    return set(grants.values_list("agency_id", flat=True))


def reach_ids(user: User, on: date, *roles: Role) -> set[int]:
    """The agencies that these roles of the person reach that day: granted ones with everything below."""
    return reached_ids(user.pk, on, roles)


def holds(user: User, agency: Agency, on: date, *roles: Role) -> bool:
    """Whether the person holds one of these roles on the agency or above it."""
    held = standing_of(user.pk, agency.pk, on).roles
    return bool(held & set(roles) if roles else held)


def check_holds(user: User, agency: Agency, on: date, *roles: Role) -> None:
    """Raise with the names of the roles that would be needed."""
    if not holds(user, agency, on, *roles):
        names = ", ".join(str(role.label) for role in roles)
        raise Refused(
            _("This needs the role %(roles)s in %(agency)s.") % {"roles": names, "agency": agency.name}
        )


def own_office_ids(user: User, on: date) -> set[int]:
    """The offices in which the person serves that day."""
    postings = Posting.objects.in_force(on).filter(person=user).select_related("agency")
    return {office_of(posting.agency, on).pk for posting in postings}


def visible_agency_ids(user: User, on: date, tree_of: date | None = None) -> set[int]:
    """What a person may see at all: the own office as a whole, and whatever a role reaches.

    Rights are those of the day ``on``; the tree may be that of another day.
    """
    return seen_ids(user.pk, on, tree_of)


def seen_and_reach_ids(user: User, on: date, *roles: Role) -> tuple[set[int], set[int]]:
    """``visible_agency_ids`` and of these what the roles reach, in one query."""
    seen = seen_and_reached(user.pk, on, roles)
    return set(seen), {pk for pk, is_reached in seen.items() if is_reached}


def standing_at(user: User, agency: Agency, on: date) -> Standing:
    """How a person stands to an agency; to one that is gone, by its last place or through a successor."""
    day = max(agency.valid_from, min(on, agency.valid_to or on))
    return _or_through_heirs(user, agency, standing_of(user.pk, agency.pk, on, day), on)


def agency_seen(user: User, code: str, on: date) -> tuple[Agency, Standing]:
    """The agency with this code and how the person stands to it; 404 when the person may not see it."""
    found = agency_and_standing(code, user.pk, on)
    if found is None:
        raise Http404
    agency = found[0]
    standing = _or_through_heirs(user, agency, found[1], on)
    if not standing.sees:
        raise Http404
    return agency, standing


def _or_through_heirs(user: User, agency: Agency, standing: Standing, on: date) -> Standing:
    if standing.sees or agency.valid_to is None:
        return standing
    heirs = agency.successions_out.filter(on__lte=on).values_list("successor_id", flat=True)
    return next(
        (there for heir in heirs if heir and (there := standing_of(user.pk, heir, on)).sees), standing
    )


def may_see_agency(user: User, agency: Agency, on: date) -> bool:
    """Whether a person may see this agency."""
    return standing_at(user, agency, on).sees


def visible_agencies(user: User, on: date) -> AgencyQuerySet:
    """The agencies a person may see, in force that day."""
    return Agency.objects.in_force(on).filter(pk__in=visible_agency_ids(user, on))


def visible_people(user: User, on: date) -> QuerySet[User]:
    """The people a person may see: oneself, and who serves or served in a visible agency."""
    seen = Posting.objects.filter(agency_id__in=visible_agency_ids(user, on)).values("person_id")
    return User.objects.filter(Q(pk__in=seen) | Q(pk=user.pk))


def leads(user: User, agency: Agency, on: date) -> bool:
    """Whether the person supervises or heads this agency (on it or above it)."""
    return holds(user, agency, on, *LEADING)


@dataclass(frozen=True, slots=True)
class Led:
    """Agency ids that a person leads that day, in person or in another's place; each with all below it.

    ``posts`` are the agencies on which the leading of ``as_supervisor`` is held: it does not reach those who
    lead there too. ``roots`` are all on which a leading role is held.
    """

    as_head: frozenset[int]
    as_supervisor: frozenset[int]
    posts: frozenset[int]
    roots: frozenset[int]


def led_by(user: User, on: date) -> Led:
    """What a person leads, with what is delegated to them: below the agency of the delegation only."""
    rows = led_ids(user.pk, on, LEADING)
    return Led(
        frozenset(reached for role, _post, reached in rows if role == Role.HEAD),
        frozenset(reached for role, _post, reached in rows if role == Role.SUPERVISOR),
        frozenset(post for role, post, _reached in rows if role == Role.SUPERVISOR),
        frozenset(post for _role, post, _reached in rows),
    )


def check_can_delegate(user: User, absent: User, agency: Agency, on: date) -> None:
    """Whoever is away, the head there or above, and the office administrator record who stands in."""
    if user.pk == absent.pk and leads(user, agency, on):
        return
    check_holds(user, agency, on, Role.HEAD, Role.OFFICE_ADMIN, Role.SYSTEM_ADMIN)


def check_can_close_month(user: User, office: Agency, on: date) -> None:
    """The head of the office (or of an agency above) closes its month."""
    check_holds(user, office, on, Role.HEAD)


def check_can_reopen_month(user: User, office: Agency, on: date) -> None:
    """Only the head of an agency above the office, or a system administrator, reopens a closed month."""
    above = set(lineage_ids(office.pk, on)[1:])
    if granted_ids(user, on, Role.HEAD) & above or holds(user, office, on, Role.SYSTEM_ADMIN):
        return
    raise Refused(
        _("Only the head of an agency above %(office)s may reopen its month.") % {"office": office.name}
    )


def check_can_manage_people(user: User, agency: Agency, on: date) -> None:
    """Office administrators keep people, postings and roles of their office."""
    check_holds(user, agency, on, Role.OFFICE_ADMIN, Role.SYSTEM_ADMIN)


# Which roles an office administrator hands out in the own office; those who lead it or run it are named by an
# administrator of an agency above, the rest by a system administrator.
_OWN_OFFICE = frozenset({Role.STAFF, Role.SUPERVISOR, Role.TREASURER, Role.OPERATOR})
_FROM_ABOVE = frozenset({Role.HEAD, Role.OFFICE_ADMIN, Role.INSPECTOR})


def grantable_roles(user: User, agency: Agency, on: date) -> frozenset[Role]:
    """The roles this person may hand out in that agency."""
    above = lineage_ids(agency.pk, on)
    if granted_ids(user, on, Role.SYSTEM_ADMIN) & set(above):
        return frozenset(Role)
    administered = granted_ids(user, on, Role.OFFICE_ADMIN)
    if not administered & set(above):
        return frozenset()
    office = office_of(agency, on)
    over_office = set(above[above.index(office.pk) + 1 :]) if office.pk in above else set()
    return _OWN_OFFICE | _FROM_ABOVE if administered & over_office else _OWN_OFFICE


def offered_roles(user: User, on: date) -> frozenset[Role]:
    """Every role this person may hand out somewhere."""
    if granted_ids(user, on, Role.SYSTEM_ADMIN):
        return frozenset(Role)
    administered = granted_ids(user, on, Role.OFFICE_ADMIN)
    if not administered:
        return frozenset()
    below = subtree_ids(administered, on) - administered
    has_offices_below = Agency.objects.filter(pk__in=below, kind__in=Agency.OFFICE_KINDS).exists()
    return _OWN_OFFICE | _FROM_ABOVE if has_offices_below else _OWN_OFFICE


def check_can_grant_role(user: User, person: User, agency: Agency, role: Role, on: date) -> None:
    """Nobody changes the own roles; who may hand out which role is in grantable_roles."""
    if person.pk == user.pk:
        raise Refused(_("Nobody changes their own roles; ask another administrator."))
    allowed = grantable_roles(user, agency, on)
    if not allowed:
        check_can_manage_people(user, agency, on)
    if role not in allowed:
        raise Refused(
            _("The role %(role)s in %(agency)s is given by an administrator of an agency above.")
            % {"role": role.label, "agency": agency.name}
        )
