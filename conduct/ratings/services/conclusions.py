"""Conclusions of a competent authority (Điều 20.4 b–d, 11.3): noted with number, authority and day; withdrawn
with a reason when the record was wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..models import Conclusion
from ..permissions.absences import check_can_note, check_can_withdraw
from ..tallies.keys import next_key


@transaction.atomic
def note_conclusion(
    *,
    person: User,
    office: Agency,
    where: Agency,
    said: Mapping[str, Any],
    same_as: Conclusion | None,
    by: User,
    now: datetime,
) -> bool:
    """Note a conclusion about one of the office's people; ``said`` are the fields of the act.

    ``where`` is the office in which it happened, an old one perhaps (11.3c).
    ``same_as`` is an earlier conclusion about the same act, so that both count in one year only (11.3a, b).
    Returns whether it is new. Raises Refused, ValidationError.
    """
    today = timezone.localdate(now)
    check_can_note(by, person, office, today)
    if said["decided_on"] > today:
        raise ValidationError({"decided_on": _("This day has not come yet.")})
    if said["happened_on"] > said["decided_on"]:
        raise ValidationError({"happened_on": _("The act comes after what it is about.")})
    if same_as is not None and same_as.person_id != person.pk:
        raise ValidationError({"same_as": _("This is a conclusion about somebody else.")})
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    there = Conclusion.objects.filter(
        person=person, number=said["number"], decided_on=said["decided_on"], withdrawn_at__isnull=True
    )
    if there.exists():
        return False
    row = Conclusion(pk=next_key(Conclusion), person=person, agency=where, noted_by=by, noted_at=now, **said)
    # The first of an act gives its own key, so that a later one can name it.
    row.act_key = same_as.act_key if same_as is not None else str(row.pk)
    row.save(force_insert=True)
    record(
        act="ratings.note_conclusion", by=by, obj=row, agency=office, now=now,
        data={"kind": row.kind, "decided_on": row.decided_on.isoformat()},
    )  # fmt: skip
    return True


@transaction.atomic
def withdraw_conclusion(*, conclusion: Conclusion, reason: str, by: User, now: datetime) -> bool:
    """Say that the record was wrong: it stays and no longer counts. Returns whether this call did."""
    held = Conclusion.objects.select_for_update(of=("self",)).select_related("person", "agency").get(
        pk=conclusion.pk
    )  # fmt: skip
    check_can_withdraw(by, held, timezone.localdate(now))
    if held.withdrawn_at is not None:
        return False
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_reason = now, by, reason
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(act="ratings.withdraw_conclusion", by=by, obj=held, agency=held.agency, now=now, reason=reason)
    return True
