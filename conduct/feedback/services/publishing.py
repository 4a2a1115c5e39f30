"""Public answers: both sides agree, and both texts are written without personal data."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused
from conduct.agencies.tree import office_of

from ..models import Case, CaseEvent
from ..permissions.cases import check_act, check_can_publish, check_is_readable
from ..rules.cases import Act
from ..rules.personal import Hint, personal_hints
from .holding import finish, held_case, need
from .subjects import staff_of


@transaction.atomic
def publish_case(
    *,
    case: Case,
    question: str,
    answer: str,
    looked_through: bool,
    revision: int,
    by: User,
    now: datetime,
) -> bool:
    """Make remark and answer public in words of their own, or correct them.

    Where something looks like personal data, ``looked_through`` says that a person decided that it is none.
    Raises CaseChanged, Refused, ValidationError with the pieces found.
    """
    held = held_case(case, revision, CaseEvent.Kind.PUBLISHED, by, now)
    if held is None:
        return False
    on = timezone.localdate(now)
    check_can_publish(by, held, on)
    check_is_readable(held)
    check_act(Act.PUBLISH, held)
    need(question, "question")
    need(answer, "answer")
    found = hints_in(held, f"{question}\n{answer}", now)
    if found and not looked_through:
        raise ValidationError({"looked_through": hint_error(found)})
    held.public_question, held.public_answer = question.strip(), answer.strip()
    held.published_on = held.published_on or on
    finish(case=held, step=CaseEvent.Kind.PUBLISHED, act="publish_case", by=by, now=now, hints=len(found))
    return True


@transaction.atomic
def unpublish_case(*, case: Case, reason: str, revision: int, by: User, now: datetime) -> bool:
    """Take a public answer down; its texts are kept by nobody."""
    held = held_case(case, revision, CaseEvent.Kind.UNPUBLISHED, by, now)
    if held is None:
        return False
    check_can_publish(by, held, timezone.localdate(now))
    if held.published_on is None:
        raise Refused(_("This answer is not public."))
    need(reason, "reason")
    held.published_on, held.public_question, held.public_answer = None, "", ""
    finish(
        case=held,
        step=CaseEvent.Kind.UNPUBLISHED,
        act="unpublish_case",
        by=by,
        now=now,
        reason=reason.strip(),
    )
    return True


def hints_in(case: Case, text: str, now: datetime) -> list[tuple[Hint, str]]:
    """What in a text looks like personal data: numbers, addresses, names of the staff of both agencies."""
    on = timezone.localdate(now)
    offices = {agency.pk: agency for agency in (case.agency, office_of(case.concerns, on))}
    names = [posting.person.full_name for office in offices.values() for posting in staff_of(office, on)]
    return personal_hints(text, names)


def hint_error(found: list[tuple[Hint, str]]) -> ValidationError:
    """The sentence that names the pieces."""
    pieces = ", ".join(f"“{piece}”" for _hint, piece in found)
    return ValidationError(
        _("This looks like personal data: %(pieces)s. Write it differently, or tick that it is none.")
        % {"pieces": pieces},
        code="personal",
    )
