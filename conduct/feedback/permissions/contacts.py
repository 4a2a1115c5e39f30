"""Who sees how a citizen can be reached: whoever deals with the matter, and nobody else."""

from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused

from ..models import Case
from .cases import check_can_handle, check_is_not_named


def check_can_see_contact(user: User, case: Case, on: date) -> None:
    """The assignee alone, whatever role anybody else has; before there is one, whoever may handle it."""
    check_is_not_named(user, case)
    if case.assignee_id is None:
        check_can_handle(user, case, on)
    elif case.assignee_id != user.pk:
        raise Refused(_("Only the person who deals with a remark sees how to reach the citizen."))
