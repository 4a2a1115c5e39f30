"""Keeping service points: creating, changing, closing and opening them again."""

import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..asking import forget_desk
from ..models import ServicePoint
from ..permissions.points import check_can_keep_points

# No vowels (no words by accident) and nothing that is taken for something else on paper (0 o 1 l i).
SLUG_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
SLUG_LENGTH = 7


def new_slug() -> str:
    """A random short address; 27⁷ are possible, so a clash is all but excluded (and refused by the table)."""
    return "".join(secrets.choice(SLUG_ALPHABET) for _place in range(SLUG_LENGTH))


@transaction.atomic
def create_point(
    *, agency: Agency, name: str, name_en: str = "", by: User, now: datetime
) -> tuple[ServicePoint, bool]:
    """Make a point with a random short address; an open point of that name is returned as it is.

    Raises Refused without the right, ValidationError for a name that a closed point of the agency has.
    """
    today = timezone.localdate(now)
    check_can_keep_points(by, agency, today)
    known = ServicePoint.objects.filter(agency=agency, name=name).first()
    if known is not None and known.is_open:
        return known, False
    if known is not None:
        raise _name_is_taken(agency)
    point = ServicePoint(agency=agency, name=name, name_en=name_en, slug=new_slug(), opened_on=today)
    _save(point)
    record(
        act="surveys.create_point",
        by=by,
        obj=point,
        agency=agency,
        now=now,
        data={"slug": point.slug, "name": name, "name_en": name_en},
    )
    return point, True


@transaction.atomic
def change_point(*, point: ServicePoint, name: str, name_en: str, by: User, now: datetime) -> bool:
    """Give a point other names; its short address stays, since it hangs on the wall.

    Returns whether anything changed. Raises Refused without the right, ValidationError when the agency has
    another point of that name.
    """
    point = _locked(point, by, now)
    old = {"name": point.name, "name_en": point.name_en}
    new = {"name": name, "name_en": name_en}
    if old == new:
        return False
    point.name, point.name_en = name, name_en
    _save(point)
    _note("surveys.change_point", point, by, now, data={"old": old, "new": new})
    return True


@transaction.atomic
def close_point(*, point: ServicePoint, reason: str, by: User, now: datetime) -> bool:
    """Ask nobody any more at this point; what was said stays. Returns whether this call closed it.

    Raises Refused without the right, ValidationError without a reason.
    """
    point = _locked(point, by, now)
    if not point.is_open:
        return False
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the point closes.")}, code="reason")
    point.is_open, point.closed_on = False, timezone.localdate(now)
    _save(point)
    _note("surveys.close_point", point, by, now, reason=reason.strip())
    return True


@transaction.atomic
def open_point(*, point: ServicePoint, by: User, now: datetime) -> bool:
    """Ask again at a closed point. Returns whether this call opened it. Raises Refused without the right."""
    point = _locked(point, by, now)
    if point.is_open:
        return False
    point.is_open, point.closed_on = True, None
    _save(point)
    _note("surveys.open_point", point, by, now)
    return True


def _locked(point: ServicePoint, by: User, now: datetime) -> ServicePoint:
    """The row itself, held until the end of the transaction, after checking the right."""
    fresh = ServicePoint.objects.select_related("agency").select_for_update(of=("self",)).get(pk=point.pk)
    check_can_keep_points(by, fresh.agency, timezone.localdate(now))
    return fresh


def _save(point: ServicePoint) -> None:
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError as error:
        if "agency_has_one_point_of_a_name" not in str(error):
            raise
        raise _name_is_taken(point.agency) from error


def _name_is_taken(agency: Agency) -> ValidationError:
    words = _("%(agency)s already has a service point of this name.") % {"agency": agency.name}
    return ValidationError({"name": words}, code="twice")


def _note(
    act: str,
    point: ServicePoint,
    by: User,
    now: datetime,
    reason: str = "",
    data: dict[str, object] | None = None,
) -> None:
    """The audit row, and the cache emptied once the change is certain."""
    record(act=act, by=by, obj=point, agency=point.agency, now=now, reason=reason, data=data)
    transaction.on_commit(lambda: forget_desk(point.slug, timezone.localdate(now)))
