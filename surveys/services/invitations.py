"""Batches of invitations: asking for one, reminding it as a whole."""

import secrets
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.tree import lineage_ids, office_of
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import InvitationBatch, Invited, Questionnaire, ServicePoint, Stratum
from ..permissions.invitations import check_can_invite
from ..rules.strata import Cell
from .sending import can_remind
from .strata import Plan, plan_batch

LONGEST = timedelta(days=90)
# A second click comes within this time; later, the same dossiers are another batch or none.
_AGAIN = timedelta(minutes=1)


def check_batch(
    *, agency: Agency, point: ServicePoint, month: Month, expires_on: date, today: date
) -> Questionnaire:
    """What would be asked. Raises ValidationError by field when a batch could not be made so."""
    if office_of(point.agency, today).pk != office_of(agency, today).pk:
        raise ValidationError({"point": _("This service point belongs to another office.")}, code="point")
    if month > Month.of(today):
        raise ValidationError({"month": _("This month has not begun.")}, code="month")
    if not today < expires_on <= today + LONGEST:
        words = _("Choose a day after today, at most 90 days ahead.")
        raise ValidationError({"expires_on": words}, code="expires_on")
    lineage = lineage_ids(point.agency_id, today)
    asked = Questionnaire.objects.in_force(today, lineage, "dossier")
    asked = asked or Questionnaire.objects.in_force(today, lineage, "desk")
    if asked is None:
        words = _("No questionnaire is in force that could be asked after a dossier.")
        raise ValidationError(words, code="questionnaire")
    return asked


@transaction.atomic
def create_batch(
    *, agency: Agency, point: ServicePoint, month: Month, expires_on: date, by: User, now: datetime
) -> tuple[InvitationBatch, bool]:
    """Invite everybody whose dossier the agency finished in the month; a second click gets the first batch.

    The rows are written in random order. Raises Refused without the right, ValidationError when nobody can be
    invited.
    """
    today = timezone.localdate(now)
    check_can_invite(by, agency, today)
    questionnaire = check_batch(agency=agency, point=point, month=month, expires_on=expires_on, today=today)
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)  # a second click waits here
    again = InvitationBatch.objects.filter(
        agency=agency, point=point, month=month.first, made_by=by, made_at__gt=now - _AGAIN
    ).first()
    if again is not None:
        return again, False
    plan = plan_batch(agency, month)
    if not plan.n_invited:
        raise ValidationError(
            _("Nobody can be invited: see below why each dossier is left out."), code="nobody"
        )
    batch = InvitationBatch.objects.create(
        agency=agency, point=point, questionnaire=questionnaire, month=month.first,
        expires_on=expires_on, n_dossiers=plan.n_invited, left_out=plan.left_out, made_by=by, made_at=now,
    )  # fmt: skip
    _write(batch, plan)
    record(
        act="surveys.create_batch", by=by, obj=batch, agency=agency, now=now,
        data={
            "point": point.pk, "month": str(month), "invited": plan.n_invited,
            "strata": len(plan.partition.strata), "left_out": plan.left_out,
        },
    )  # fmt: skip
    return batch, True


def _write(batch: InvitationBatch, plan: Plan) -> None:
    rows = [
        Invited(batch=batch, dossier_id=dossier_id, stratum=stratum)
        for cell, dossier_ids in plan.partition.strata.items()
        for stratum in [_stratum(batch, cell)]
        for dossier_id in dossier_ids
    ]
    secrets.SystemRandom().shuffle(rows)
    Invited.objects.bulk_create(rows, batch_size=1000)


def _stratum(batch: InvitationBatch, cell: Cell) -> Stratum:
    posting = Posting.objects.get(pk=cell.posting_id) if cell.posting_id else None
    stratum, _created = Stratum.objects.get_or_create(
        point=batch.point, month=batch.month, procedure_group=cell.group, posting=posting
    )
    return stratum


@transaction.atomic
def remind_batch(*, batch: InvitationBatch, by: User, now: datetime) -> bool:
    """Remind everybody of the batch: nobody knows who has answered. Returns whether this call asked for it.

    Raises Refused without the right, ValidationError when no reminder is possible (any more).
    """
    today = timezone.localdate(now)
    fresh = InvitationBatch.objects.select_related("agency").select_for_update(of=("self",)).get(pk=batch.pk)
    check_can_invite(by, fresh.agency, today)
    if fresh.state in {InvitationBatch.State.REMINDING, InvitationBatch.State.REMINDED}:
        return False
    if not can_remind(fresh, today):
        raise ValidationError(_("This batch can not be reminded: see the reason below."), code="remind")
    fresh.state, fresh.n_tries, fresh.lease_until = InvitationBatch.State.REMINDING, 0, None
    fresh.save(update_fields=["state", "n_tries", "lease_until"])
    record(act="surveys.remind_batch", by=by, obj=fresh, agency=fresh.agency, now=now)
    return True
