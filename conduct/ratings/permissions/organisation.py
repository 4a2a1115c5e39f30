"""Who notes the class of an organisation: an agency above it (Điều 5)."""

from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import Refused, granted_ids
from conduct.agencies.tree import lineage_ids

from .year import PREPARING


def check_can_note_class(user: User, agency: Agency, on: date) -> None:
    """Heads and office administrators above; of an agency without any above, its own."""
    lineage = lineage_ids(agency.pk, on)
    above = set(lineage[1:] or lineage)
    if not granted_ids(user, on, *PREPARING) & above:
        raise Refused(_("The class of an organisation is noted by the agency above it."))


def may_note_class(user: User, agency: Agency, on: date) -> bool:
    """Whether check_can_note_class lets this person."""
    try:
        check_can_note_class(user, agency, on)
    except Refused:
        return False
    return True
