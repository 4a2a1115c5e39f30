"""Drafts of rating schemes: copied, changed, published for ever, ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record
from conduct.kernel.wording import date_text

from ..models import RatingScheme, Sheet
from ..permissions.schemes import check_can_change, check_can_keep
from ..rules.scheme import parse_scheme

State, Leaders = RatingScheme.State, RatingScheme.Leaders


class SchemeChanged(Exception):
    """Somebody else wrote first; ``scheme`` is how it stands now."""

    def __init__(self, scheme: RatingScheme) -> None:
        super().__init__(scheme.revision)
        self.scheme = scheme


@dataclass(frozen=True, slots=True)
class SchemeValues:
    """All that a draft's form sets."""

    name: str
    legal_basis: str
    categories: list[str]
    leaders: str
    excluded_kinds: list[str]
    valid_from: date
    valid_to: date | None
    document: Mapping[str, Any]


@transaction.atomic
def copy_scheme(*, scheme: RatingScheme, keeper: Agency | None, by: User, now: datetime) -> RatingScheme:
    """Begin a draft with the figures of a scheme: its next version, or a scheme of another keeper.

    It begins on the first day of next month, unless the source begins later.
    """
    today = timezone.localdate(now)
    check_can_keep(by, keeper, today)
    code = scheme.code if scheme.keeper == keeper else _code_for(scheme, keeper)
    # Two who copy at once must not find the same number.
    list(RatingScheme.objects.select_for_update().filter(code__in=(code, scheme.code)).order_by("pk"))
    last = RatingScheme.objects.filter(code=code).aggregate(last=Max("number"))["last"] or 0
    next_month = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    draft = RatingScheme.objects.create(
        code=code,
        number=last + 1,
        keeper=keeper,
        name=scheme.name,
        legal_basis=scheme.legal_basis,
        categories=scheme.categories,
        leaders=scheme.leaders,
        excluded_kinds=scheme.excluded_kinds,
        valid_from=max(next_month, scheme.valid_from),
        document=scheme.document,
        edited_by=by,
    )
    _note("copy", draft, by, now, copied=scheme.pk)
    return draft


def _code_for(scheme: RatingScheme, keeper: Agency | None) -> str:
    name = slugify(keeper.code) if keeper else "ca-nuoc"
    return f"{scheme.code}-{name}"[:40].rstrip("-")


@transaction.atomic
def change_scheme(
    *, scheme: RatingScheme, values: SchemeValues, revision: int, by: User, now: datetime
) -> RatingScheme:
    """Write a draft. Raises Refused, SchemeChanged for an older revision, SchemeError for its figures."""
    row = _lock(scheme, by, now, revision)
    parse_scheme(values.document)
    for name in SchemeValues.__slots__:
        setattr(row, name, getattr(values, name))
    row.revision += 1
    row.edited_by = by
    row.save()
    _note("change", row, by, now)
    return row


@transaction.atomic
def remove_scheme(*, scheme: RatingScheme, revision: int, by: User, now: datetime) -> bool:
    """Delete a draft; returns whether this call did."""
    if not RatingScheme.objects.filter(pk=scheme.pk).exists():
        return False
    row = _lock(scheme, by, now, revision)
    _note("remove", row, by, now)
    row.delete()
    return True


@transaction.atomic
def publish_scheme(*, scheme: RatingScheme, revision: int, by: User, now: datetime) -> bool:
    """Freeze a draft for ever; the version before it ends on the day before. Returns whether this call did.

    Raises Refused, SchemeChanged, ValidationError for a beginning in the past or another scheme that speaks
    to the same people at the same time.
    """
    if not RatingScheme.objects.filter(pk=scheme.pk, state=State.DRAFT).exists():
        check_can_keep(by, scheme.keeper, timezone.localdate(now))
        return False
    row = _lock(scheme, by, now, revision)
    others = overlapping(row)
    problems = publishing_problems(row, others, timezone.localdate(now))
    if problems:
        raise ValidationError(problems, code="problems")
    for older in versions_it_ends(row, others):
        older.valid_to = row.valid_from - timedelta(days=1)
        older.save(update_fields=["valid_to"])
        _note("end", older, by, now, valid_to=older.valid_to.isoformat())
    row.state, row.published_at = State.PUBLISHED, now
    row.save(update_fields=["state", "published_at"])
    _note("publish", row, by, now)
    return True


def publishing_problems(draft: RatingScheme, others: Iterable[RatingScheme], today: date) -> list[str]:
    """What stands against publishing beside these `overlapping` ones, in sentences."""
    problems = []
    if draft.valid_from < today:
        problems.append(_("It begins in the past; months that have run keep the scheme they had."))
    parse_scheme(draft.document)
    ended = {scheme.pk for scheme in versions_it_ends(draft, others)}
    says = _("“%(name)s” (version %(number)s) speaks to the same people from %(day)s; end it first.")
    problems += [
        says % {"name": other.name, "number": other.number, "day": date_text(other.valid_from)}
        for other in others
        if other.pk not in ended
    ]
    return problems


def overlapping(draft: RatingScheme) -> list[RatingScheme]:
    """Published schemes of the same keeper that speak to some of the same people on some of the same days."""
    others = RatingScheme.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=draft.valid_from),
        state=State.PUBLISHED,
        keeper=draft.keeper,
        categories__overlap=draft.categories,
    ).exclude(pk=draft.pk)
    if draft.valid_to:
        others = others.filter(valid_from__lte=draft.valid_to)
    if draft.leaders != Leaders.BOTH:
        others = others.filter(leaders__in=(draft.leaders, Leaders.BOTH))
    return list(others.order_by("code", "number"))


def versions_it_ends(draft: RatingScheme, others: Iterable[RatingScheme]) -> list[RatingScheme]:
    """Of the `overlapping` ones the versions before this one: they end on the day before it begins."""
    return [other for other in others if other.code == draft.code and other.valid_from < draft.valid_from]


@transaction.atomic
def retire_scheme(*, scheme: RatingScheme, last_day: date, reason: str, by: User, now: datetime) -> bool:
    """Say on which day a published scheme ends; one that has not begun is withdrawn at once.

    Returns whether this call changed something. Raises Refused, ValidationError for a day in the past, before
    the beginning, or before a period that has sheets by it.
    """
    row = RatingScheme.objects.select_for_update(of=("self",)).select_related("keeper").get(pk=scheme.pk)
    today = timezone.localdate(now)
    check_can_keep(by, row.keeper, today)
    if row.state == State.DRAFT:
        raise ValidationError(_("A draft is in force nowhere; only a published scheme ends."))
    used = Sheet.objects.filter(scheme=row).aggregate(last=Max("period"))["last"]
    if row.valid_from > today and used is None:
        if row.state == State.RETIRED:
            return False
        row.state = State.RETIRED
    else:
        if row.valid_to == last_day:
            return False
        _check_last_day(row, last_day, today, used)
        row.valid_to = last_day
    row.save(update_fields=["state", "valid_to"])
    _note("retire", row, by, now, reason=reason, valid_to=last_day.isoformat())
    return True


def _check_last_day(row: RatingScheme, last_day: date, today: date, used: date | None) -> None:
    if last_day < max(today, row.valid_from):
        raise ValidationError(
            {"last_day": _("The last day is today or later, and not before the beginning.")}
        )
    if used is not None and last_day < used:
        raise ValidationError(
            {"last_day": _("There are sheets by this scheme from %(day)s on.") % {"day": date_text(used)}}
        )


def _lock(scheme: RatingScheme, by: User, now: datetime, revision: int) -> RatingScheme:
    """The draft, locked, after the right and the revision."""
    row = RatingScheme.objects.select_for_update(of=("self",)).select_related("keeper").get(pk=scheme.pk)
    check_can_change(by, row, timezone.localdate(now))
    if row.revision != revision:
        raise SchemeChanged(row)
    return row


def _note(
    act: str, scheme: RatingScheme, by: User, now: datetime, *, reason: str = "", **more: object
) -> None:
    record(
        act=f"ratings.{act}_scheme",
        by=by,
        obj=scheme,
        agency=scheme.keeper,
        now=now,
        reason=reason,
        data={"code": scheme.code, "number": scheme.number, **more},
    )
