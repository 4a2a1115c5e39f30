"""Keeping posters: hanging, checking and taking them down, and what one says."""

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.tree import office_of, subtree_ids
from conduct.audit.services import record
from conduct.documents.posters import PosterGroup, WallPoster
from models_catalog.models import Adoption, Item, ItemGroup

from ..models import Poster, ServicePoint
from ..permissions.posters import check_can_keep_posters


@transaction.atomic
def hang_poster(
    *,
    adoption: Adoption,
    point: ServicePoint | None,
    place: str,
    paper: str,
    hung_on: date,
    check_by: date,
    by: User,
    now: datetime,
) -> tuple[Poster, bool]:
    """Note that an adopted model hangs at a place; one that hangs there already is returned as it is.

    Raises Refused without the right, ValidationError for days that cannot be or a point of another agency.
    """
    today = timezone.localdate(now)
    adoption = Adoption.objects.select_related("agency").select_for_update(of=("self",)).get(pk=adoption.pk)
    check_can_keep_posters(by, adoption.agency, today)
    check_point(adoption, point, today)
    if hung_on > today:
        raise ValidationError({"hung_on": _("Choose today or an earlier day.")})
    _check_next(check_by, today)
    poster, created = Poster.objects.get_or_create(
        agency=adoption.agency,
        adoption=adoption,
        place=place,
        paper=paper,
        removed_on=None,
        defaults={"point": point, "hung_on": hung_on, "check_by": check_by},
    )
    if created:
        _note("surveys.hang_poster", poster, by, now, {"adoption": adoption.pk, "paper": paper})
    return poster, created


@transaction.atomic
def check_poster(
    *, poster: Poster, condition: str, note: str = "", check_by: date, by: User, now: datetime
) -> bool:
    """Note how a poster was found today and when to look again; returns whether that changed anything.

    Raises Refused without the right, ValidationError for one taken down or a day that is not to come.
    """
    poster = _locked(poster, by, now)
    today = timezone.localdate(now)
    if poster.removed_on is not None:
        raise ValidationError(_("This poster has been taken down."))
    _check_next(check_by, today)
    old = (poster.condition, poster.note, poster.check_by, poster.checked_on)
    new = (condition, note, check_by, today)
    if old == new:
        return False
    poster.condition, poster.note, poster.check_by, poster.checked_on = new
    poster.save(update_fields=["condition", "note", "check_by", "checked_on"])
    data: dict[str, object] = {"old": old[0], "new": condition, "check_by": check_by.isoformat()}
    _note("surveys.check_poster", poster, by, now, data)
    return True


@transaction.atomic
def take_down_poster(*, poster: Poster, removed_on: date, by: User, now: datetime) -> bool:
    """Note that a poster hangs no more; returns whether this call did.

    Raises Refused without the right, ValidationError for a day before it was hung or to come.
    """
    poster = _locked(poster, by, now)
    if poster.removed_on is not None:
        return False
    if removed_on < poster.hung_on or removed_on > timezone.localdate(now):
        words = _("Choose a day from %(day)s until today.")
        raise ValidationError({"removed_on": words % {"day": date_format(poster.hung_on, "d/m/Y")}})
    poster.removed_on = removed_on
    poster.save(update_fields=["removed_on"])
    _note("surveys.take_down_poster", poster, by, now, {"removed_on": removed_on.isoformat()})
    return True


def check_point(adoption: Adoption, point: ServicePoint | None, on: date) -> None:
    """A poster bears the code of a point of its own agency; ValidationError for another one."""
    if point is not None and point.agency_id not in subtree_ids([adoption.agency_id], on):
        words = _("This service point does not belong to %(agency)s.")
        raise ValidationError({"point": words % {"agency": adoption.agency.name}})


def what_it_says(adoption: Adoption, point: ServicePoint | None, on: date) -> WallPoster:
    """The office, the model with every item of it and the office's own, and the address of the point."""
    groups: dict[int, tuple[ItemGroup, list[str]]] = {}
    for item in Item.objects.kept_under(adoption):
        groups.setdefault(item.group_id, (item.group, []))[1].append(item.text)
    office = office_of(adoption.agency, on)
    return WallPoster(
        office=adoption.agency.name,
        above=office.name if office != adoption.agency else "",
        model=adoption.version.model.name,
        groups=tuple(
            PosterGroup(str(group), tuple(items), is_local=group.adoption_id is not None)
            for group, items in groups.values()
        ),
        since=adoption.valid_from,
        decision=adoption.decision_number,
        address=f"{settings.SITE_URL}{reverse('surveys:respond', args=[point.slug])}" if point else "",
    )


def _check_next(check_by: date, today: date) -> None:
    if check_by <= today:
        raise ValidationError({"check_by": _("Choose a day after today.")})


def _locked(poster: Poster, by: User, now: datetime) -> Poster:
    """The row itself, held until the end of the transaction, after checking the right."""
    fresh = Poster.objects.select_related("agency").select_for_update(of=("self",)).get(pk=poster.pk)
    check_can_keep_posters(by, fresh.agency, timezone.localdate(now))
    return fresh


def _note(act: str, poster: Poster, by: User, now: datetime, data: dict[str, object]) -> None:
    record(act=act, by=by, obj=poster, agency=poster.agency, now=now, data=data)
