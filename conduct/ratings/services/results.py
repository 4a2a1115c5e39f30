"""Confirmed results: one in force, the earlier ones kept as its history (Điều 21.3)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused
from conduct.audit.services import record

from ..models import Result, Sheet, SheetEvent
from ..rules.scheme import Component
from ..rules.sheet import EXACT, STORED
from ..tallies.keys import next_key
from .reading import rules_of
from .result_parts import parts_of, tally_sheet

_CONFIRMED = (Sheet.State.APPROVED, Sheet.State.ACKNOWLEDGED)


def result_in_force(sheet: Sheet) -> Result | None:
    """The result that holds for a sheet, None before the first was confirmed."""
    return sheet.results.filter(replaced_by__isnull=True).select_related("by").first()


@transaction.atomic
def confirm_result(
    *,
    sheet: Sheet,
    cause: str,
    by: User,
    now: datetime,
    reason: str = "",
    points: Mapping[str, Decimal] | None = None,
    leading: Mapping[Component, int] | None = None,
    stands_in_for: User | None = None,
) -> Result:
    """Confirm a sheet's points as result n + 1; the one in force before is replaced and kept.

    ``cause`` is one of Result.Cause; any but the first confirmation needs a ``reason``. ``points`` (by
    criterion) and ``leading`` (percent) take the place of the reviewer's where given, in the result only: the
    sheet keeps what the reviewer wrote. Who may is asked by the caller. Raises Refused for a sheet that is
    not confirmed, ValidationError when points are missing or outside their range.
    """
    held = Sheet.objects.select_for_update(of=("self",)).select_related(
        "posting__person", "posting__agency", "office", "scheme", "reviewer"
    ).get(pk=sheet.pk)  # fmt: skip
    if held.state not in _CONFIRMED:
        raise Refused(_("This sheet has not been confirmed yet."))
    last = held.results.order_by("-number").first()
    if last is not None and not reason.strip():
        raise ValidationError(_("Say why the result is replaced."))
    result = _counted(held, points, leading, by=by, now=now)
    result.number, result.cause, result.reason = (last.number if last else 0) + 1, cause, reason.strip()
    _store(result, last)
    kind = SheetEvent.Kind.REPLACED if last else SheetEvent.Kind.APPROVED
    SheetEvent.objects.create(
        sheet=held, kind=kind, at=now, by=by, stands_in_for=stands_in_for, reason=result.reason,
        total=result.total,
    )  # fmt: skip
    if last is not None:
        held.revision, held.changed_by, held.changed_at = held.revision + 1, by, now
        held.save(update_fields=["revision", "changed_by", "changed_at"])
    record(
        act="ratings.replace_result" if last else "ratings.confirm_result",
        by=by, obj=result, agency=held.office, now=now, reason=result.reason,
        data={"number": result.number, "cause": cause, "total": str(result.total), "level": result.level},
    )  # fmt: skip
    return result


def _counted(
    sheet: Sheet,
    points: Mapping[str, Decimal] | None,
    leading: Mapping[Component, int] | None,
    *,
    by: User,
    now: datetime,
) -> Result:
    """The result that the sheet's points give; not stored."""
    try:
        tally = tally_sheet(sheet, rules_of(sheet), points, leading)
    except ValueError as error:
        raise ValidationError(_("Points must lie between 0 and the most of their line.")) from error
    found = tally.confirmed
    if found.total is None or found.level is None or found.common is None:
        raise ValidationError(missing_in(tally.confirmed.common is None, sheet))
    tasks = found.tasks.points if found.tasks else None
    return Result(
        sheet=sheet,
        common=found.common.quantize(STORED, context=EXACT),
        tasks=None if tasks is None else tasks.quantize(STORED, context=EXACT),
        total=found.total.quantize(STORED, context=EXACT),
        level=found.level.code,
        parts=parts_of(sheet, tally, signer=by, now=now),
        by=by,
        at=now,
    )


def missing_in(is_common_missing: bool, sheet: Sheet) -> str:
    """What keeps a sheet from having a total, as a sentence."""
    if is_common_missing:
        return _("Some criteria have no points yet.")
    if not sheet.tasks.exists():
        return _("No task was assigned in this period, so the task result cannot be counted.")
    return _("The components of a leader (d, đ, e) have not all been said.")


def _store(result: Result, last: Result | None) -> None:
    """The old row names the new one first, so that never two are in force."""
    result.pk = next_key(Result)
    if last is not None:
        last.replaced_by_id = result.pk
        last.save(update_fields=["replaced_by"])
    result.save(force_insert=True)
