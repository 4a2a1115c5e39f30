"""Keeping an agency's list of kinds of work (Điều 13): a change is a new dated entry, the old one ends."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..models import WorkItem
from ..permissions.tasks import check_can_keep_work


@dataclass(frozen=True, slots=True)
class WorkSaid:
    """What an entry says: a piece of it, counted in ``unit``, is worth ``factor`` standard units."""

    code: str
    name: str
    unit: str
    group: int
    factor: Decimal
    legal_act: str = ""

    def says(self, item: WorkItem) -> bool:
        """Whether an entry says just this."""
        return (item.name, item.unit, item.group, item.factor, item.legal_act) == (
            self.name, self.unit, self.group, self.factor, self.legal_act,
        )  # fmt: skip


@transaction.atomic
def keep_work(*, agency: Agency, said: WorkSaid, valid_from: date, by: User, now: datetime) -> bool:
    """Enter a kind of work, or let it say something else from a day on; returns whether anything changed.

    The entry that held until then ends on the day before. Raises Refused, and ValidationError when a later
    entry of that code stands there already.
    """
    check_can_keep_work(by, agency, timezone.localdate(now))
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=agency.pk)
    entries = WorkItem.objects.filter(agency=agency, code__iexact=said.code)
    if entries.filter(valid_from__gt=valid_from).exists():
        raise ValidationError({"valid_from": _("A later entry of this code stands in the list already.")})
    old = entries.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)).first()
    if old is not None and said.says(old) and old.valid_to is None:
        return False
    if old is not None and old.valid_from == valid_from:
        raise ValidationError(
            {"valid_from": _("An entry of this code begins on that day already; choose a later one.")}
        )
    if old is not None:
        old.valid_to = valid_from - timedelta(days=1)
        old.save(update_fields=["valid_to"])
    item = WorkItem.objects.create(
        agency=agency, code=old.code if old else said.code, name=said.name, unit=said.unit, group=said.group,
        factor=said.factor, legal_act=said.legal_act, valid_from=valid_from,
    )  # fmt: skip
    record(
        act="ratings.keep_work", by=by, obj=item, agency=agency, now=now,
        data={"code": item.code, "group": item.group, "factor": str(item.factor), "from": str(valid_from)},
    )  # fmt: skip
    return True


@transaction.atomic
def end_work(*, item: WorkItem, last_day: date, by: User, now: datetime) -> bool:
    """Let an entry end after a day; returns whether it did now. Tasks that use it stay as they are.

    Raises Refused, and ValidationError for a day before it begins or for one that has ended.
    """
    check_can_keep_work(by, item.agency, timezone.localdate(now))
    held = WorkItem.objects.select_for_update().get(pk=item.pk)
    if held.valid_to == last_day:
        return False
    if held.valid_to is not None:
        raise ValidationError(_("This entry has ended already."))
    if last_day < held.valid_from:
        raise ValidationError({"last_day": _("The last day lies before the first.")})
    held.valid_to = last_day
    held.save(update_fields=["valid_to"])
    record(
        act="ratings.end_work", by=by, obj=held, agency=item.agency, now=now,
        data={"code": held.code, "until": str(last_day)},
    )  # fmt: skip
    return True
