"""Adopting a published version for an office, replacing and ending an adoption; no base item is left out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.periods import closed_months
from conduct.agencies.tree import office_of
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..comparing import adoption_lines, groups_of, local_groups_of, planned_lines
from ..models import Adoption, Emphasis, Item, ModelVersion
from ..permissions.adoptions import (
    check_can_adopt,
    check_can_be_adopted,
    check_can_end_adoption,
    replaceable_adoptions,
)
from ..rules.diff import compare
from ..rules.library import LibraryGroup
from ..rules.local import MOST_LOCAL_GROUPS, local_problems, signatures_hold
from .rows import write_local_groups
from .wording import sentence_of


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an office makes of a version: emphasis by item id (1–3), items of its own, for which staff."""

    emphasis: Mapping[int, int] = field(default_factory=dict)
    local_groups: Sequence[LibraryGroup] = ()
    audience: str = Adoption.Audience.ALL
    categories: Collection[str] = ()


@transaction.atomic
def adopt_version(
    *,
    agency: Agency,
    version: ModelVersion,
    valid_from: date,
    decision_number: str = "",
    emphasis: Mapping[int, int] | None = None,
    local_groups: Sequence[LibraryGroup] = (),
    audience: str = Adoption.Audience.ALL,
    categories: Collection[str] = (),
    replaces: Adoption | None = None,
    by: User,
    now: datetime,
) -> tuple[Adoption, bool]:
    """Bind an agency to a version from a day on; returns the adoption and whether this call made it.

    ``emphasis`` maps ids of items of the version to 1–3; unnamed items have 1. ``replaces`` ends on the day
    before. Raises Refused without the right or for a version that is not published, ValidationError for a
    day, emphasis, local item or audience that cannot be.
    """
    check_can_adopt(by, agency, timezone.localdate(now))
    check_can_be_adopted(version)
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=agency.pk)
    _check_day(agency, valid_from)
    wishes = _checked(version, Wishes(emphasis or {}, tuple(local_groups), audience, tuple(categories)))
    known = Adoption.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from), agency=agency, version=version
    ).first()
    if known is not None and (known.valid_from, known.valid_to) == (valid_from, None):
        return known, False
    kept = False
    if replaces is not None:
        replaces = _closed(agency, version, replaces, valid_from)
        kept = keeps_signatures(replaces, version, wishes)
    adoption = _adopted(
        agency,
        version,
        wishes,
        valid_from=valid_from,
        decision_number=decision_number.strip(),
        replaces=replaces,
        keeps_signatures=kept,
        adopted_by=by,
        adopted_at=now,
    )
    data = _told(adoption, wishes)
    record(act="models_catalog.adopt_version", by=by, obj=adoption, agency=agency, now=now, data=data)
    return adoption, True


def keeps_signatures(old: Adoption, version: ModelVersion, wishes: Wishes) -> bool:
    """Whether what staff signed under ``old`` still counts when this version takes its place."""
    is_same_model = old.version.model_id == version.model_id
    between = ModelVersion.objects.filter(
        model=version.model_id, number__gt=old.version.number, number__lte=version.number
    ).exclude(state=ModelVersion.State.DRAFT)
    return signatures_hold(
        is_same_model=is_same_model,
        steps_are_minor=between.values_list("is_minor", flat=True) if is_same_model else (),
        is_older=version.number < old.version.number,
        local_before=local_groups_of(old),
        local_after=wishes.local_groups,
        is_same_audience=(old.audience, set(old.categories)) == (wishes.audience, set(wishes.categories)),
    )


def carried_over(old: Adoption, items: Sequence[Item]) -> Wishes:
    """What an office made of its old adoption, as far as these items of another version take it up.

    Emphasis follows each item; a local item that became one of the model is local no more.
    """
    now = planned_lines(items)
    pks = {(line.group, line.place): item.pk for line, item in zip(now, items, strict=True)}
    partners = list(compare(adoption_lines(old), now).partners())
    taken_up = {before.item for before, _after in partners if before.is_local}
    local = []
    for group in local_groups_of(old):
        left = tuple(item for item in group.items if item not in taken_up)
        if left:
            local.append(LibraryGroup(len(left), group.keyword, group.polarity, left))
    return Wishes(
        {pks[after.group, after.place]: before.weight for before, after in partners},
        tuple(local),
        old.audience,
        tuple(old.categories),
    )


def _checked(version: ModelVersion, wishes: Wishes) -> Wishes:
    """The wishes with what differs from 1 alone. Raises ValidationError for what cannot be."""
    items = list(Item.objects.of_version(version))
    known = {item.pk for item in items}
    if not set(wishes.emphasis) <= known or not set(wishes.emphasis.values()) <= {1, 2, 3}:
        raise ValidationError(_("Emphasis is 1, 2 or 3, on items of this version only."), code="emphasis")
    if len(wishes.local_groups) > MOST_LOCAL_GROUPS:
        raise ValidationError(
            _("An office adds at most %(n)s groups."), code="local", params={"n": MOST_LOCAL_GROUPS}
        )
    problems = local_problems(groups_of(items), wishes.local_groups)
    if problems:
        raise ValidationError([sentence_of(problem) for problem in problems], code="local")
    some = wishes.audience == Adoption.Audience.CATEGORIES
    if wishes.audience not in Adoption.Audience.values or some != bool(wishes.categories):
        raise ValidationError({"categories": _("Choose for which staff categories.")}, code="audience")
    if not set(wishes.categories) <= set(Posting.Category.values):
        raise ValidationError({"categories": _("Choose for which staff categories.")}, code="audience")
    weights = {item_id: weight for item_id, weight in wishes.emphasis.items() if weight > 1}
    return Wishes(weights, wishes.local_groups, wishes.audience, wishes.categories)


def _closed(agency: Agency, version: ModelVersion, asked: Adoption, day: date) -> Adoption:
    """The adoption that is replaced, ended on the day before. Raises ValidationError when it cannot be."""
    may = replaceable_adoptions(agency, version, day - timedelta(days=1))
    old = may.select_for_update(of=("self",)).filter(pk=asked.pk).first()
    if old is None:
        raise ValidationError(_("This version cannot take the place of that adoption."), code="replaces")
    if day <= old.valid_from:
        raise ValidationError(
            {
                "valid_from": _("The adoption that is replaced began on %(day)s; choose a later day.")
                % {"day": date_format(old.valid_from, "d/m/Y")}
            },
            code="day",
        )
    if old.valid_to is None or old.valid_to >= day:
        old.valid_to = day - timedelta(days=1)
        old.save(update_fields=["valid_to"])
    return old


def _adopted(agency: Agency, version: ModelVersion, wishes: Wishes, **values: Any) -> Adoption:
    try:
        with transaction.atomic():
            adoption = Adoption.objects.create(
                agency=agency,
                version=version,
                audience=wishes.audience,
                categories=list(wishes.categories),
                **values,
            )
    except IntegrityError as error:
        if "office_adopts_a_version_once_at_a_time" not in str(error):
            raise
        raise ValidationError(
            _("%(agency)s already keeps this version; end that adoption first."),
            code="twice",
            params={"agency": agency.name},
        ) from error
    Emphasis.objects.bulk_create(
        Emphasis(adoption=adoption, item_id=item_id, weight=weight)
        for item_id, weight in wishes.emphasis.items()
    )
    write_local_groups(adoption, wishes.local_groups)
    return adoption


def _told(adoption: Adoption, wishes: Wishes) -> dict[str, Any]:
    """What the audit trail keeps of an adoption."""
    return {
        "version": adoption.version_id,
        "valid_from": adoption.valid_from.isoformat(),
        "decision_number": adoption.decision_number,
        "emphasis": {str(item_id): weight for item_id, weight in wishes.emphasis.items()},
        "local_items": [item.text for group in wishes.local_groups for item in group.items],
        "audience": wishes.audience,
        "categories": sorted(wishes.categories),
        "replaces": adoption.replaces_id,
        "keeps_signatures": adoption.keeps_signatures,
    }


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
