"""What changes a dossier beside the lists."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record

from ..models import Dossier


@transaction.atomic
def move_due_day(*, dossier: Dossier, to: date, by: User, now: datetime) -> bool:
    """Promise a new day for the result; the first promised day stays. Returns whether it moved.

    Raises ValidationError when the result is there already or the day is not later.
    """
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if held.due_on == to:
        return False
    if held.finished_on is not None:
        raise ValidationError(_("The result is there already; no new date is needed."))
    if to <= held.due_on:
        raise ValidationError(_("The new date must be later than the day the dossier is due now."))
    before, held.due_on = held.due_on, to
    held.save(update_fields=["due_on"])
    record(
        act="dossiers.move_due_day", by=by, obj=held, agency=held.agency, now=now,
        data={"from": before.isoformat(), "to": to.isoformat()},
    )  # fmt: skip
    return True
