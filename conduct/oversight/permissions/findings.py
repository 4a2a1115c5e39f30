"""Who answers a finding, who decides on it, who looks after what must be put right.

The person answers. The head of the office (or of an agency above) decides, never on the own matter and never
the inspector who made the finding: a finding about a head goes to the agency above.
"""

from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import Role, User
from conduct.agencies.permissions import Refused, check_holds

from ..models import CorrectiveAction, Finding
from ..rules.findings import may_be_decided

OPEN = (Finding.State.WAITING, Finding.State.ANSWERED)


def check_can_answer(user: User, finding: Finding) -> None:
    """The person whom it is about, while it is not decided."""
    if finding.line.posting.person_id != user.pk:
        raise Refused(_("Only the person whom this is about answers."))
    if finding.state not in OPEN:
        raise Refused(_("This finding has been decided."))


def check_may_decide(user: User, finding: Finding, on: date) -> None:
    """Whether the matter is this person's to decide at all."""
    if finding.line.posting.person_id == user.pk:
        raise Refused(_("Nobody decides in a matter of their own; the head of the agency above does."))
    if finding.line.inspection.inspector_id == user.pk:
        raise Refused(_("Whoever made a finding does not confirm it."))
    check_holds(user, finding.line.posting.agency, on, Role.HEAD)


def check_can_decide(user: User, finding: Finding, on: date) -> None:
    """As above, once: after the person was heard."""
    check_may_decide(user, finding, on)
    if finding.state not in OPEN:
        raise Refused(_("This finding has been decided."))
    if not may_be_decided(has_answered=bool(finding.answer), answer_by=finding.answer_by, today=on):
        raise Refused(_("The person has not been heard: wait for the answer, or until the day has passed."))


def check_can_set_action(user: User, finding: Finding, on: date) -> None:
    """Whoever may decide sets what must be put right, once the finding is confirmed."""
    check_may_decide(user, finding, on)
    if finding.state != Finding.State.CONFIRMED:
        raise Refused(_("Only a confirmed finding has corrective actions."))


def check_can_report(user: User, action: CorrectiveAction) -> None:
    """The person whom the finding is about says what was done, once."""
    if action.finding.line.posting.person_id != user.pk:
        raise Refused(_("Only the person whom this is about answers."))
    if action.done_at is not None:
        raise Refused(_("This has been reported already."))


def check_can_check(user: User, action: CorrectiveAction, on: date) -> None:
    """An inspector or head of the agency checks what was reported, never the own matter."""
    posting = action.finding.line.posting
    if posting.person_id == user.pk:
        raise Refused(_("Nobody decides in a matter of their own; the head of the agency above does."))
    check_holds(user, posting.agency, on, Role.INSPECTOR, Role.HEAD)
    if action.done_at is None:
        raise Refused(_("Nothing has been reported yet."))
    if action.checked_at is not None:
        raise Refused(_("This has been checked already."))
