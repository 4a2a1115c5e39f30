"""Letters of apology until they are signed: raised by themselves, written, dropped when no longer needed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, RoleGrant, User, on_day
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from conduct.dossiers.models import Dossier
from conduct.notices.services import Message, push

from ..models import Apology, Case
from ..permissions.apologies import PREPARING, check_can_drop, check_can_raise, check_can_write
from ..rules.apologies import Fault, conduct_faults, overdue_faults, raised_until, send_by

State, Kind = Apology.State, Apology.Kind
BATCH = 500
FINISHED_IN_TIME = "finished in time"


class Changed(Exception):
    """Somebody else has changed the letter since it was read."""


def raise_overdue_apologies(*, now: datetime) -> int:
    """Raise what dossiers owe: due by the next working day, or past, and without a result; returns how many.

    One for each day a dossier was due, so that a second run raises nothing. The timetable's act.
    """
    today = timezone.localdate(now)
    asked = Apology.objects.filter(dossier__isnull=False).values("dossier_id", "for_due_on")
    done = Q(pk__in=asked.filter(for_due_on=F("dossier__due_on")).values("dossier_id"))
    waiting = (
        Dossier.objects.filter(finished_on__isnull=True, due_on__lte=raised_until(today))
        .exclude(done)
        .select_related("agency")
        .order_by("agency_id", "pk")
    )
    offices: dict[int, Agency] = {}
    n_raised = 0
    while batch := list(waiting[:BATCH]):
        for dossier in batch:
            if dossier.agency_id not in offices:
                offices[dossier.agency_id] = office_of(dossier.agency, today)
        n_raised += _raise(batch, offices, today, now)
    return n_raised


def _raise(batch: list[Dossier], offices: dict[int, Agency], today: date, now: datetime) -> int:
    with transaction.atomic():
        rows = Apology.objects.bulk_create(
            [
                Apology(
                    office=offices[one.agency_id], kind=Kind.OVERDUE, dossier=one, for_due_on=one.due_on,
                    owed_on=today, due_on=send_by(one.due_on, today),
                )
                for one in batch
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        by_agency: dict[int, list[Dossier]] = defaultdict(list)
        for one in batch:
            by_agency[one.agency_id].append(one)
        for agency_id, dossiers in by_agency.items():
            record(
                act="feedback.raise_apologies", by=None, obj=None, agency=offices[agency_id], now=now,
                data={"dossiers": [one.pk for one in dossiers]},
            )  # fmt: skip
            _tell_preparers(dossiers[0].agency, offices[agency_id], len(dossiers), today, now)
    return len(rows)


def _tell_preparers(agency: Agency, office: Agency, n: int, today: date, now: datetime) -> None:
    """One line a day: how many letters wait, never whose."""
    people = _role_holders({agency.pk, office.pk}, today)
    title = f"{n} hồ sơ cần thư xin lỗi" if n > 1 else "Một hồ sơ cần thư xin lỗi"
    push(
        messages=[
            Message(
                recipient_id=person_id,
                key=f"feedback.raise_apologies:{agency.pk}:{today.isoformat()}",
                title=f"{title}: {agency.name}",
                text="Hồ sơ sẽ đến hoặc đã quá ngày hẹn trả mà chưa có kết quả.",
                url=reverse("feedback:apologies"),
            )
            for person_id in people
        ],
        now=now,
    )


def _role_holders(agency_ids: Iterable[int], on: date) -> list[int]:
    held = RoleGrant.objects.filter(
        on_day(on, "starts_on", "ends_on"), agency_id__in=agency_ids, role__in=PREPARING,
        person__is_active=True,
    )  # fmt: skip
    return sorted(set(held.values_list("person_id", flat=True)))


def drop_needless_apologies(*, now: datetime) -> int:
    """Drop letters, not signed yet, for dossiers that were settled by the day they were due after all."""
    needless = Apology.objects.filter(
        state__in=(State.OWED, State.READY), kind=Kind.OVERDUE, dossier__finished_on__lte=F("for_due_on")
    )
    n_dropped = 0
    for pk in list(needless.values_list("pk", flat=True)):
        with transaction.atomic():
            held = Apology.objects.select_for_update(of=("self",)).select_related("office").get(pk=pk)
            if held.state not in (State.OWED, State.READY):
                continue
            _drop(held, FINISHED_IN_TIME, None, now)
            n_dropped += 1
    return n_dropped


def _drop(held: Apology, reason: str, by: User | None, now: datetime) -> None:
    held.state, held.dropped_reason = State.DROPPED, reason
    held.revision += 1
    held.save(update_fields=["state", "dropped_reason", "revision"])
    record(act="feedback.drop_apology", by=by, obj=held, agency=held.office, now=now, data={}, reason=reason)


def hold_apology(apology: Apology, revision: int) -> Apology:
    """The letter, locked. Raises Changed unless it is the one that was read."""
    held = (
        Apology.objects.select_for_update(of=("self",))
        .select_related("office", "case", "dossier__agency", "dossier__posting")
        .get(pk=apology.pk)
    )
    if held.revision != revision:
        raise Changed
    return held


def has_moved(apology: Apology) -> bool:
    """Whether another letter has set a new date for this dossier already."""
    others = Apology.objects.filter(dossier=apology.dossier, signed_at__isnull=False, new_date__isnull=False)
    return apology.dossier_id is not None and others.exclude(pk=apology.pk).exists()


@transaction.atomic
def write_apology(
    *,
    apology: Apology,
    reason: str,
    new_date: date | None,
    corrective_action: str,
    revision: int,
    by: User,
    now: datetime,
) -> bool:
    """Write a letter, or write it anew before it is signed; returns whether anything changed.

    Raises Refused, Changed, ValidationError with the field that is wrong.
    """
    held = hold_apology(apology, revision)
    today = timezone.localdate(now)
    check_can_write(by, held, today)
    check_not_signed(held)
    _check_words(held, reason, new_date, corrective_action, today)
    said = {"reason": reason, "new_date": new_date, "corrective_action": corrective_action}
    if held.state == State.READY and {name: getattr(held, name) for name in said} == said:
        return False
    for name, value in said.items():
        setattr(held, name, value)
    held.state, held.prepared_by, held.prepared_at = State.READY, by, now
    held.revision += 1
    held.save()
    record(
        act="feedback.write_apology", by=by, obj=held, agency=held.office, now=now,
        data={"new_date": new_date.isoformat() if new_date else ""},
    )  # fmt: skip
    return True


def check_not_signed(held: Apology) -> None:
    """Raise ValidationError for a letter that is signed or dropped."""
    if held.state not in (State.OWED, State.READY):
        raise ValidationError(_("This letter is signed, or no longer needed."), code="ended")


def _check_words(
    held: Apology, reason: str, new_date: date | None, corrective_action: str, today: date
) -> None:
    if held.dossier is not None and held.kind == Kind.OVERDUE:
        faults = overdue_faults(
            reason=reason, new_date=new_date, is_finished=held.dossier.finished_on is not None,
            has_moved=has_moved(held), after=max(today, held.dossier.due_on),
        )  # fmt: skip
    else:
        faults = conduct_faults(reason=reason, corrective_action=corrective_action)
    raise_faults(faults)


def raise_faults(faults: list[Fault]) -> None:
    """Say what is wrong at its field; nothing when nothing is. Raises ValidationError."""
    said = {
        Fault.NO_REASON: ("reason", _("Say why, in words the citizen understands.")),
        Fault.NO_NEW_DATE: ("new_date", _("Give the new date for the result.")),
        Fault.NEW_DATE_TOO_EARLY: (
            "new_date", _("The new date lies after today and after the day the dossier is due now."),
        ),
        Fault.NOT_A_WORKING_DAY: ("new_date", _("The new date is not a working day.")),
        Fault.SECOND_NEW_DATE: (
            "new_date", _("A new date was promised before; a second one is not given. Leave it empty."),
        ),
        Fault.NEEDS_NO_NEW_DATE: ("new_date", _("The result is there; no new date is needed.")),
        Fault.NO_CORRECTIVE_ACTION: (
            "corrective_action", _("Say what is done so that it does not happen again."),
        ),
    }  # fmt: skip
    if faults:
        raise ValidationError(dict(said[fault] for fault in faults))


@transaction.atomic
def raise_conduct_apology(
    *, case: Case, reason: str, corrective_action: str, due_on: date, by: User, now: datetime
) -> tuple[Apology, bool]:
    """Write a letter after an upheld case; returns it and whether this call made it.

    ``due_on``: when it should have reached the citizen. Raises Refused, ValidationError.
    """
    today = timezone.localdate(now)
    held = Case.objects.select_for_update(of=("self",)).select_related("agency").get(pk=case.pk)
    check_can_raise(by, held, today)
    known = Apology.objects.filter(case=held).first()
    if known is not None:
        return known, False
    raise_faults(conduct_faults(reason=reason, corrective_action=corrective_action))
    if not today <= due_on <= today + timedelta(days=60):
        raise ValidationError({"due_on": _("Choose a day within the next 60 days.")})
    made = Apology.objects.create(
        office=office_of(held.agency, today), kind=Kind.CONDUCT, case=held, state=State.READY, owed_on=today,
        due_on=due_on, reason=reason, corrective_action=corrective_action, prepared_by=by, prepared_at=now,
    )  # fmt: skip
    record(
        act="feedback.raise_conduct_apology", by=by, obj=made, agency=made.office, now=now,
        data={"case": held.pk},
    )  # fmt: skip
    return made, True


@transaction.atomic
def drop_apology(*, apology: Apology, reason: str, revision: int, by: User, now: datetime) -> bool:
    """Say that a letter is not needed; returns whether this call did. Raises Refused, Changed.

    ValidationError for a dossier that is late: then the letter is compulsory.
    """
    held = hold_apology(apology, revision)
    check_can_drop(by, held, timezone.localdate(now))
    if held.state == State.DROPPED:
        return False
    check_not_signed(held)
    if held.dossier is not None and is_late(held.dossier, held, timezone.localdate(now)):
        raise ValidationError(_("The dossier is late; its letter of apology is compulsory."), code="late")
    _drop(held, reason, by, now)
    return True


def is_late(dossier: Dossier, apology: Apology, today: date) -> bool:
    """Whether the day for which the letter is owed has passed without a result."""
    due_on = apology.for_due_on or dossier.due_on
    return due_on < (dossier.finished_on or today)
