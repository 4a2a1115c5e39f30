"""Making promises to citizens, and ending them: kept, broken with an apology, withdrawn by the citizen.

A withdrawal is never the promiser's alone: it takes the citizen's code, or a second person.
"""

import hmac
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conduct.agencies.models import Posting, User
from conduct.audit.services import record
from conduct.kernel.sealing import seal
from conduct.kernel.workdays import next_working_moment

from ..models import Promise, PromiseChange
from ..permissions.promises import (
    check_act,
    check_can_give_code,
    check_can_promise,
    check_is_asked,
    check_is_not_closed,
    check_is_promiser,
    check_is_second_person,
)
from ..rules.promises import MOST_AHEAD, Act, DueProblem, digest_of, due_problem, kept_outcome, read_code

# So many wrong codes in so many minutes, then a promise takes no more. Counted in the cache (not without it).
ATTEMPTS = 5
ATTEMPT_MINUTES = 15


def make_promise(
    *, posting: Posting, what: str, due_at: datetime, code: str, by: User, now: datetime,
    dossier_code: str = "", name: str = "", contact: str = "",
) -> tuple[Promise, bool]:  # fmt: skip
    """Write a promise down, name and contact sealed; returns it and whether this call stored it.

    ``code`` is what the citizen is told; a second call with it finds the first promise. Raises Refused for
    another's posting, ValidationError for a moment that is past, too far or no working time, and when there
    is neither a dossier code nor a name nor a contact.
    """
    check_can_promise(by, posting, timezone.localdate(now))
    if not (dossier_code or name or contact):
        raise ValidationError(_("Give the dossier code, or the citizen's name or contact."), code="nobody")
    if due_problem(due_at, now) or next_working_moment(due_at) != due_at:
        raise due_error(due_problem(due_at, now))
    digest = _digests(code)[0]
    try:
        with transaction.atomic():
            promise = Promise.objects.create(
                posting=posting, what=what, dossier_code=dossier_code, name_sealed=seal(name),
                contact_sealed=seal(contact), made_at=now, due_at=due_at, withdrawal_code=digest,
            )  # fmt: skip
            _record("make_promise", promise, by, now)
    except IntegrityError as error:
        if "promise_is_made_once" not in str(error):
            raise
        return Promise.objects.get(posting=posting, withdrawal_code=digest), False
    return promise, True


@transaction.atomic
def keep_promise(*, promise: Promise, by: User, now: datetime) -> bool:
    """It was kept: in time, or late by the moment of this call. Returns whether this call ended it."""
    held = _held(promise)
    check_is_promiser(by, held)
    if held.outcome in (Promise.Outcome.KEPT, Promise.Outcome.KEPT_LATE):
        return False
    check_act(Act.KEEP, held)
    check_is_not_closed(held)
    _end(held, kept_outcome(held.due_at, now), "keep_promise", by, now)
    return True


@transaction.atomic
def break_promise(*, promise: Promise, apology: str, by: User, now: datetime) -> bool:
    """It was not kept, and the citizen was told this apology. Returns whether this call ended it."""
    held = _held(promise)
    check_is_promiser(by, held)
    if held.outcome == Promise.Outcome.BROKEN:
        return False
    check_act(Act.BREAK, held)
    check_is_not_closed(held)
    _need(apology, "apology")
    held.apology, held.was_broken = apology, True
    _end(held, Promise.Outcome.BROKEN, "break_promise", by, now)
    return True


def withdraw_with_code(*, promise: Promise, code: str, by: User, now: datetime) -> bool:
    """The citizen withdraws it, proved by the code; returns whether this call ended it.

    A wrong code leaves an audit row and raises ValidationError; after too many the promise rests.
    """
    check_can_give_code(by, promise, timezone.localdate(now))
    key = f"commitments:wrong-promise-code:{promise.pk}"
    if (cache.get(key) or 0) >= ATTEMPTS:
        raise _wrong_code("too_many")
    if not _is_code(code, promise):
        cache.add(key, 0, ATTEMPT_MINUTES * 60)
        try:
            cache.incr(key)
        except ValueError:  # it expired between the two calls
            cache.set(key, 1, ATTEMPT_MINUTES * 60)
        with transaction.atomic():
            _record("give_wrong_code", promise, by, now)
        raise _wrong_code("wrong")
    with transaction.atomic():
        held = _held(promise)
        if held.outcome == Promise.Outcome.WITHDRAWN:
            return False
        check_act(Act.WITHDRAW, held)
        check_is_not_closed(held)
        _end(held, Promise.Outcome.WITHDRAWN, "withdraw_promise", by, now, by_code=True)
    cache.delete(key)
    return True


@transaction.atomic
def ask_withdrawal(*, promise: Promise, reason: str, by: User, now: datetime) -> bool:
    """The citizen withdrew it but has no code: ask a second person. Returns whether this call asked."""
    held = _held(promise)
    check_is_promiser(by, held)
    if held.withdrawal_asked_at is not None:
        return False
    check_act(Act.WITHDRAW, held)
    check_is_not_closed(held)
    _need(reason, "reason")
    held.withdrawal_asked_at, held.withdrawal_reason = now, reason
    held.save(update_fields=["withdrawal_asked_at", "withdrawal_reason"])
    _step(held, held.outcome, "ask_withdrawal", by, now, reason)
    return True


@transaction.atomic
def confirm_withdrawal(*, promise: Promise, by: User, now: datetime) -> bool:
    """A second person has satisfied himself or herself that the citizen withdrew it."""
    held = _held(promise)
    check_is_second_person(by, held, timezone.localdate(now))
    if held.outcome == Promise.Outcome.WITHDRAWN:
        return False
    check_is_asked(held)
    check_act(Act.WITHDRAW, held)
    check_is_not_closed(held)
    _end(held, Promise.Outcome.WITHDRAWN, "confirm_withdrawal", by, now, reason=held.withdrawal_reason)
    return True


@transaction.atomic
def refuse_withdrawal(*, promise: Promise, reason: str, by: User, now: datetime) -> bool:
    """A second person does not find it withdrawn; the promise stays as it is."""
    held = _held(promise)
    check_is_second_person(by, held, timezone.localdate(now))
    check_is_asked(held)
    check_is_not_closed(held)
    _need(reason, "reason")
    held.withdrawal_asked_at, held.withdrawal_reason = None, ""
    held.save(update_fields=["withdrawal_asked_at", "withdrawal_reason"])
    _step(held, held.outcome, "refuse_withdrawal", by, now, reason)
    return True


@transaction.atomic
def correct_promise(*, promise: Promise, reason: str, apology: str, by: User, now: datetime) -> bool:
    """It stands as kept but was not: who leads the agency says why, and what the citizen was told."""
    held = _held(promise)
    check_is_second_person(by, held, timezone.localdate(now))
    if held.outcome == Promise.Outcome.BROKEN:
        return False
    check_act(Act.CORRECT, held)
    check_is_not_closed(held)
    _need(reason, "reason")
    _need(apology, "apology")
    held.apology, held.was_broken = apology, True
    _end(held, Promise.Outcome.BROKEN, "correct_promise", by, now, reason=reason)
    return True


def due_error(problem: DueProblem | None) -> ValidationError:
    """The sentence about a due moment that cannot be; without a problem it is no working time."""
    if problem == DueProblem.PAST:
        return ValidationError(_("The promised time has passed already. Choose a later one."), code="past")
    if problem == DueProblem.FAR:
        return ValidationError(
            _("Choose a time within the next %(days)s days.") % {"days": MOST_AHEAD.days}, code="far"
        )
    return ValidationError(_("The promised time lies outside working hours."), code="hours")


def _digests(code: str) -> list[str]:
    """Under each key that may have been the first one when the promise was made."""
    return [digest_of(read_code(code), f"commitments.promise {key}") for key in settings.PRIVATE_KEYS]


def _is_code(code: str, promise: Promise) -> bool:
    return any(hmac.compare_digest(digest, promise.withdrawal_code) for digest in _digests(code))


def _held(promise: Promise) -> Promise:
    """The promise as it is now; a second click waits here and then finds what the first did."""
    held = Promise.objects.select_for_update(of=("self",)).select_related("posting__agency")
    return held.get(pk=promise.pk)


def _end(promise: Promise, outcome: str, act: str, by: User, now: datetime, **said: Any) -> None:
    before = promise.outcome
    promise.outcome, promise.ended_at = outcome, now
    promise.withdrawal_asked_at, promise.withdrawal_reason = None, ""
    promise.save(
        update_fields=[
            "outcome", "ended_at", "apology", "was_broken", "withdrawal_asked_at", "withdrawal_reason",
        ]
    )  # fmt: skip
    _step(promise, before, act, by, now, **said)


def _step(
    promise: Promise, before: str, act: str, by: User, now: datetime, reason: str = "", by_code: bool = False
) -> None:
    PromiseChange.objects.create(
        promise=promise, before=before, after=promise.outcome, at=now, by=by, by_code=by_code, reason=reason
    )
    _record(act, promise, by, now, reason, before=before, by_code=by_code)


def _record(act: str, promise: Promise, by: User, now: datetime, reason: str = "", **data: Any) -> None:
    record(
        act=f"commitments.{act}", by=by, obj=promise, agency=promise.posting.agency, now=now, reason=reason,
        data={
            "posting": promise.posting_id, "due_at": promise.due_at.isoformat(), "outcome": promise.outcome,
            **data,
        },
    )  # fmt: skip


def _need(text: str, field: str) -> None:
    if not text.strip():
        raise ValidationError({field: _("This field is required.")}, code="empty")


def _wrong_code(code: str) -> ValidationError:
    said = {
        "too_many": ngettext(
            "The code was wrong too often. Try again in %(minutes)s minute.",
            "The code was wrong too often. Try again in %(minutes)s minutes.",
            ATTEMPT_MINUTES,
        )
        % {"minutes": ATTEMPT_MINUTES},
        "wrong": _("This is not the code of this promise. Nothing has been changed."),
    }
    return ValidationError({"code": ValidationError(said[code], code=code)})
