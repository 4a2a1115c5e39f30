"""Postings: another one for a known person, the end of one, a move from one agency to another."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.audit.services import record

from ..models import Agency, Posting, RoleGrant, User, on_day
from ..permissions import check_can_manage_people
from ..rules import Post
from ..tree import subtree_ids

_YEARS_BACK, _DAYS_AHEAD = 60, 366


def _check_first_day(agency: Agency, day: date, now: datetime) -> None:
    """Raise ValidationError for a first day on which the agency does not exist, or one that nobody means."""
    today = timezone.localdate(now)
    if not today.year - _YEARS_BACK <= day.year or day > today + timedelta(days=_DAYS_AHEAD):
        raise ValidationError(
            {
                "starts_on": _("Give a day from %(first)s until %(last)s.")
                % {
                    "first": f"01/01/{today.year - _YEARS_BACK}",
                    "last": f"{today + timedelta(days=_DAYS_AHEAD):%d/%m/%Y}",
                }
            },
            code="absurd",
        )
    if day < agency.valid_from or (agency.valid_to is not None and day > agency.valid_to):
        raise ValidationError(
            {"starts_on": _("%(agency)s does not exist on that day.") % {"agency": agency.name}},
            code="agency",
        )


def _check_no_other_main_posting(person: User, first: date) -> None:
    """Raise ValidationError, naming the posting in the way, when one from that day on would overlap it."""
    others = Posting.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first), person=person, is_main=True
    )
    in_the_way = others.select_related("agency").order_by("starts_on").first()
    if in_the_way is None:
        return
    until = f"{in_the_way.ends_on:%d/%m/%Y}" if in_the_way.ends_on else _("now")
    raise ValidationError(
        {
            "starts_on": _(
                "%(name)s has a main posting in %(agency)s from %(first)s until %(last)s. End it first."
            )
            % {
                "name": person.full_name,
                "agency": in_the_way.agency.name,
                "first": f"{in_the_way.starts_on:%d/%m/%Y}",
                "last": until,
            }
        },
        code="overlap",
    )


@transaction.atomic
def add_posting(*, person: User, agency: Agency, post: Post, by: User, now: datetime) -> tuple[Posting, bool]:
    """Give a person a posting, a main one when no other is in the way.

    A second call finds the first one's and returns it with False. Raises Refused without the right,
    ValidationError for an absurd day or an overlap.
    """
    check_can_manage_people(by, agency, timezone.localdate(now))
    _check_first_day(agency, post.starts_on, now)
    person = User.objects.select_for_update().get(pk=person.pk)
    known = Posting.objects.filter(
        person=person, agency=agency, starts_on=post.starts_on, title=post.title, is_main=post.is_main
    ).first()
    if known is not None:
        return known, False
    if post.is_main:
        _check_no_other_main_posting(person, post.starts_on)
    posting = Posting(
        person=person, agency=agency, title=post.title, category=post.category, is_leader=post.is_leader,
        serves_citizens=post.serves_citizens, is_main=post.is_main, starts_on=post.starts_on,
    )  # fmt: skip
    posting.clean_fields()
    try:
        with transaction.atomic():
            posting.save()
    except IntegrityError as error:
        raise ValidationError(
            {"starts_on": _("Another main posting overlaps these days.")}, code="overlap"
        ) from error
    record(
        act="agencies.add_posting", by=by, obj=posting, agency=agency, now=now,
        data={"starts_on": post.starts_on.isoformat(), "is_main": post.is_main},
    )  # fmt: skip
    return posting, True


@transaction.atomic
def end_posting(*, posting: Posting, ends_on: date, by: User, now: datetime) -> bool:
    """Let a posting end with ``ends_on``; roles held in that agency and below end the same day.

    Returns whether this call ended it. Raises Refused without the right, ValidationError for a day before the
    first one, more than a year ahead, or when it already ends on another day.
    """
    check_can_manage_people(by, posting.agency, timezone.localdate(now))
    posting = (
        Posting.objects.select_for_update(of=("self",)).select_related("agency", "person").get(pk=posting.pk)
    )
    if posting.ends_on == ends_on:
        return False
    _check_last_day(posting, ends_on, now)
    posting.ends_on = ends_on
    posting.save(update_fields=["ends_on"])
    n_roles = _end_roles(posting.person, subtree_ids([posting.agency_id], ends_on), ends_on)
    record(
        act="agencies.end_posting", by=by, obj=posting, agency=posting.agency, now=now,
        data={"ends_on": ends_on.isoformat(), "roles_ended": n_roles},
    )  # fmt: skip
    return True


@transaction.atomic
def move_posting(
    *, posting: Posting, agency: Agency, post: Post, by: User, now: datetime
) -> tuple[Posting, bool]:
    """End a posting the day before ``post.starts_on`` and begin the new one; the past stays with the old.

    Needs the right in both agencies. A second call finds the new posting and returns it with False. Roles
    held in the old agency end with the old posting; roles in the new one are granted anew.
    """
    today = timezone.localdate(now)
    check_can_manage_people(by, posting.agency, today)
    check_can_manage_people(by, agency, today)
    person = User.objects.select_for_update().get(pk=posting.person_id)
    posting = Posting.objects.select_for_update(of=("self",)).select_related("agency").get(pk=posting.pk)
    last = post.starts_on - timedelta(days=1)
    if posting.ends_on != last:
        _check_last_day(posting, last, now, field="starts_on")
        posting.ends_on = last
        posting.save(update_fields=["ends_on"])
        _end_roles(person, {posting.agency_id}, last)
    moved, is_new = add_posting(
        person=person, agency=agency, post=replace(post, is_main=posting.is_main), by=by, now=now
    )
    if is_new:
        record(
            act="agencies.move_posting", by=by, obj=moved, agency=agency, now=now,
            data={"from_posting": posting.pk, "from_agency": posting.agency_id},
        )  # fmt: skip
    return moved, is_new


def _check_last_day(posting: Posting, day: date, now: datetime, field: str = "ends_on") -> None:
    if posting.ends_on is not None and posting.ends_on < day:
        raise ValidationError(
            {field: _("This posting already ends on %(day)s.") % {"day": f"{posting.ends_on:%d/%m/%Y}"}},
            code="ended",
        )
    if day < posting.starts_on:
        raise ValidationError(
            {field: _("The posting begins on %(day)s.") % {"day": f"{posting.starts_on:%d/%m/%Y}"}},
            code="order",
        )
    if day > timezone.localdate(now) + timedelta(days=_DAYS_AHEAD):
        raise ValidationError({field: _("At most one year ahead.")}, code="absurd")


def _end_roles(person: User, agency_ids: set[int], day: date) -> int:
    """End what has begun; what would begin later never does."""
    grants = RoleGrant.objects.filter(person=person, agency_id__in=agency_ids)
    ended = grants.filter(on_day(day, "starts_on", "ends_on")).update(ends_on=day)
    never, _rows = grants.filter(starts_on__gt=day).delete()
    return ended + never
