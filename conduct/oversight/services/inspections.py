"""Making an inspection: begin it, say whom and what was examined, note findings, finish it."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.tree import lineage_ids, subtree_ids
from conduct.audit.services import record
from conduct.kernel.workdays import working_day
from conduct.notices.services import Message, push
from models_catalog.models import Adoption, Item, ItemGroup, ItemQuerySet, Source

from ..models import Finding, Inspection, InspectionLine
from ..permissions.inspections import check_can_inspect, check_can_write
from ..rules.findings import DAYS_TO_ANSWER


@transaction.atomic
def begin_inspection(
    *, agency: Agency, kind: str, on: date, subject: str, by: User, now: datetime
) -> Inspection:
    """A visit of an agency on a day that has come. Raises Refused, ValidationError."""
    today = timezone.localdate(now)
    check_can_inspect(by, agency, today)
    if on > today:
        raise ValidationError({"on": _("This day has not come yet.")})
    inspection = Inspection.objects.create(agency=agency, kind=kind, on=on, subject=subject, inspector=by)
    record(
        act="oversight.begin_inspection", by=by, obj=inspection, agency=agency, now=now,
        data={"kind": kind, "on": on.isoformat(), "subject": subject},
    )  # fmt: skip
    return inspection


def people_of(inspection: Inspection) -> list[Posting]:
    """Who served in the inspected agency on the day of the visit, without the inspector."""
    below = subtree_ids([inspection.agency_id], inspection.on)
    people = Posting.objects.in_force(inspection.on).filter(agency_id__in=below)
    others = people.exclude(person=inspection.inspector_id).select_related("person", "agency")
    return list(others.order_by("person__name_order", "pk"))


def adoptions_of(inspection: Inspection) -> list[Adoption]:
    """The models for persons that bind the inspected agency on the day of the visit."""
    above = lineage_ids(inspection.agency_id, inspection.on)
    below = subtree_ids([inspection.agency_id], inspection.on)
    kept = Adoption.objects.in_force(inspection.on).filter(agency_id__in={*above, *below})
    return list(kept.select_related("version__model", "agency").order_by("version__model__name_order", "pk"))


def items_of(adoption: Adoption) -> ItemQuerySet:
    """The items of a model that an inspection can judge."""
    return Item.objects.kept_under(adoption).filter(sources__contains=[Source.INSPECTION])


@transaction.atomic
def examine(
    *, inspection: Inspection, adoption: Adoption, posting_ids: Collection[int], item_ids: Collection[int],
    by: User, now: datetime,
) -> int:  # fmt: skip
    """Every chosen person was examined on every chosen item; returns how many lines are new."""
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("agency").get(
        pk=inspection.pk
    )  # fmt: skip
    check_can_write(by, inspection, timezone.localdate(now))
    people = {posting.pk for posting in people_of(inspection) if adoption.speaks_to(posting)}
    known = set(items_of(adoption).values_list("pk", flat=True))
    if adoption not in adoptions_of(inspection) or not set(posting_ids) <= people:
        raise ValidationError(_("Somebody chosen did not keep this model here on that day."))
    if not set(item_ids) <= known or not posting_ids or not item_ids:
        raise ValidationError(_("Choose at least one person and one item."))
    before = inspection.lines.count()
    InspectionLine.objects.bulk_create(
        [
            InspectionLine(inspection=inspection, posting_id=posting, adoption=adoption, item_id=item)
            for posting in sorted(posting_ids)
            for item in sorted(item_ids)
        ],
        ignore_conflicts=True,
    )
    n_new = inspection.lines.count() - before
    if n_new:
        _changed(inspection)
        record(
            act="oversight.examine", by=by, obj=inspection, agency=inspection.agency, now=now,
            data={"adoption": adoption.pk, "people": len(posting_ids), "items": sorted(item_ids)},
        )  # fmt: skip
    return n_new


@transaction.atomic
def leave_out(*, line: InspectionLine, by: User, now: datetime) -> bool:
    """Take back a line without finding that was ticked by mistake."""
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("agency").get(
        pk=line.inspection_id
    )  # fmt: skip
    check_can_write(by, inspection, timezone.localdate(now))
    gone, _rows = InspectionLine.objects.filter(pk=line.pk, finding__isnull=True).delete()
    if gone:
        _changed(inspection)
        record(
            act="oversight.leave_out", by=by, obj=inspection, agency=inspection.agency, now=now,
            data={"posting": line.posting_id, "item": line.item_id},
        )  # fmt: skip
    return bool(gone)


@transaction.atomic
def note_finding(
    *, line: InspectionLine, text: str, is_breach: bool, by: User, now: datetime
) -> tuple[Finding, bool]:
    """What was found at a line; one a line. Only a prohibition can be breached."""
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("agency").get(
        pk=line.inspection_id
    )  # fmt: skip
    today = timezone.localdate(now)
    check_can_write(by, inspection, today)
    if not text.strip():
        raise ValidationError({"text": _("Say what was found.")})
    if is_breach and line.item.group.polarity != ItemGroup.Polarity.PROHIBITION:
        raise ValidationError({"is_breach": _("Only a prohibition can be breached; this is a duty.")})
    answer_by = working_day(today, DAYS_TO_ANSWER)
    finding, is_new = Finding.objects.get_or_create(
        line=line, defaults={"text": text.strip(), "is_breach": is_breach, "answer_by": answer_by}
    )
    if is_new:
        _changed(inspection)
        record(
            act="oversight.note_finding", by=by, obj=finding, agency=inspection.agency, now=now,
            data={"posting": line.posting_id, "item": line.item_id, "breach": is_breach},
        )  # fmt: skip
    return finding, is_new


@transaction.atomic
def finish_inspection(*, inspection: Inspection, note: str, by: User, now: datetime) -> bool:
    """Finish the visit: its lines count from now on, and whoever has a finding is asked to answer."""
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("agency").get(
        pk=inspection.pk
    )  # fmt: skip
    if inspection.done_at is not None and inspection.inspector_id == by.pk:
        return False
    check_can_write(by, inspection, timezone.localdate(now))
    if not inspection.lines.exists():
        raise ValidationError(_("Nothing has been examined yet."))
    inspection.note, inspection.done_at = note.strip(), now
    _changed(inspection)
    found = Finding.objects.filter(line__inspection=inspection).select_related("line__posting")
    push(
        messages=[
            Message(
                finding.line.posting.person_id,
                f"oversight.finding:{finding.pk}",
                "Có phát hiện qua kiểm tra cần giải trình",
                f"Hạn giải trình: {finding.answer_by:%d/%m/%Y}.",
                f"/oversight/findings/{finding.pk}/",
            )
            for finding in found
        ],
        now=now,
    )
    record(
        act="oversight.finish_inspection", by=by, obj=inspection, agency=inspection.agency, now=now,
        data={"lines": inspection.lines.count(), "findings": len(found)},
    )  # fmt: skip
    return True


def _changed(inspection: Inspection) -> None:
    inspection.revision += 1
    inspection.save()
