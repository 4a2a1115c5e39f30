"""What cannot be undone: publishing a version, retiring it, folding a model into another."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.audit.services import record

from ..models import ConductModel, ModelVersion
from ..permissions.editing import check_can_edit
from .editing import lock_draft
from .wording import read_draft, refresh_search


@transaction.atomic
def publish_version(*, version: ModelVersion, revision: int, by: User, now: datetime) -> bool:
    """Freeze a draft for ever; returns whether this call did it, False when it was published before.

    Raises Refused without the right, DraftChanged for an older revision, ValidationError with every problem.
    """
    if not ModelVersion.objects.filter(pk=version.pk, state=ModelVersion.State.DRAFT).exists():
        check_can_edit(by, version.model, timezone.localdate(now))
        return False
    row = lock_draft(version, revision, by, now)
    if row.model.versions.filter(merged_into__isnull=False).exists():
        raise ValidationError(_("This model was folded into another; it has no further versions."))
    draft = read_draft(row)
    if draft.n_problems:
        raise ValidationError([said for _place, said in draft.every_problem()], code="problems")
    row.state, row.published_at = ModelVersion.State.PUBLISHED, now
    row.save(update_fields=["state", "published_at"])
    row.model.owners.filter(name=row.model.owner, source="").update(source=row.source[:300])
    refresh_search(row.model)
    record(
        act="models_catalog.publish_version",
        by=by,
        obj=row,
        agency=row.model.keeper,
        now=now,
        data={"key": row.model.key, "number": row.number, "n_items": draft.n_items},
    )
    return True


@transaction.atomic
def retire_version(*, version: ModelVersion, reason: str, by: User, now: datetime) -> bool:
    """No office can adopt the version from now on; returns whether this call retired it.

    Offices that keep it go on. Raises Refused without the right, ValidationError without a reason or for a
    draft.
    """
    rows = ModelVersion.objects.select_for_update(of=("self",)).select_related("model__keeper")
    row = rows.get(pk=version.pk)
    check_can_edit(by, row.model, timezone.localdate(now))
    if row.state == ModelVersion.State.RETIRED:
        return False
    if row.is_draft:
        raise ValidationError(_("A draft is in force nowhere; only a published version retires."))
    _check_reason(reason)
    row.state = ModelVersion.State.RETIRED
    row.save(update_fields=["state"])
    record(
        act="models_catalog.retire_version",
        by=by,
        obj=row,
        agency=row.model.keeper,
        now=now,
        reason=reason.strip(),
        data={"key": row.model.key, "number": row.number},
    )
    return True


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")


@transaction.atomic
def merge_model(*, model: ConductModel, target: ConductModel, reason: str, by: User, now: datetime) -> bool:
    """Fold a model into another: its published versions retire; returns whether this call did it.

    Raises Refused without the right, ValidationError without a reason, for a target without a published
    version, or for one that was itself folded into this model.
    """
    pair = ConductModel.objects.select_for_update(of=("self",)).filter(pk__in=[model.pk, target.pk])
    rows = {row.pk: row for row in pair.select_related("keeper").order_by("pk")}
    row, into = rows[model.pk], rows[target.pk]
    check_can_edit(by, row, timezone.localdate(now))
    version = into.versions.filter(state=ModelVersion.State.PUBLISHED).order_by("-number").first()
    if row.versions.filter(merged_into__model=into).exists():
        return False
    _check_reason(reason)
    _check_target(row, into, version)
    retired = row.versions.filter(state=ModelVersion.State.PUBLISHED)
    numbers = list(retired.order_by("number").values_list("number", flat=True))
    if not numbers:
        raise ValidationError(_("“%(model)s” has no published version.") % {"model": row.name})
    retired.update(state=ModelVersion.State.RETIRED, merged_into=version)
    row.absorbed_into = into
    row.save(update_fields=["absorbed_into"])
    record(
        act="models_catalog.merge_model",
        by=by,
        obj=row,
        agency=row.keeper,
        now=now,
        reason=reason.strip(),
        data={"key": row.key, "into": into.key, "versions": numbers},
    )
    return True


def _check_target(model: ConductModel, target: ConductModel, version: ModelVersion | None) -> None:
    """The target stands by itself: published, and not on the way back to this model."""
    if version is None:
        raise ValidationError(
            {"target": _("“%(model)s” has no published version to fold into.") % {"model": target.name}}
        )
    at: ConductModel | None = target
    met: set[int] = set()
    while at is not None and at.pk not in met:
        if at.pk == model.pk:
            raise ValidationError(
                {
                    "target": _("“%(target)s” was itself folded into “%(model)s”.")
                    % {"target": target.name, "model": model.name}
                },
                code="cycle",
            )
        met.add(at.pk)
        at = at.absorbed_into
