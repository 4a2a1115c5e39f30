"""Days on which somebody did not work (Điều 11.2, 19.3): noted and ended.

No kind stands in the audit trail: that somebody was ill is their own matter.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..models import Absence
from ..permissions.absences import check_can_note


@transaction.atomic
def note_absence(
    *, person: User, office: Agency, kind: str, starts_on: date, ends_on: date, by: User, now: datetime
) -> bool:
    """Note an absence. Returns whether it is new. Raises Refused, ValidationError when the days overlap."""
    check_can_note(by, person, office, timezone.localdate(now))
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    if ends_on.year > starts_on.year + 5:
        raise ValidationError({"ends_on": _("Choose a last day within five years.")})
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    same = Absence.objects.filter(person=person, kind=kind, starts_on=starts_on, ends_on=ends_on)
    if same.exists():
        return False
    if _overlapping(person, kind, starts_on, ends_on).exists():
        raise ValidationError({"starts_on": _("Some of these days are noted already; end that one first.")})
    row = Absence.objects.create(
        person=person, office=office, kind=kind, starts_on=starts_on, ends_on=ends_on, noted_by=by
    )
    _record("ratings.note_absence", row, by, now)
    return True


@transaction.atomic
def end_absence(*, absence: Absence, ends_on: date, by: User, now: datetime) -> bool:
    """Say the true last day. Returns whether it changed. Raises Refused, ValidationError."""
    held = (
        Absence.objects.select_for_update(of=("self",)).select_related("person", "office").get(pk=absence.pk)
    )
    check_can_note(by, held.person, held.office, timezone.localdate(now))
    if held.ends_on == ends_on:
        return False
    if ends_on < held.starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    later = _overlapping(held.person, held.kind, held.starts_on, ends_on).exclude(pk=held.pk)
    if later.exists() or ends_on.year > held.starts_on.year + 5:
        raise ValidationError({"ends_on": _("Some of these days are noted already, or they are too many.")})
    held.ends_on = ends_on
    held.save(update_fields=["ends_on"])
    _record("ratings.end_absence", held, by, now)
    return True


def _overlapping(person: User, kind: str, first: date, last: date) -> QuerySet[Absence]:
    return Absence.objects.filter(person=person, kind=kind, starts_on__lte=last, ends_on__gte=first)


def _record(act: str, row: Absence, by: User, now: datetime) -> None:
    days = {"from": row.starts_on.isoformat(), "until": row.ends_on.isoformat()}
    record(act=act, by=by, obj=row, agency=row.office, now=now, data=days)
