"""Who may make, end, confirm and correct promises, and until when."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Posting, User
from conduct.agencies.periods import check_month_is_open, state_of
from conduct.agencies.permissions import Refused, leads
from conduct.agencies.tree import office_of
from conduct.kernel.months import Month

from ..models import Promise
from ..rules.promises import Act, may


def check_can_promise(user: User, posting: Posting, on: date) -> None:
    """In one's own posting, while it is in force."""
    if posting.person_id != user.pk:
        raise Refused(_("Promises are written down by the person who makes them."))
    if posting.starts_on > on or (posting.ends_on is not None and posting.ends_on < on):
        raise Refused(_("This posting is not in force today."))


def check_is_promiser(user: User, promise: Promise) -> None:
    """Only the person who made the promise says how it ended."""
    if promise.posting.person_id != user.pk:
        raise Refused(_("Only the person who made the promise may do this."))


def is_second_person(user: User, promise: Promise, on: date) -> bool:
    """Somebody who leads the agency, and not the promiser."""
    return promise.posting.person_id != user.pk and leads(user, promise.posting.agency, on)


def check_is_second_person(user: User, promise: Promise, on: date) -> None:
    """A withdrawal without the code, and a correction, take somebody who leads the agency."""
    if promise.posting.person_id == user.pk:
        raise Refused(_("Nobody does this in an own matter; it needs a second person who leads the agency."))
    if not leads(user, promise.posting.agency, on):
        raise Refused(
            _("This needs somebody who leads %(agency)s.") % {"agency": promise.posting.agency.name}
        )


def check_can_give_code(user: User, promise: Promise, on: date) -> None:
    """The citizen's code is entered by the promiser, or by somebody who leads the agency."""
    if promise.posting.person_id != user.pk:
        check_is_second_person(user, promise, on)


def check_act(act: Act, promise: Promise) -> None:
    """Only some ends follow on each other (rules.promises)."""
    if may(act, promise.outcome):
        return
    raise Refused(
        {
            Act.KEEP: _("This promise has ended already."),
            Act.BREAK: _("This promise has ended already."),
            Act.WITHDRAW: _("Only an open or a broken promise can be withdrawn."),
            Act.CORRECT: _("Only a promise that stands as kept can be corrected."),
        }[act]
    )


def check_is_asked(promise: Promise) -> None:
    """Only a withdrawal that was asked for is confirmed or refused."""
    if promise.withdrawal_asked_at is None:
        raise Refused(_("No withdrawal of this promise waits for confirmation."))


def check_is_not_closed(promise: Promise) -> None:
    """Nothing changes once the month of the due day closes; it stays open until the transaction ends."""
    day = timezone.localdate(promise.due_at)
    check_month_is_open(office_of(promise.posting.agency, day), Month.of(day))


def is_closed(promise: Promise) -> bool:
    """Whether the month of the due day takes no more changes. Two statements."""
    day = timezone.localdate(promise.due_at)
    return state_of(office_of(promise.posting.agency, day), Month.of(day)) != "open"
