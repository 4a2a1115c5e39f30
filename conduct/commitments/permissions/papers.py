"""Who may have the register of an office printed."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import Refused, check_holds

from ..models import NAMING, RegisterPrint


def check_can_print_register(user: User, agency: Agency, on: date) -> None:
    """Who leads or administers the agency, or one above it: the register names everybody in it."""
    check_holds(user, agency, on, *NAMING)


def check_can_fetch_print(user: User, of: RegisterPrint, on: date) -> None:
    """The same people as may have it printed, whoever asked for it."""
    check_can_print_register(user, of.agency or of.campaign.agency, on)


def top_agency(lineages: Mapping[int, Sequence[int]]) -> int:
    """The highest of the agencies whose people a person may see by name; Refused without any."""
    if not lineages:
        raise Refused(_("Names are for those who lead or administer the office."))
    return min(lineages, key=lambda agency_id: (len(lineages[agency_id]), agency_id))
