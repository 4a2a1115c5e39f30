"""Who sees how a citizen can be reached: the one person who deals with the matter."""

from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused

from ..models import Case
from .cases import check_is_not_named


def check_can_see_contact(user: User, case: Case) -> None:
    """The assignee alone, whatever role anybody else has; each look is recorded."""
    check_is_not_named(user, case)
    if case.assignee_id != user.pk:
        raise Refused(_("Only the person who deals with a remark sees how to reach the citizen."))
