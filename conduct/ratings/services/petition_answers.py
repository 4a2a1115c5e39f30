"""Answering a petition: signed with the password, frozen, and where it changes the points, a new result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record
from conduct.commitments.services.signing import confirm_password
from conduct.notices.services import take_back

from ..models import Level, Petition, Result, Sheet
from ..permissions.petitions import authority_over, check_can_answer, is_read, needs_reader
from ..rules.petitions import answer_sha256
from ..rules.scheme import LEADING, Component
from .petitions import PetitionChanged, check_is_open, hold_petition, tell_answered
from .results import confirm_result, result_in_force
from .year_replacing import replace_class

State, Outcome = Petition.State, Petition.Outcome


@dataclass(frozen=True, slots=True)
class Given:
    """A line of the result in force: what it is, its maximum and the points that hold."""

    code: str
    text: str
    maximum: Decimal
    own: Decimal | None
    points: Decimal


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. ``points`` shall hold, by criterion, with ``reasons`` where they differ from now;
    ``leading`` is in percent, by component; ``level`` the class that a year should have, by the
    new decision ``number``.
    """

    outcome: str
    answer: str
    points: Mapping[str, Decimal]
    reasons: Mapping[str, str]
    leading: Mapping[Component, int]
    level: str = ""
    number: str = ""


def lines_in_force(result: Result) -> list[Given]:
    """The lines of a result as they hold."""
    return [
        Given(
            line["code"],
            line["text"],
            Decimal(line["maximum"]),
            None if line["self"] is None else Decimal(line["self"]),
            Decimal(line["points"]),
        )
        for group in result.parts["groups"]
        for line in group["lines"]
    ]


def leading_in_force(result: Result) -> dict[Component, int]:
    """Components d, đ, e of a leader's result, in percent."""
    shares = (result.parts["tasks"] or {}).get("shares", {})
    return {part: int(Decimal(shares[part]) * 100) for part in LEADING if part in shares}


def answer_petition(
    *, petition: Petition, said: Answer, revision: int, password: str, by: User, now: datetime
) -> bool:
    """Answer and sign; returns whether this call did. Late answers are accepted; the day says it.

    Raises Refused, PetitionChanged (also when somebody else answered meanwhile), ValidationError for a wrong
    password, for a second opinion that is missing, or for a change that changes nothing.
    """
    check_can_answer(by, petition, timezone.localdate(now))
    answered_by = Petition.objects.filter(pk=petition.pk).values_list("answered_by_id", flat=True).get()
    if answered_by == by.pk:
        return False
    confirm_password(user=by, password=password)
    with transaction.atomic():
        return _answer(petition, said, revision, by, now)


def _answer(petition: Petition, said: Answer, revision: int, by: User, now: datetime) -> bool:
    today = timezone.localdate(now)
    held = hold_petition(petition)
    if held.answered_by_id == by.pk:
        return False  # the second of two clicks
    if held.answered_by_id is not None:
        raise PetitionChanged
    check_is_open(held)
    if held.revision != revision:
        raise PetitionChanged
    stands_in_for = check_can_answer(by, held, today)
    if needs_reader(held, by, stands_in_for) and not is_read(held, by):
        raise ValidationError(
            _("You rated or confirmed this result, so a second reader's opinion must be attached first."),
            code="not_read",
        )
    if said.outcome == Outcome.CHANGED:
        _change(held, said, stands_in_for, by, now)
    held.state, held.outcome, held.answer = State.ANSWERED, said.outcome, said.answer
    held.answered_by, held.answered_at = by, now
    held.revision += 1
    held.sha256 = answer_sha256(signed_facts(held))
    held.save()
    record(
        act="ratings.answer_petition", by=by, obj=held, agency=held.office, now=now,
        data={"outcome": held.outcome, "sha256": held.sha256, "is_late": today > held.due_on,
              "stands_in_for": stands_in_for},
    )  # fmt: skip
    take_back(recipient_ids=authority_over(held, today).approvers, key_start=f"ratings.petition:{held.pk}:")
    tell_answered(held, now)
    return True


def _change(held: Petition, said: Answer, stands_in_for: int | None, by: User, now: datetime) -> None:
    """The changes on the petition, and of a period the new result."""
    if held.result is None:
        _change_year(held, said, by, now)
        return
    sheet = Sheet.objects.get(pk=held.result.sheet_id)
    current = result_in_force(sheet)
    if current is None:
        raise ValidationError(_("There is no confirmed result yet that a petition could be filed against."))
    lines = {line.code: line for line in lines_in_force(current)}
    changed = {code: value for code, value in said.points.items() if value != lines[code].points}
    was = leading_in_force(current)
    led = {part: value for part, value in said.leading.items() if was.get(part) != value}
    if not changed and not led:
        raise ValidationError(_("Change at least one line, or let the result stand."), code="no_change")
    unsaid = [code for code in changed if not said.reasons.get(code, "").strip()]
    if unsaid:
        raise ValidationError(
            _("Give the reason for each line that is changed: %(lines)s.") % {"lines": ", ".join(unsaid)}
        )
    held.changes = {
        "points": {
            code: {"was": str(lines[code].points), "now": str(value), "reason": said.reasons[code].strip()}
            for code, value in changed.items()
        },
        "leading": {part.value: {"was": was.get(part), "now": value} for part, value in led.items()},
    }
    held.new_result = confirm_result(
        sheet=sheet,
        cause=Result.Cause.PETITION,
        by=by,
        now=now,
        reason=said.answer,
        points={**{code: line.points for code, line in lines.items()}, **changed},
        leading={**was, **led},
        stands_in_for=User.objects.filter(pk=stands_in_for).first() if stands_in_for else None,
    )


def _change_year(held: Petition, said: Answer, by: User, now: datetime) -> None:
    """A new decision takes the place of the old one (Điều 21.3)."""
    rating = held.year_rating
    if rating is None or said.level not in Level.values or said.level == rating.level:
        raise ValidationError({"level": _("Choose another class than the one decided.")})
    if not said.number.strip():
        raise ValidationError({"number": _("A new decision needs its number.")})
    number = said.number.strip()
    replace_class(rating=rating, level=said.level, reason=said.answer, number=number, by=by, now=now)
    held.changes = {"level": {"was": rating.level, "now": said.level, "number": number}}


def signed_facts(petition: Petition) -> dict[str, Any]:
    """Everything that the hash of a signed answer covers."""
    return {
        "petition": petition.pk,
        "result": petition.result_id,
        "year_rating": petition.year_rating_id,
        "filed_by": petition.filed_by_id,
        "filed_at": petition.filed_at.isoformat(),
        "text": petition.text,
        "wish": petition.wish,
        "reader": petition.reader_id,
        "read_opinion": petition.read_opinion,
        "outcome": petition.outcome,
        "answer": petition.answer,
        "changes": petition.changes,
        "new_result": petition.new_result_id,
        "answered_by": petition.answered_by_id,
        "answered_at": petition.answered_at.isoformat() if petition.answered_at else None,
    }


def is_unchanged(petition: Petition) -> bool:
    """Whether an answered petition still says what was signed."""
    return petition.sha256 == answer_sha256(signed_facts(petition))
