"""Who may see, fill, review and confirm a sheet. Rights are those of the day of the act (Điều 10).

The checks of reviewing and confirming speak of rights alone; which step a sheet is at, the services check.
"""

from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused

from ..models import Sheet
from .authority import Authority, authority_of


def may_see(user: User, sheet: Sheet, on: date) -> bool:
    """Whether the sheet exists for this person that day."""
    return Sheet.objects.visible_to(user, on).filter(pk=sheet.pk).exists()


def is_own(user: User, sheet: Sheet) -> bool:
    """Whether the sheet is about this person."""
    return sheet.posting.person_id == user.pk


def check_is_own(user: User, sheet: Sheet) -> None:
    """Only the person whom a sheet is about fills it, submits it, takes it back and acknowledges it."""
    if not is_own(user, sheet):
        raise Refused(_("Only %(name)s can do this: it is their own sheet.") % {"name": sheet.posting.person})


def check_can_fill(user: User, sheet: Sheet, on: date) -> None:
    """The person fills the own sheet while it is a draft; late or not."""
    check_is_own(user, sheet)
    if sheet.state != Sheet.State.DRAFT:
        raise Refused(_("The sheet has been submitted. It can be changed again after it is taken back."))


def check_can_review(user: User, sheet: Sheet, on: date) -> int | None:
    """The direct head or a delegate; returns in whose place a delegate acts. Nobody reviews themselves."""
    if is_own(user, sheet):
        raise Refused(_("Nobody reviews their own sheet."))
    authority = _authority(sheet, on)
    if user.pk not in authority.reviewers:
        raise Refused(_("This sheet is reviewed by the head of the direct unit, or by whoever stands in."))
    return authority.stands_in_for(user.pk, authority.reviewers)


def check_can_approve(user: User, sheet: Sheet, on: date) -> int | None:
    """The head of the office or a delegate; returns in whose place a delegate acts."""
    if is_own(user, sheet):
        raise Refused(_("Nobody confirms their own sheet."))
    authority = _authority(sheet, on)
    if user.pk not in authority.approvers:
        raise Refused(_("This sheet is confirmed by the head of the office, or by whoever stands in."))
    return authority.stands_in_for(user.pk, authority.approvers)


def check_can_return(user: User, sheet: Sheet, on: date) -> int | None:
    """Whoever has the next step returns it: the reviewer a submitted, the head a reviewed sheet."""
    if sheet.state == Sheet.State.SUBMITTED:
        return check_can_review(user, sheet, on)
    if sheet.state == Sheet.State.REVIEWED:
        return check_can_approve(user, sheet, on)
    raise Refused(_("Only a sheet that waits for review or confirmation can be returned."))


def _authority(sheet: Sheet, on: date) -> Authority:
    return authority_of(sheet.posting, on)
