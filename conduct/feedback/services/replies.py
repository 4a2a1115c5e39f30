"""The answer to the citizen, and the mails that carry it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User

from ..models import Case, CaseEvent, OutgoingMail
from ..permissions.cases import check_act, check_can_handle, check_is_readable
from ..rules.cases import Act
from .holding import finish, held_case, need, seal_text
from .outbox import queue_mail


@transaction.atomic
def reply_case(
    *,
    case: Case,
    answer: str,
    is_upheld: bool | None,
    corrective_action: str,
    revision: int,
    by: User,
    now: datetime,
) -> bool:
    """Answer the citizen. A remark on service is found right or not; a right one says what is put right.

    The answer is sealed under the case's key; mails leave for this citizen and for those of merged cases who
    agreed to get them, the others read it by their code. Raises CaseChanged, Refused.
    """
    held = held_case(case, revision, CaseEvent.Kind.ANSWERED, by, now)
    if held is None:
        return False
    on = timezone.localdate(now)
    check_can_handle(by, held, on)
    check_is_readable(held)
    check_act(Act.REPLY, held)
    need(answer, "answer")
    if held.kind == Case.Kind.COMPLAINT and is_upheld is None:
        raise ValidationError({"is_upheld": _("Say whether the remark was right.")})
    if is_upheld:
        need(corrective_action, "corrective_action")
    held.sealed_answer = seal_text(held, answer.strip())
    held.is_upheld = is_upheld if held.kind == Case.Kind.COMPLAINT else None
    held.corrective_action = corrective_action.strip() if held.is_upheld else ""
    held.state, held.answered_by = Case.State.ANSWERED, by
    held.answered_on, held.closed_on = held.answered_on or on, on
    finish(case=held, step=CaseEvent.Kind.ANSWERED, act="reply_case", by=by, now=now, upheld=held.is_upheld)
    for one in (held, *Case.objects.filter(merged_into=held)):
        queue_mail(case=one, kind=OutgoingMail.Kind.ANSWER, now=now)
    return True
