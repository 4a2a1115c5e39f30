"""Adopting a published version for an office, and ending an adoption. No base item can be left out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.agencies.periods import closed_months
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import Adoption, Emphasis, Item, ModelVersion
from ..permissions.adoptions import check_can_adopt, check_can_be_adopted, check_can_end_adoption


@transaction.atomic
def adopt_version(
    *,
    agency: Agency,
    version: ModelVersion,
    valid_from: date,
    decision_number: str = "",
    emphasis: Mapping[int, int] | None = None,
    by: User,
    now: datetime,
) -> tuple[Adoption, bool]:
    """Bind an agency to a version from a day on; returns the adoption and whether this call made it.

    ``emphasis`` maps ids of items of the version to 1–3; unnamed items have 1. Raises Refused without the
    right or for a version that is not published, ValidationError for a day or emphasis that cannot be.
    """
    check_can_adopt(by, agency, timezone.localdate(now))
    check_can_be_adopted(version)
    _check_day(agency, valid_from)
    weights = _checked_emphasis(version, emphasis or {})
    values = {"decision_number": decision_number.strip(), "adopted_by": by, "adopted_at": now}
    known = Adoption.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from), agency=agency, version=version
    ).first()
    if known is not None and (known.valid_from, known.valid_to) == (valid_from, None):
        return known, False
    adoption = _adopted(agency, version, valid_from=valid_from, **values)
    Emphasis.objects.bulk_create(
        Emphasis(adoption=adoption, item_id=item_id, weight=weight) for item_id, weight in weights.items()
    )
    record(
        act="models_catalog.adopt_version",
        by=by,
        obj=adoption,
        agency=agency,
        now=now,
        data={
            "version": version.pk,
            "valid_from": valid_from.isoformat(),
            "decision_number": adoption.decision_number,
            "emphasis": {str(item_id): weight for item_id, weight in weights.items()},
        },
    )
    return adoption, True


def _adopted(agency: Agency, version: ModelVersion, **values: Any) -> Adoption:
    try:
        with transaction.atomic():
            return Adoption.objects.create(agency=agency, version=version, **values)
    except IntegrityError as error:
        if "office_adopts_a_version_once_at_a_time" not in str(error):
            raise
        raise ValidationError(
            _("%(agency)s already keeps this version; end that adoption first."),
            code="twice",
            params={"agency": agency.name},
        ) from error


def _check_day(agency: Agency, day: date) -> None:
    if day < agency.valid_from or (agency.valid_to is not None and day > agency.valid_to):
        raise ValidationError(
            {"valid_from": _("%(agency)s does not exist on that day.") % {"agency": agency.name}}, code="day"
        )
    last = _last_closed_month(agency, day)
    if last is not None and day <= last.last:
        raise ValidationError(
            {
                "valid_from": _("The months up to %(month)s are closed; choose a later day.")
                % {"month": f"{last.month}/{last.year}"}
            },
            code="closed",
        )


def _last_closed_month(agency: Agency, day: date) -> Month | None:
    """The last closed month of the office that keeps this agency's months."""
    return max((month for _office, month in closed_months([office_of(agency, day).pk])), default=None)


def _checked_emphasis(version: ModelVersion, emphasis: Mapping[int, int]) -> dict[int, int]:
    """Only what differs from 1. Raises ValidationError for a strange item or weight."""
    items = set(Item.objects.filter(group__version=version).values_list("pk", flat=True))
    if not set(emphasis) <= items or not set(emphasis.values()) <= {1, 2, 3}:
        raise ValidationError(_("Emphasis is 1, 2 or 3, on items of this version only."), code="emphasis")
    return {item_id: weight for item_id, weight in emphasis.items() if weight > 1}


@transaction.atomic
def end_adoption(*, adoption: Adoption, ends_on: date, reason: str, by: User, now: datetime) -> bool:
    """Let an adoption end with ``ends_on``, its last day; returns whether this call ended it.

    Raises Refused without the right, ValidationError without a reason, for a day before it began, in a closed
    month, or when it already ends on another day.
    """
    check_can_end_adoption(by, adoption, timezone.localdate(now))
    adoption = (
        Adoption.objects.select_for_update(of=("self",))
        .select_related("agency", "version")
        .get(pk=adoption.pk)
    )
    if adoption.valid_to == ends_on:
        return False
    if adoption.valid_to is not None:
        raise ValidationError(
            _("This adoption already ends on %(day)s.") % {"day": date_format(adoption.valid_to, "d/m/Y")},
            code="ended",
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the adoption ends.")}, code="reason")
    last = _last_closed_month(adoption.agency, ends_on)
    if ends_on < adoption.valid_from:
        raise ValidationError({"ends_on": _("The adoption cannot end before it began.")}, code="day")
    if last is not None and ends_on < last.last:
        raise ValidationError(
            {
                "ends_on": _("The months up to %(month)s are closed; choose a later day.")
                % {"month": f"{last.month}/{last.year}"}
            },
            code="closed",
        )
    adoption.valid_to = ends_on
    adoption.save(update_fields=["valid_to"])
    record(
        act="models_catalog.end_adoption",
        by=by,
        obj=adoption,
        agency=adoption.agency,
        now=now,
        reason=reason.strip(),
        data={"ends_on": ends_on.isoformat()},
    )
    return True
