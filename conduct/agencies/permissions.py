"""Who may do what, where and when: roles are granted for an agency, reach its subtree, and have dates.

What a person may **see** is a set of agencies; what a person may **do** is a role held on the agency or above.
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from .models import Agency, AgencyQuerySet, Posting, Role, RoleGrant, User, on_day
from .tree import lineage_ids, office_of, subtree_ids

# Roles that look after an agency's people (judge them, lead them).
LEADING = (Role.SUPERVISOR, Role.HEAD)
# Roles that only read, everywhere below.
READING = (Role.INSPECTOR, Role.AUDITOR)


class Refused(PermissionDenied):
    """An act that is not allowed; the text says why, in the user's language."""


def granted_ids(user: User, on: date, *roles: Role) -> set[int]:
    """The agencies in which the person holds one of these roles that day (any role when none is named)."""
    grants = RoleGrant.objects.filter(on_day(on, "starts_on", "ends_on"), person=user)
    if roles:
        grants = grants.filter(role__in=roles)
    return set(grants.values_list("agency_id", flat=True))


def reach_ids(user: User, on: date, *roles: Role) -> set[int]:
    """The agencies that these roles of the person reach that day: granted ones with everything below."""
    return subtree_ids(granted_ids(user, on, *roles), on)


def holds(user: User, agency: Agency, on: date, *roles: Role) -> bool:
    """Whether the person holds one of these roles on the agency or above it."""
    return bool(granted_ids(user, on, *roles) & set(lineage_ids(agency.pk, on)))


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


def visible_agency_ids(user: User, on: date) -> set[int]:
    """What a person may see at all: the own office as a whole, and whatever a role reaches."""
    return subtree_ids(own_office_ids(user, on) | granted_ids(user, on), on)


def visible_agencies(user: User, on: date) -> AgencyQuerySet:
    """The agencies a person may see, in force that day."""
    return Agency.objects.in_force(on).filter(pk__in=visible_agency_ids(user, on))


def leads(user: User, agency: Agency, on: date) -> bool:
    """Whether the person supervises or heads this agency (on it or above it)."""
    return holds(user, agency, on, *LEADING)


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
