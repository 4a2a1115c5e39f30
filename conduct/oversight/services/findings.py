"""A finding's way: answered, confirmed or dropped, put right, checked."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Period, User
from conduct.agencies.periods import hold_month, state_of
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from conduct.kernel.months import Month
from conduct.notices.services import Message, push

from ..models import CorrectiveAction, Finding
from ..permissions.findings import (
    check_can_answer,
    check_can_check,
    check_can_decide,
    check_can_report,
    check_can_set_action,
)
from ..rules.findings import counted_in


class FindingChanged(Exception):
    """Somebody wrote to the finding after it was read."""


def _held(finding: Finding, revision: int) -> Finding:
    """The finding, locked; FindingChanged when it is not the one that was read."""
    found = Finding.objects.select_for_update(of=("self",)).select_related(
        "line__posting__agency", "line__posting__person", "line__inspection__agency"
    ).get(pk=finding.pk)  # fmt: skip
    if found.revision != revision:
        raise FindingChanged
    return found


def _place(finding: Finding) -> Agency:
    return finding.line.posting.agency


@transaction.atomic
def answer_finding(*, finding: Finding, revision: int, text: str, by: User, now: datetime) -> bool:
    """The person's answer; may be written anew until it is decided. Raises Refused, FindingChanged."""
    found = _held(finding, revision)
    check_can_answer(by, found)
    if not text.strip():
        raise ValidationError({"text": _("Write something, or leave it.")})
    if found.answer == text.strip():
        return False
    found.answer, found.answered_at, found.state = text.strip(), now, Finding.State.ANSWERED
    found.revision += 1
    found.save()
    record(act="oversight.answer_finding", by=by, obj=found, agency=_place(found), now=now)
    return True


@transaction.atomic
def decide_finding(
    *, finding: Finding, revision: int, is_confirmed: bool, reason: str, by: User, now: datetime
) -> bool:
    """Confirm or drop it, after the person was heard; the month in which it counts is fixed here.

    Raises Refused, FindingChanged, ValidationError without a reason.
    """
    found = _held(finding, revision)
    today = timezone.localdate(now)
    check_can_decide(by, found, today)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    found.state = Finding.State.CONFIRMED if is_confirmed else Finding.State.DROPPED
    found.decided_by, found.decided_at, found.decision = by, now, reason.strip()
    if is_confirmed:
        _date(found, today)
    found.revision += 1
    found.save()
    record(
        act="oversight.decide_finding", by=by, obj=found, agency=_place(found), now=now,
        reason=reason.strip(),
        data={"confirmed": is_confirmed, "counts_in": str(found.counts_in or ""), "late": found.is_late},
    )  # fmt: skip
    _tell(found, "Phát hiện đã được xác nhận" if is_confirmed else "Phát hiện đã được bỏ", now)
    return True


def _date(found: Finding, today: date) -> None:
    """The month of the visit while the office keeps it open (it stays so until this is written)."""
    office, visit = office_of(_place(found), found.line.inspection.on), found.line.inspection.on
    hold_month(office, Month.of(visit))
    is_open = state_of(office, Month.of(visit)) == Period.State.OPEN
    counted = counted_in(visit=visit, visit_is_open=is_open, today=today)
    found.counts_in, found.is_late = counted.month.first, counted.is_late


def _tell(found: Finding, title: str, now: datetime) -> None:
    person = found.line.posting.person_id
    key = f"oversight.decided:{found.pk}"
    push(messages=[Message(person, key, title, "", f"/oversight/findings/{found.pk}/")], now=now)


@transaction.atomic
def set_action(
    *, finding: Finding, revision: int, text: str, due_on: date, by: User, now: datetime
) -> CorrectiveAction:
    """What must be put right, by when."""
    found = _held(finding, revision)
    check_can_set_action(by, found, timezone.localdate(now))
    if due_on < timezone.localdate(now):
        raise ValidationError({"due_on": _("This day has passed.")})
    found.revision += 1
    found.save(update_fields=["revision"])
    action = CorrectiveAction.objects.create(finding=found, text=text.strip(), due_on=due_on)
    record(
        act="oversight.set_action", by=by, obj=action, agency=_place(found), now=now,
        data={"finding": found.pk, "due_on": due_on.isoformat()},
    )  # fmt: skip
    key = f"oversight.action:{action.pk}"
    title = f"Cần khắc phục trước ngày {due_on:%d/%m/%Y}"
    url = f"/oversight/findings/{found.pk}/"
    push(messages=[Message(found.line.posting.person_id, key, title, "", url)], now=now)
    return action


def _held_action(action: CorrectiveAction) -> CorrectiveAction:
    return CorrectiveAction.objects.select_for_update(of=("self",)).select_related(
        "finding__line__posting__agency"
    ).get(pk=action.pk)  # fmt: skip


@transaction.atomic
def report_action(*, action: CorrectiveAction, note: str, by: User, now: datetime) -> bool:
    """The person says what was done; the time of this is what counts as on time."""
    found = _held_action(action)
    if found.done_at is not None and found.done_note == note.strip():
        return False
    check_can_report(by, found)
    if not note.strip():
        raise ValidationError({"note": _("Say what was done.")})
    found.done_at, found.done_note = now, note.strip()
    found.save()
    record(act="oversight.report_action", by=by, obj=found, agency=_place(found.finding), now=now)
    return True


@transaction.atomic
def check_action(*, action: CorrectiveAction, is_done: bool, by: User, now: datetime) -> bool:
    """An inspector or head has looked: it is done, or it is open again."""
    found = _held_action(action)
    check_can_check(by, found, timezone.localdate(now))
    if is_done:
        found.checked_by, found.checked_at = by, now
    else:
        found.done_at, found.done_note = None, ""
    found.save()
    record(
        act="oversight.check_action", by=by, obj=found, agency=_place(found.finding), now=now,
        data={"done": is_done},
    )  # fmt: skip
    return True
