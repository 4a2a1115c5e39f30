"""A new decision in place of the old one: after a petition, a fault found later, dishonesty (Điều 21.3)."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import User
from conduct.agencies.permissions import Refused
from conduct.audit.services import record

from ..models import OrganisationClass, YearDecision, YearRating
from ..permissions.year import check_can_replace, last_day
from ..rules.cap import Base, Candidate, apply_cap
from ..rules.year_class import EXCELLENT, rank
from ..tallies.keys import next_key
from .schemes import terms_of
from .year_decisions import cap_percent, make_decision, settle, tell_people
from .year_facts import Counted, recount

_COPIED = (
    "posting_id", "person_id", "office_id", "year", "scheme_id", "duty_group", "self_level", "self_report",
    "self_rated_at", "meeting_id", "meeting_opinion", "party_opinion", "party_on", "handling",
)  # fmt: skip


@transaction.atomic
def replace_class(
    *, rating: YearRating, level: str, reason: str, number: str, by: User, now: datetime,
    decided_on: date | None = None,
) -> YearRating:  # fmt: skip
    """Replace a decided class by a new decision ``number``; the old one and its decision stay as history.

    ``level`` is empty when the year has no class any more. Months, means and conclusions are counted anew.
    ``decided_on`` is today unless said. The password is asked by the caller. Returns the rating in force:
    the new one, or the one that another call with the same number has made. Raises Refused,
    ValidationError for a level that points, conditions or the cap do not allow, or that changes nothing.
    """
    today = timezone.localdate(now)
    held = YearRating.objects.select_for_update(of=("self",)).select_related(
        "posting__agency", "posting__person", "person", "office", "scheme", "decision__office"
    ).get(pk=rating.pk)  # fmt: skip
    check_can_replace(by, held, today)
    if held.replaced_by is not None:
        return _already(held.replaced_by, number)
    old = held.decision
    if old is None or held.state != YearRating.State.DECIDED:
        raise Refused(_("This year has not been decided yet."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the decision is replaced.")})
    counted = recount([held], today)[held.pk]
    _check_new_level(held, level, counted)
    day = decided_on or today
    _check_act(old, number, day, today)
    base = Base(terms_of(old.office, last_day(held.year, today)).cap_base)
    if level == EXCELLENT:
        _check_cap(held, counted, old, base)
    rows = [[held.person_id, level, str(counted.mean)]]
    decision = make_decision(
        office=old.office, year=held.year, number=number, decided_on=day, rows=rows, base=base, caps=(),
        by=by, now=now, reason=reason.strip(),
    )  # fmt: skip
    new = _successor(held)
    settle(new, counted, level, decision, now)
    new.proposed_level, new.proposal_reason = level, reason.strip()
    held.replaced_by_id = new.pk
    held.save(update_fields=["replaced_by"])
    new.save(force_insert=True)
    tell_people([new], now)
    record(
        act="ratings.replace_year_class", by=by, obj=new, agency=held.office, now=now, reason=reason.strip(),
        data={"year": held.year, "from": held.level, "to": level, "number": new.number},
    )  # fmt: skip
    return new


def _check_act(old: YearDecision, number: str, day: date, today: date) -> None:
    """The new decision's number and day fit the office's other decisions."""
    if not old.decided_on <= day <= today:
        raise ValidationError({"decided_on": _("Choose a day from that of the old decision until today.")})
    if YearDecision.objects.filter(office=old.office, number=number).exists():
        raise ValidationError({"number": _("This number belongs to another decision.")})


def _already(new: YearRating, number: str) -> YearRating:
    if new.decision is not None and new.decision.number == number:
        return new
    raise Refused(_("Another decision has replaced this one already."))


def _successor(held: YearRating) -> YearRating:
    new = YearRating(number=held.number + 1, revision=0)
    for name in _COPIED:
        setattr(new, name, getattr(held, name))
    new.pk = next_key(YearRating)
    return new


def _check_new_level(held: YearRating, level: str, counted: Counted) -> None:
    if bool(level) != bool(counted.highest):
        raise ValidationError(
            {"level": _("There is no class this year.") if level else _("Choose the level.")}
        )
    if level and rank(level) > rank(counted.highest):
        raise ValidationError({"level": _("Points and conditions do not allow this level.")})
    if level == held.level and counted.mean == held.mean:
        raise ValidationError({"level": _("This is the level that stands already.")})


def _check_cap(held: YearRating, counted: Counted, old: YearDecision, base: Base) -> None:
    """Those decided with this office, its own people or the heads below it, with the new level in place."""
    rows = list(
        YearRating.objects.filter(
            decision__office=old.office, year=held.year, replaced_by__isnull=True
        ).exclude(level="").select_related("scheme")
    )  # fmt: skip
    is_own = held.office_id == old.office_id
    people = [
        Candidate(row.pk, row.level, row.mean, row.duty_group, is_decided=True)
        for row in rows
        if row.pk != held.pk and row.mean is not None and (row.office_id == old.office_id) == is_own
    ]
    if counted.mean is None:
        return
    outstanding = OrganisationClass.objects.filter(
        agency=old.office, year=held.year, replaced_by__isnull=True, is_outstanding=True
    ).exists()
    mine = Candidate(held.pk, EXCELLENT, counted.mean, held.duty_group)
    result = apply_cap([*people, mine], base, cap_percent([held], is_outstanding=outstanding))
    over = next((one for one in result.over if one.key == held.pk), None)
    if over is not None:
        raise ValidationError(
            {"level": _("Over the cap: at most %(limit)s may be “excellent”.") % {"limit": over.limit}}
        )
