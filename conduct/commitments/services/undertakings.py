"""The acts of an undertaking: opening it, whom it helps and who helps, what was done, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record
from conduct.kernel.sealing import seal

from ..models import Beneficiary, Help, Support, Undertaking
from ..permissions.undertakings import check_can_record_help, check_can_run_undertaking, units_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A beneficiary to enter: a village, or a household by code and village with its name in clear."""

    code: str
    village: str
    name: str = ""
    need: str = ""
    unit: Agency | None = None


@transaction.atomic
def open_undertaking(
    *,
    agency: Agency,
    name: str,
    kind: str,
    decision_number: str = "",
    starts_on: date,
    ends_on: date | None = None,
    by: User,
    now: datetime,
) -> tuple[Undertaking, bool]:
    """Begin a programme of an agency; returns it and whether it is new.

    Raises Refused without the right, ValidationError when it would end before it begins or when the agency
    has another one of that name and first day.
    """
    check_can_run_undertaking(by, agency, timezone.localdate(now))
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day cannot be before the first.")})
    values = {"kind": kind, "decision_number": decision_number, "ends_on": ends_on}
    found, created = Undertaking.objects.get_or_create(
        agency=agency,
        name=name,
        starts_on=starts_on,
        defaults={**values, "opened_by": by, "opened_at": now},
    )
    if created:
        data = {"name": name, "kind": kind, "starts_on": starts_on.isoformat()}
        record(act="commitments.open_undertaking", by=by, obj=found, agency=agency, now=now, data=data)
    elif any(getattr(found, field) != value for field, value in values.items()):
        raise ValidationError(_("The agency already has an undertaking of this name from this day."))
    return found, created


@transaction.atomic
def add_beneficiaries(
    *, undertaking: Undertaking, entries: Sequence[Entry], starts_on: date, by: User, now: datetime
) -> int:
    """Enter villages or households, helped by their unit from ``starts_on``; returns how many are new.

    Names are sealed. Entered again with the same village, a beneficiary stays as it is. Raises Refused
    without the right, ValidationError for a day before the undertaking, or (by number of the row, from 0)
    for a code that stands for another place: then nothing is entered.
    """
    Undertaking.objects.select_for_update().get(pk=undertaking.pk)
    check_can_run_undertaking(by, undertaking.agency, timezone.localdate(now))
    if starts_on < undertaking.starts_on:
        raise ValidationError({"starts_on": _before(undertaking.starts_on)})
    fresh = _fresh(undertaking, entries)
    made = Beneficiary.objects.bulk_create(
        Beneficiary(
            undertaking=undertaking,
            code=entry.code,
            village=entry.village,
            name_sealed=seal(entry.name),
            need=entry.need,
        )
        for entry in fresh
    )
    Support.objects.bulk_create(
        Support(beneficiary=beneficiary, unit=entry.unit, starts_on=starts_on)
        for beneficiary, entry in zip(made, fresh, strict=True)
        if entry.unit is not None
    )
    if made:
        data: dict[str, object] = {"n_entered": len(made), "codes": [entry.code for entry in fresh]}
        _note("commitments.add_beneficiaries", undertaking, by, now, data)
    return len(made)


def _fresh(undertaking: Undertaking, entries: Sequence[Entry]) -> list[Entry]:
    """The entries that are not there yet; ValidationError when a code stands for two places or twice here."""
    known = dict(undertaking.beneficiaries.values_list("code", "village"))
    errors: dict[str, str] = {}
    fresh: dict[str, Entry] = {}
    for place, entry in enumerate(entries):
        if entry.code in fresh:
            errors[str(place)] = _("The code %s stands in two rows.") % entry.code
        elif entry.code not in known:
            fresh[entry.code] = entry
        elif known[entry.code] != entry.village:
            words = _("The code %(code)s already stands for %(village)s.")
            errors[str(place)] = words % {"code": entry.code, "village": known[entry.code]}
    if errors:
        raise ValidationError(errors)
    return list(fresh.values())


@transaction.atomic
def add_support(
    *,
    beneficiary: Beneficiary,
    unit: Agency,
    task: str = "",
    starts_on: date,
    ends_on: date | None = None,
    by: User,
    now: datetime,
) -> bool:
    """Let a unit help a beneficiary; returns whether it is new.

    Raises Refused without the right, ValidationError for a unit from elsewhere or days that cannot be.
    """
    beneficiary = _locked(beneficiary)
    undertaking, today = beneficiary.undertaking, timezone.localdate(now)
    check_can_run_undertaking(by, undertaking.agency, today)
    if starts_on < undertaking.starts_on:
        raise ValidationError({"starts_on": _before(undertaking.starts_on)})
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day cannot be before the first.")})
    if not units_of(undertaking.agency, today).filter(pk=unit.pk).exists():
        raise ValidationError({"unit": _("This unit is not part of %s.") % undertaking.agency.name})
    support, created = Support.objects.get_or_create(
        beneficiary=beneficiary,
        unit=unit,
        defaults={"task": task, "starts_on": starts_on, "ends_on": ends_on},
    )
    if not created and (support.starts_on, support.ends_on) != (starts_on, ends_on):
        raise ValidationError({"unit": _("This unit already helps here; its days are in the list.")})
    if created:
        _note("commitments.add_support", undertaking, by, now, _of(beneficiary, unit=unit.code))
    return created


@transaction.atomic
def end_support(*, support: Support, ends_on: date, by: User, now: datetime) -> bool:
    """Say until when a unit helped; returns whether that changed anything.

    Raises Refused without the right, ValidationError for a day before the first or after today.
    """
    beneficiary = _locked(support.beneficiary)
    support = Support.objects.select_related("unit").get(pk=support.pk)
    check_can_run_undertaking(by, beneficiary.undertaking.agency, timezone.localdate(now))
    _check_day("ends_on", ends_on, support.starts_on, timezone.localdate(now))
    if support.ends_on == ends_on:
        return False
    support.ends_on = ends_on
    support.save(update_fields=["ends_on"])
    data = _of(beneficiary, unit=support.unit.code, ends_on=ends_on.isoformat())
    _note("commitments.end_support", beneficiary.undertaking, by, now, data)
    return True


@transaction.atomic
def record_help(
    *, support: Support, on: date, what: str, value: int | None = None, by: User, now: datetime
) -> bool:
    """Note what a unit did on a day and what it was worth in đồng; the same line twice is one.

    Returns whether it is new. Raises Refused without the right, ValidationError for a day on which the unit
    did not help.
    """
    beneficiary = _locked(support.beneficiary)
    support = Support.objects.select_related("unit").get(pk=support.pk)
    today = timezone.localdate(now)
    check_can_record_help(by, support.unit, today)
    _check_day("on", on, support.starts_on, min(today, support.ends_on or today))
    _help, created = Help.objects.get_or_create(
        support=support, on=on, what=what, value=value, defaults={"entered_by": by, "entered_at": now}
    )
    if created:
        data = _of(beneficiary, unit=support.unit.code, on=on.isoformat(), value=value)
        _note("commitments.record_help", beneficiary.undertaking, by, now, data)
    return created


@transaction.atomic
def record_outcome(
    *, beneficiary: Beneficiary, outcome: str, on: date | None, note: str = "", by: User, now: datetime
) -> bool:
    """Say what became of a beneficiary, from which day; returns whether that changed anything.

    ``on`` is None only while it is going on. Raises Refused without the right, ValidationError for a day
    outside the undertaking.
    """
    beneficiary = _locked(beneficiary)
    undertaking, today = beneficiary.undertaking, timezone.localdate(now)
    check_can_run_undertaking(by, undertaking.agency, today)
    if outcome == Beneficiary.Outcome.GOING_ON:
        on = None
    elif on is None:
        raise ValidationError({"on": _("Say from which day.")})
    else:
        _check_day("on", on, undertaking.starts_on, today)
    old = (beneficiary.outcome, beneficiary.outcome_on, beneficiary.outcome_note)
    if old == (outcome, on, note):
        return False
    beneficiary.outcome, beneficiary.outcome_on, beneficiary.outcome_note = outcome, on, note
    beneficiary.save(update_fields=["outcome", "outcome_on", "outcome_note"])
    data = _of(beneficiary, old=old[0], new=outcome, on=on.isoformat() if on else None)
    _note("commitments.record_outcome", undertaking, by, now, data)
    return True


def _locked(beneficiary: Beneficiary) -> Beneficiary:
    """The row itself, held until the end of the transaction."""
    rows = Beneficiary.objects.select_related("undertaking__agency").select_for_update(of=("self",))
    return rows.get(pk=beneficiary.pk)


def _before(first: date) -> str:
    return _("Choose %(day)s or a later day.") % {"day": date_format(first, "d/m/Y")}


def _check_day(field: str, day: date, first: date, last: date) -> None:
    if day < first:
        raise ValidationError({field: _before(first)})
    if day > last:
        words = _("Choose %(day)s or an earlier day.") % {"day": date_format(last, "d/m/Y")}
        raise ValidationError({field: words})


def _of(beneficiary: Beneficiary, **data: object) -> dict[str, object]:
    """What the trail says of a beneficiary: its code, never a name, a need or a note."""
    return {"beneficiary": beneficiary.pk, "code": beneficiary.code, **data}


def _note(act: str, undertaking: Undertaking, by: User, now: datetime, data: dict[str, object]) -> None:
    record(act=act, by=by, obj=undertaking, agency=undertaking.agency, now=now, data=data)
