"""Who sits at a desk, and to which desk the answers of a code belong that hung at the wrong one."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Posting, User
from conduct.agencies.periods import check_month_is_open
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..asking import forget_desk
from ..models import DeskDayMove, DeskOfficer, Reattribution, ReattributionUndone, ServicePoint
from ..permissions.attribution import check_can_keep_desks, check_can_reattribute
from ..rules.attribution import MOST_DAYS, Swap, days_between, labels_of
from ..tallies.attribution import tally_at_points, tally_to_move


@transaction.atomic
def add_desk_officer(
    *,
    point: ServicePoint,
    posting: Posting,
    starts_on: date,
    ends_on: date | None = None,
    by: User,
    now: datetime,
) -> tuple[DeskOfficer, bool]:
    """Note who sits at a desk from a day on; the same twice is one. Returns whether this call noted it.

    Who sat there in a closed month can be added only where nobody is noted: its figures were shown by the
    rules for one officer or for several. Raises Refused for that and without the right, ValidationError for
    days that cannot be.
    """
    point = _held(point)
    check_can_keep_desks(by, point.agency, timezone.localdate(now))
    known = point.officers.filter(posting=posting, starts_on=starts_on).first()
    if known is not None and known.ends_on == ends_on:
        return known, False
    _check_days(posting, starts_on, ends_on)
    meeting = point.officers.exclude(ends_on__lt=starts_on)
    if ends_on is not None:
        meeting = meeting.filter(starts_on__lte=ends_on)
    if meeting.filter(posting=posting).exists():
        raise ValidationError(
            {"starts_on": _("This officer is noted at the desk for some of these days.")}, code="twice"
        )
    if meeting.exists():
        check_month_is_open(office_of(point.agency, starts_on), Month.of(starts_on))
    officer = DeskOfficer.objects.create(point=point, posting=posting, starts_on=starts_on, ends_on=ends_on)
    _note("add_desk_officer", officer, point, by, now, starts_on=starts_on, ends_on=ends_on)
    return officer, True


def _check_days(posting: Posting, starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day comes before the first.")}, code="order")
    if starts_on < posting.starts_on or (posting.ends_on is not None and starts_on > posting.ends_on):
        raise ValidationError({"starts_on": _("The officer does not serve here that day.")}, code="posting")


@transaction.atomic
def end_desk_officer(*, officer: DeskOfficer, ends_on: date, by: User, now: datetime) -> bool:
    """Say until which day somebody sat at a desk; returns whether that is news.

    Raises Refused without the right or for a closed month, ValidationError for a day before the first.
    """
    officer = (
        DeskOfficer.objects.select_for_update(of=("self",)).select_related("point__agency").get(pk=officer.pk)
    )
    point = officer.point
    check_can_keep_desks(by, point.agency, timezone.localdate(now))
    if officer.ends_on == ends_on:
        return False
    if ends_on < officer.starts_on:
        raise ValidationError({"ends_on": _("The last day comes before the first.")}, code="order")
    first = min(ends_on, officer.ends_on or ends_on)
    check_month_is_open(office_of(point.agency, first), Month.of(first))
    officer.ends_on = ends_on
    officer.save(update_fields=["ends_on"])
    _note("end_desk_officer", officer, point, by, now, ends_on=ends_on)
    return True


def _note(
    act: str, officer: DeskOfficer, point: ServicePoint, by: User, now: datetime, **days: date | None
) -> None:
    said = {name: day.isoformat() if day else None for name, day in days.items()}
    data = {"point": point.pk, "posting": officer.posting_id, **said}
    record(act=f"surveys.{act}", by=by, obj=officer, agency=point.agency, now=now, data=data)


def _held(point: ServicePoint) -> ServicePoint:
    return ServicePoint.objects.select_related("agency").select_for_update(of=("self",)).get(pk=point.pk)


@dataclass(frozen=True, slots=True)
class MonthMoved:
    """The forms of a month at both desks, before and after."""

    month: Month
    n_moved: int
    n_from: int
    n_to: int

    @property
    def n_from_after(self) -> int:
        """What is left at the desk whose code it was."""
        return self.n_from - self.n_moved

    @property
    def n_to_after(self) -> int:
        """What the other desk has then."""
        return self.n_to + self.n_moved


def plan_reattribution(
    *, point: ServicePoint, to_point: ServicePoint, from_day: date, until_day: date, by: User, on: date
) -> list[MonthMoved]:
    """What a re-attribution would change, month by month; raises as `reattribute` does, changes nothing."""
    check_can_reattribute(by, (point, to_point), from_day, on)
    _check_span(point, to_point, from_day, until_day, on)
    first, last = from_day.replace(day=1), until_day.replace(day=1)
    labels = labels_of(days_between(from_day, until_day), point.slug, swaps_of(point), settings.SECRET_KEY)
    agencies = {point.agency_id, to_point.agency_id}
    at = tally_at_points(agencies, (point.pk, to_point.pk), first, last)
    moved = tally_to_move(point.agency_id, point.pk, labels, first, last)
    return [
        MonthMoved(
            month,
            moved.get(month.first, 0),
            at.get((point.pk, month.first), 0),
            at.get((to_point.pk, month.first), 0),
        )
        for month in _months(from_day, until_day)
    ]


@transaction.atomic
def reattribute(
    *,
    point: ServicePoint,
    to_point: ServicePoint,
    from_day: date,
    until_day: date,
    reason: str,
    is_swapped: bool = False,
    by: User,
    now: datetime,
) -> tuple[Reattribution, bool]:
    """Count the answers of these days under another desk; the same twice is one. No response changes.

    Swapped, the two short addresses change places, so that the code on the wall leads to its desk from now
    on. Raises Refused without the right, for an officer of one of the desks and for a closed month,
    ValidationError for days that cannot be or that were re-attributed before.
    """
    today = timezone.localdate(now)
    low, high = sorted((point.pk, to_point.pk))
    held = {low: _held(ServicePoint(pk=low)), high: _held(ServicePoint(pk=high))}
    point, to_point = held[point.pk], held[to_point.pk]
    check_can_reattribute(by, (point, to_point), from_day, today)
    standing = Reattribution.objects.filter(undone=None, point=point)
    known = standing.filter(from_day=from_day, until_day=until_day).first()
    if known is not None and known.to_point_id == to_point.pk:
        return known, False
    _check_span(point, to_point, from_day, until_day, today)
    labels = labels_of(days_between(from_day, until_day), point.slug, swaps_of(point), settings.SECRET_KEY)
    made = Reattribution.objects.create(
        point=point, to_point=to_point, from_day=from_day, until_day=until_day, reason=reason,
        is_swapped=is_swapped, by=by, at=now,
    )  # fmt: skip
    moves = (
        DeskDayMove(reattribution=made, point=point, cluster=label, to_point=to_point) for label in labels
    )
    try:
        with transaction.atomic():
            DeskDayMove.objects.bulk_create(moves)
    except IntegrityError as error:
        said = _("Some of these days were re-attributed before; choose days without them.")
        raise ValidationError({"from_day": said}, code="twice") from error
    if is_swapped:
        _swap(point, to_point)
    _note_reattribution("reattribute", made, (point, to_point), reason, by, now)
    return made, True


@transaction.atomic
def undo_reattribution(*, reattribution: Reattribution, reason: str, by: User, now: datetime) -> bool:
    """Count the answers of a re-attribution where they came in again; returns whether this call undid it.

    Short addresses that it exchanged change back. Raises Refused without the right, for an officer of one of
    the desks and for a closed month, ValidationError while a later exchange of addresses stands.
    """
    pair = (reattribution.point_id, reattribution.to_point_id)
    held = {one: _held(ServicePoint(pk=one)) for one in sorted(pair)}
    point, to_point = held[pair[0]], held[pair[1]]
    check_can_reattribute(by, (point, to_point), reattribution.from_day, timezone.localdate(now))
    if ReattributionUndone.objects.filter(reattribution=reattribution).exists():
        return False
    _check_open((point, to_point), reattribution.from_day, reattribution.until_day)
    if reattribution.is_swapped:
        later = Reattribution.objects.filter(is_swapped=True, undone=None, at__gt=reattribution.at)
        if later.filter(Q(point__in=pair) | Q(to_point__in=pair)).exists():
            said = _("The addresses of these desks were exchanged again later; undo that first.")
            raise ValidationError(said, code="later")
        _swap(point, to_point)
    reattribution.moves.all().delete()
    ReattributionUndone.objects.create(reattribution=reattribution, reason=reason, by=by, at=now)
    _note_reattribution("undo_reattribution", reattribution, (point, to_point), reason, by, now)
    return True


def _note_reattribution(
    act: str,
    made: Reattribution,
    points: tuple[ServicePoint, ServicePoint],
    reason: str,
    by: User,
    now: datetime,
) -> None:
    point, to_point = points
    days = {"from_day": made.from_day.isoformat(), "until_day": made.until_day.isoformat()}
    data = {"point": point.pk, "to_point": to_point.pk, **days, "is_swapped": made.is_swapped}
    for agency in {point.agency_id: point.agency, to_point.agency_id: to_point.agency}.values():
        record(act=f"surveys.{act}", by=by, obj=made, agency=agency, now=now, data=data, reason=reason)
    today = timezone.localdate(now)
    for slug in (point.slug, to_point.slug):
        transaction.on_commit(partial(forget_desk, slug, today))


def _swap(point: ServicePoint, to_point: ServicePoint) -> None:
    """Exchange the two addresses; for a moment one of them has none that anybody could type."""
    mine, other = point.slug, to_point.slug
    for one, slug in ((point, f"~{point.pk}"), (to_point, mine), (point, other)):
        one.slug = slug
        one.save(update_fields=["slug"])


def swaps_of(point: ServicePoint) -> list[Swap]:
    """When the point changed its address, and which it had before each time; undoing changes it back."""
    made = Reattribution.objects.filter(is_swapped=True).select_related("point", "to_point", "undone")
    rows = list(made)
    slugs = {one.pk: one.slug for row in rows for one in (row.point, row.to_point)}
    held = {point.pk: point.slug, **slugs}
    swaps = [(row.at, row) for row in rows]
    swaps += [(row.undone.at, row) for row in rows if hasattr(row, "undone")]
    found = []
    for at, row in sorted(swaps, key=lambda one: one[0], reverse=True):
        held[row.point_id], held[row.to_point_id] = held[row.to_point_id], held[row.point_id]
        if point.pk in (row.point_id, row.to_point_id):
            found.append(Swap(timezone.localdate(at), held[point.pk]))
    return found[::-1]


def _months(from_day: date, until_day: date) -> list[Month]:
    months = [Month.of(from_day)]
    while months[-1] < Month.of(until_day):
        months.append(months[-1].next())
    return months


def _check_span(
    point: ServicePoint, to_point: ServicePoint, from_day: date, until_day: date, today: date
) -> None:
    if point.pk == to_point.pk:
        raise ValidationError({"to_point": _("Choose another desk.")}, code="same")
    if until_day < from_day:
        raise ValidationError({"until_day": _("The last day comes before the first.")}, code="order")
    if until_day > today:
        raise ValidationError({"until_day": _("Choose today or an earlier day.")}, code="future")
    if (until_day - from_day).days >= MOST_DAYS:
        said = _("At most %(n)d days at once.") % {"n": MOST_DAYS}
        raise ValidationError({"from_day": said}, code="long")
    _check_open((point, to_point), from_day, until_day)


def _check_open(points: tuple[ServicePoint, ...], from_day: date, until_day: date) -> None:
    for month in _months(from_day, until_day):
        for point in points:
            check_month_is_open(office_of(point.agency, month.last), month)
