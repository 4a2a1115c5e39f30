"""The pages of scores beside each other: mine, my team's, the months I close."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Role, User
from conduct.agencies.permissions import LEADING, granted_ids


@dataclass(frozen=True, slots=True)
class Tab:
    """A link to a neighbouring page."""

    url: str
    label: str
    is_current: bool


def tabs_of(user: User, current: str) -> list[Tab]:
    """The neighbours this person may open; none when there is only one page."""
    today = timezone.localdate()
    known = [("mine", _("My scores"))]
    if granted_ids(user, today, *LEADING):
        known.append(("team", _("My team's month")))
    if granted_ids(user, today, Role.HEAD, Role.SYSTEM_ADMIN):
        known.append(("months", _("Closing of months")))
    if len(known) == 1:
        return []
    return [Tab(reverse(f"scores:{name}"), label, name == current) for name, label in known]
