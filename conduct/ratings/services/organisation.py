"""The class of an organisation for a year, from a dated decision with its number (Điều 5, 8, 20.6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..models import OrganisationClass
from ..permissions.organisation import check_can_note_class
from ..tallies.keys import next_key


@transaction.atomic
def note_organisation_class(
    *, agency: Agency, year: int, said: Mapping[str, Any], by: User, now: datetime
) -> bool:
    """Note the decision on an organisation's class; one in force before is replaced and kept.

    ``said``: level, points, is_outstanding, number, decided_on, by_authority. Returns whether it is new.
    Raises Refused, ValidationError.
    """
    today = timezone.localdate(now)
    check_can_note_class(by, agency, today)
    if said["decided_on"] > today:
        raise ValidationError({"decided_on": _("This day has not come yet.")})
    if said["decided_on"].year < year:
        raise ValidationError({"decided_on": _("The decision is earlier than the year it is about.")})
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    old = OrganisationClass.objects.filter(agency=agency, year=year, replaced_by__isnull=True).first()
    if old is not None:
        if all(getattr(old, name) == value for name, value in said.items()):
            return False
        if said["decided_on"] < old.decided_on or said["number"] == old.number:
            raise ValidationError(
                {"number": _("A decision that replaces another has its own number and a day not before it.")}
            )
    new = OrganisationClass(agency=agency, year=year, noted_by=by, noted_at=now, **said)
    new.pk = next_key(OrganisationClass)
    if old is not None:
        old.replaced_by_id = new.pk
        old.save(update_fields=["replaced_by"])
    new.save(force_insert=True)
    record(
        act="ratings.note_organisation_class", by=by, obj=new, agency=agency, now=now,
        data={"year": year, "level": new.level, "outstanding": new.is_outstanding},
    )  # fmt: skip
    return True
