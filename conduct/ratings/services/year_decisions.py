"""The decision on the classes of a year: the list before it, the cap, signature and notices (Điều 20, 21)."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import Refused
from conduct.audit.services import record
from conduct.commitments.services.signing import confirm_password
from conduct.notices.services import Message, push

from ..models import OrganisationClass, YearDecision, YearRating
from ..permissions.year import check_prepares, decided_by, last_day
from ..rules.cap import Base, Candidate, CapResult, apply_cap
from ..rules.scheme import parse_scheme
from ..rules.year_class import rank
from ..tallies.year_people import tally_members
from .schemes import terms_of
from .year_facts import Counted, count_years

State = YearRating.State
TWENTY, TWENTY_FIVE = Decimal(20), Decimal(25)


class ListChanged(Exception):
    """The list is no longer the one that was read before signing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the list. ``problem`` keeps the decision from being signed; empty when nothing does."""

    rating: YearRating
    counted: Counted
    over: str
    problem: str

    @property
    def is_decided(self) -> bool:
        """Whether the class stands already."""
        return self.rating.state == State.DECIDED

    @property
    def level(self) -> str:
        """The decided level, else the proposed one."""
        return self.rating.level if self.is_decided else self.rating.proposed_level


@dataclass(frozen=True, slots=True)
class DecisionList:
    """The list before a decision: whom it is about, who is not ready, and the cap over both."""

    office: Agency
    year: int
    ready: tuple[Line, ...]
    decided: tuple[Line, ...]
    waiting: tuple[Line, ...]
    base: Base
    caps: tuple[CapResult, ...]
    is_outstanding: bool

    @property
    def problems(self) -> int:
        """How many lines keep the decision from being signed."""
        return sum(bool(line.problem) for line in self.ready)

    @property
    def sha256(self) -> str:
        """What was read, so that nothing else is signed."""
        rows = [
            [line.rating.pk, line.rating.revision, line.level, str(line.counted.mean), line.problem]
            for line in self.ready
        ]
        return hashlib.sha256(json.dumps([self.office.pk, self.year, rows]).encode()).hexdigest()


def list_decision(office: Agency, year: int, by: User, today: date) -> DecisionList:
    """Everybody of the office whose class this person decides, and the heads of the offices below.

    1. Ready: proposed. Decided: in force. Waiting: not proposed yet.
    2. The cap counts the people of this office together; the heads of the offices below, each from another
       agency, are a group of like duties of their own.
    """
    listed = _listed(office, year, today).select_related(
        "posting__agency", "posting__person", "person", "office", "scheme", "decision"
    )
    rows = [row for row in listed.order_by("person__name_order", "pk") if row.person_id != by.pk]
    mine = decided_by(by, [row.posting for row in rows], today) if rows else set()
    rows = [row for row in rows if row.posting_id in mine]
    counted = count_years(rows, today) if rows else {}
    outstanding = OrganisationClass.objects.filter(
        agency=office, year=year, replaced_by__isnull=True, is_outstanding=True
    ).exists()
    base = Base(terms_of(office, last_day(year, today)).cap_base)
    caps, over = _caps(rows, counted, office, base, is_outstanding=outstanding)
    lines = [_line(row, counted[row.pk], over.get(row.pk, "")) for row in rows]
    return DecisionList(
        office,
        year,
        tuple(line for line in lines if line.rating.state == State.PROPOSED),
        tuple(line for line in lines if line.is_decided),
        tuple(line for line in lines if line.rating.state not in (State.PROPOSED, State.DECIDED)),
        base,
        caps,
        outstanding,
    )


def _listed(office: Agency, year: int, today: date) -> QuerySet[YearRating]:
    """The office's people without its head, whom the agency above decides about, and the heads below."""
    members = tally_members(office, last_day(year, today))
    own_heads = [one.person_id for one in members if one.is_head and one.office_id == office.pk]
    below = [one.posting_id for one in members if one.office_id != office.pk]
    here = Q(office=office) & ~Q(person_id__in=own_heads)
    return YearRating.objects.filter(here | Q(posting_id__in=below), year=year, replaced_by__isnull=True)


def cap_percent(rows: Sequence[YearRating], *, is_outstanding: bool) -> Decimal:
    """20 %, or 25 % for an outstanding collective; a scheme may say otherwise (Điều 20.5)."""
    for row in rows:
        cap = parse_scheme(row.scheme.document).cap
        if cap is not None:
            return cap.outstanding_percent if is_outstanding else cap.percent
    return TWENTY_FIVE if is_outstanding else TWENTY


def _caps(
    rows: Sequence[YearRating],
    counted: Mapping[int, Counted],
    office: Agency,
    base: Base,
    *,
    is_outstanding: bool,
) -> tuple[tuple[CapResult, ...], dict[int, str]]:
    percent = cap_percent(rows, is_outstanding=is_outstanding)
    own = [row for row in rows if row.office_id == office.pk]
    heads = [row for row in rows if row.office_id != office.pk]
    results: list[CapResult] = []
    over: dict[int, str] = {}
    for people in (own, heads):
        candidates = [_candidate(row, counted[row.pk]) for row in people if _has_level(row)]
        if not candidates:
            continue
        result = apply_cap(candidates, base, percent)
        results.append(result)
        over |= {one.key: _over_words(one.group, one.place, one.limit, one.is_tied) for one in result.over}
    return tuple(results), over


def _has_level(row: YearRating) -> bool:
    return bool(row.level if row.state == State.DECIDED else row.proposed_level)


def _candidate(row: YearRating, counted: Counted) -> Candidate:
    is_decided = row.state == State.DECIDED
    level = row.level if is_decided else row.proposed_level
    return Candidate(row.pk, level, counted.mean or Decimal(0), row.duty_group, is_decided)


def _over_words(group: str, place: int, limit: int, is_tied: bool) -> str:
    where = _("in the group “%(group)s”") % {"group": group} if group else _("in the office")
    words = _("Over the cap: number %(place)s by points, at most %(limit)s “excellent” %(where)s.") % {
        "place": place, "limit": limit, "where": where,
    }  # fmt: skip
    tied = _("The mean equals that of the last one inside: say which of them drops.") if is_tied else ""
    return f"{words} {tied}".strip()


def _line(row: YearRating, counted: Counted, over: str) -> Line:
    if row.state != State.PROPOSED:
        return Line(row, counted, over, "")
    return Line(row, counted, over, over or _problem(row.proposed_level, counted))


def _problem(level: str, counted: Counted) -> str:
    """Why what was proposed can no longer be decided; things may have changed since."""
    if counted.waits_for_organisation:
        return _("The class of the organisation comes before that of its head (Điều 20.6).")
    if not counted.highest:
        return _("There is no class this year; propose again.") if level else ""
    if not level:
        return _("Nothing held a class back any more; propose again.")
    if rank(level) > rank(counted.highest):
        return _("Points and conditions no longer allow this level; propose again.")
    return ""


def sign_decision(
    *, office: Agency, year: int, number: str, decided_on: date, sha256: str, password: str, by: User,
    now: datetime,
) -> YearDecision:  # fmt: skip
    """Decide the classes of everybody ready on the list that was read (its hash).

    The same number signed again gives the decision that stands. Raises Refused, ListChanged, ValidationError
    for a wrong password, an empty list, lines with a problem, or a number of another decision.
    """
    today = timezone.localdate(now)
    same = YearDecision.objects.filter(office=office, number=number).first()
    if same is not None:
        return _same(same, year, by)
    if not list_decision(office, year, by, today).ready:
        raise Refused(_("Nobody on this list waits for your decision."))
    confirm_password(user=by, password=password)
    with transaction.atomic():
        return _decide(office, year, number, decided_on, sha256, by, now)


def _same(same: YearDecision, year: int, by: User) -> YearDecision:
    if same.year != year or same.signed_by_id != by.pk:
        raise ValidationError({"number": _("This number belongs to another decision.")})
    return same


def _decide(
    office: Agency, year: int, number: str, decided_on: date, sha256: str, by: User, now: datetime
) -> YearDecision:
    today = timezone.localdate(now)
    Agency.objects.select_for_update(no_key=True).get(pk=office.pk)
    same = YearDecision.objects.filter(office=office, number=number).first()
    if same is not None:
        return _same(same, year, by)
    proposed = _listed(office, year, today).filter(state=State.PROPOSED).order_by("pk")
    list(proposed.select_for_update(of=("self",)))
    found = list_decision(office, year, by, today)
    if found.sha256 != sha256 or not found.ready:
        raise ListChanged
    if found.problems:
        raise ValidationError(_("Some lines cannot be decided as proposed; change these proposals first."))
    if decided_on > today:
        raise ValidationError({"decided_on": _("This day has not come yet.")})
    decision = make_decision(
        office=office, year=year, number=number, decided_on=decided_on, rows=decision_rows(found.ready),
        base=found.base, caps=found.caps, by=by, now=now,
    )  # fmt: skip
    for line in found.ready:
        settle(line.rating, line.counted, line.rating.proposed_level, decision, now)
        line.rating.save()
    tell_people([line.rating for line in found.ready], now)
    record(
        act="ratings.sign_year_decision", by=by, obj=decision, agency=office, now=now,
        data={"year": year, "people": len(found.ready), "sha256": decision.sha256},
    )  # fmt: skip
    return decision


def decision_rows(lines: Collection[Line]) -> list[list[Any]]:
    """What a decision says of each person: key, level, mean."""
    return [[line.rating.person_id, line.rating.proposed_level, str(line.counted.mean)] for line in lines]


def make_decision(
    *, office: Agency, year: int, number: str, decided_on: date, rows: Sequence[Sequence[Any]],
    base: Base, caps: Sequence[CapResult], by: User, now: datetime, reason: str = "",
) -> YearDecision:  # fmt: skip
    """Store a signed decision with its hash and the arithmetic of its cap."""
    body = [office.code, year, number, decided_on.isoformat(), by.pk, reason, rows]
    return YearDecision.objects.create(
        office=office, year=year, number=number, decided_on=decided_on, signed_by=by, signed_at=now,
        reason=reason, cap_base=base.value, cap={"scopes": cap_rows(caps)},
        sha256=hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest(),
    )  # fmt: skip


def cap_rows(caps: Sequence[CapResult]) -> list[dict[str, Any]]:
    """The arithmetic of every scope, as it is stored and shown; the office's own people first."""
    return [
        {
            "group": scope.group, "of_heads": place > 0, "percent": str(result.percent),
            "excellent": scope.n_excellent, "good": scope.n_good, "rated": scope.n_rated,
            "base": scope.base, "limit": scope.limit, "over": scope.n_over,
        }
        for place, result in enumerate(caps)
        for scope in reversed(result.scopes)
    ]  # fmt: skip


def settle(rating: YearRating, counted: Counted, level: str, decision: YearDecision, now: datetime) -> None:
    """Write the decided class and what it followed from into a rating; not stored."""
    rating.state, rating.decision, rating.notified_at = State.DECIDED, decision, now
    rating.level, rating.no_class_reason = level, counted.none
    rating.months, rating.mean, rating.basis = counted.months, counted.mean, counted.basis
    rating.revision += 1


def tell_people(ratings: Collection[YearRating], now: datetime) -> None:
    """The written notice of each (Điều 21.1đ, 21.2đ): a line in the inbox that leads to it."""
    with override("vi"):
        title = _("The class of your year %(year)s has been decided.")
        text = _("The notice says the level, the decision and how to petition within seven working days.")
        push(
            messages=[
                Message(
                    recipient_id=row.person_id,
                    key=f"ratings.year_decided:{row.pk}",
                    title=title % {"year": row.year},
                    text=text,
                    url=reverse("ratings:year_notice", args=[row.pk]),
                )
                for row in ratings
            ],
            now=now,
        )


@transaction.atomic
def publish_decision(*, decision: YearDecision, by: User, now: datetime) -> bool:
    """Make the levels known inside the office (Điều 21.1đ, 21.2đ). Returns whether this call did."""
    held = YearDecision.objects.select_for_update(of=("self",)).select_related("office").get(pk=decision.pk)
    if held.signed_by_id != by.pk:
        check_prepares(by, held.office, timezone.localdate(now))
    if held.published_at is not None:
        return False
    held.published_at = now
    held.save(update_fields=["published_at"])
    record(
        act="ratings.publish_year_decision", by=by, obj=held, agency=held.office, now=now,
        data={"year": held.year},
    )  # fmt: skip
    return True


@transaction.atomic
def note_seen(*, rating: YearRating, by: User, now: datetime) -> bool:
    """The person has received the notice. Returns whether this call said so first."""
    held = YearRating.objects.select_for_update(of=("self",)).select_related("office").get(pk=rating.pk)
    if held.person_id != by.pk:
        raise Refused(_("Only the person it is about confirms a notice."))
    if held.seen_at is not None or held.state != State.DECIDED:
        return False
    held.seen_at = now
    held.save(update_fields=["seen_at"])
    record(act="ratings.note_year_seen", by=by, obj=held, agency=held.office, now=now, data={})
    return True
