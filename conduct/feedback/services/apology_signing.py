"""Signing a letter of apology: the next number of the office's year without gaps, the letter for good."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record
from conduct.commitments.services.papers import letterhead
from conduct.commitments.services.signing import confirm_password
from conduct.dossiers.services.dossiers import move_due_day

from ..models import Apology, ApologyRegister
from ..permissions.apologies import check_can_sign, check_can_write, check_case_allows, signing_posting
from ..rules.apologies import overdue_faults, sha256_of
from .apologies import Changed, check_not_signed, has_moved, hold_apology, is_late, raise_faults
from .letters import draft_letter, mail_address, seal_letter, signed_letter

State = Apology.State


def sign_apology(
    *, apology: Apology, sha256: str, password: str, revision: int, by: User, now: datetime
) -> bool:
    """Sign the letter that was read (its hash); returns whether this call signed it.

    Raises Refused, Changed (also when the words are no longer those that were read), ValidationError for a
    wrong password or a letter that cannot be signed so.
    """
    on = timezone.localdate(now)
    check_can_sign(by, apology, on)
    if Apology.objects.filter(pk=apology.pk, signed_at__isnull=False).exists():
        return False
    confirm_password(user=by, password=password)
    with transaction.atomic():
        return _sign(apology, sha256, revision, by, now)


def _sign(apology: Apology, sha256: str, revision: int, by: User, now: datetime) -> bool:
    on = timezone.localdate(now)
    held = hold_apology(apology, revision)
    posting = check_can_sign(by, held, on)
    check_not_signed(held)
    _check_still_true(held, on)
    draft = draft_letter(held, posting, on)
    if draft.sha256 != sha256:
        raise Changed
    head = letterhead(held.office, on)
    held.number, held.year = _next_number(held.office, on.year), on.year
    text = signed_letter(draft, held.number, held.office.name, now)
    held.sealed_letter, held.sha256 = seal_letter(held, text), sha256_of(text)
    held.state, held.signed_by, held.signed_at = State.SIGNED, by, now
    held.signer_name, held.signer_title = by.full_name, posting.title
    held.office_name, held.superior_name, held.place = held.office.name, head.superior, head.place
    held.revision += 1
    held.save()
    if held.dossier is not None and held.new_date is not None:
        move_due_day(dossier=held.dossier, to=held.new_date, by=by, now=now)
    record(
        act="feedback.sign_apology", by=by, obj=held, agency=held.office, now=now,
        data={"number": held.number, "year": held.year, "sha256": held.sha256},
    )  # fmt: skip
    return True


def _check_still_true(held: Apology, on: date) -> None:
    """A letter may have been overtaken since it was written."""
    if held.state != State.READY:
        raise ValidationError(_("The letter has not been written yet."), code="not_written")
    if held.case is not None:
        check_case_allows(held.case)
    if held.dossier is None or held.kind != Apology.Kind.OVERDUE:
        return
    finished = held.dossier.finished_on is not None
    if finished and not is_late(held.dossier, held, on):
        raise ValidationError(_("The result came in time; this letter is no longer needed."), code="in_time")
    raise_faults(
        overdue_faults(
            reason=held.reason, new_date=held.new_date, is_finished=finished, has_moved=has_moved(held),
            after=max(on, held.dossier.due_on),
        )
    )  # fmt: skip


def _next_number(office: Agency, year: int) -> int:
    """The next number; its row stays locked until the transaction ends: none is lost, none given twice."""
    ApologyRegister.objects.bulk_create([ApologyRegister(office=office, year=year)], ignore_conflicts=True)
    register = ApologyRegister.objects.select_for_update().get(office=office, year=year)
    register.last_number += 1
    register.save(update_fields=["last_number"])
    return register.last_number


@transaction.atomic
def deliver_apology(
    *, apology: Apology, way: str, on: date | None, revision: int, by: User, now: datetime
) -> bool:
    """Say how a signed letter reached the citizen; by e-mail it leaves soon (``on`` is then not asked).

    Returns whether this call changed anything. Raises Refused, Changed, ValidationError.
    """
    held = hold_apology(apology, revision)
    today = timezone.localdate(now)
    if signing_posting(by, held.office, today) is None or held.case is not None:
        check_can_write(by, held, today)
    if held.state == State.DELIVERED:
        return False
    if held.signed_at is None:
        raise ValidationError(_("The letter is not signed yet."), code="not_signed")
    held.way = way
    if way == Apology.Way.MAIL:
        if mail_address(held) is None:
            raise ValidationError({"way": _("No e-mail address of the citizen is known.")})
    else:
        if on is None or not timezone.localdate(held.signed_at) <= on <= today:
            raise ValidationError({"on": _("Choose a day from the day of signing until today.")})
        held.state, held.delivered_on = State.DELIVERED, on
    held.revision += 1
    held.save(update_fields=["way", "state", "delivered_on", "revision"])
    record(act="feedback.deliver_apology", by=by, obj=held, agency=held.office, now=now, data={"way": way})
    return True


__all__ = ["Changed", "deliver_apology", "sign_apology"]
