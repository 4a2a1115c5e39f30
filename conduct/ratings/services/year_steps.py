"""A person's year until the decision: opened, own view, comment of the party committee, proposal."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, User
from conduct.agencies.permissions import Refused
from conduct.agencies.tree import office_of
from conduct.audit.services import record

from ..models import Level, YearRating
from ..permissions.year import (
    FIRST_YEAR,
    LAST_YEAR,
    check_can_prepare,
    check_prepares,
    heads_ids,
    last_day,
)
from ..rules.scheme import parse_scheme
from ..rules.year_class import is_classed, rank
from ..tallies.year_people import Member, tally_members
from .schemes import NoScheme, scheme_for
from .year_facts import count_year, count_years

State = YearRating.State
EARLY = (State.DRAFT, State.SELF_RATED)


class YearChanged(Exception):
    """Somebody else wrote in between; ``rating`` is what stands now."""

    def __init__(self, rating: YearRating) -> None:
        super().__init__("the rating of the year has changed")
        self.rating = rating


def held_rating(rating_id: int, revision: int | None) -> YearRating:
    """The rating, locked until the transaction ends. YearChanged when ``revision`` is no longer its own."""
    held = YearRating.objects.select_for_update(of=("self",)).select_related(
        "posting__agency", "posting__person", "person", "office", "scheme"
    ).get(pk=rating_id)  # fmt: skip
    if revision is not None and held.revision != revision:
        raise YearChanged(held)
    return held


def check_open(rating: YearRating) -> None:
    """Refused once the class is decided: only a new decision changes it (Điều 21.3)."""
    if rating.state == State.DECIDED:
        raise Refused(_("The class of the year is decided; only a new decision replaces it."))


def touch(rating: YearRating, *fields: str) -> None:
    """Store these columns with the next revision."""
    rating.revision += 1
    rating.save(update_fields=[*fields, "revision"])


@transaction.atomic
def open_year(*, office: Agency, year: int, by: User, now: datetime) -> int:
    """Put everybody of the office, and the heads of the offices below, on the year's list; how many were new.

    Who was transferred here is taken over from the old office's list while nothing is decided (Điều 19.1).
    People of whom no scheme of the decree speaks (police, army, public employees) are left out.
    """
    today = timezone.localdate(now)
    check_prepares(by, office, today)
    _check_year(year)
    members = tally_members(office, last_day(year, today))
    there = YearRating.objects.filter(
        year=year, person_id__in=[one.person_id for one in members], replaced_by__isnull=True
    )
    postings = dict(there.values_list("person_id", "posting_id"))
    made = _opened([one for one in members if one.person_id not in postings], year, last_day(year, today))
    moved = [one for one in members if postings.get(one.person_id, one.posting_id) != one.posting_id]
    n_moved = sum(
        there.filter(person_id=one.person_id)
        .exclude(state=State.DECIDED)
        .update(posting_id=one.posting_id, office_id=one.office_id, revision=F("revision") + 1)
        for one in moved
    )
    if made or n_moved:
        record(
            act="ratings.open_year", by=by, obj=office, agency=office, now=now,
            data={"year": year, "people": len(made), "moved": n_moved},
        )  # fmt: skip
    return len(made) + n_moved


def _opened(members: Iterable[Member], year: int, on: date) -> list[YearRating]:
    by_posting = {one.posting_id: one for one in members}
    postings = Posting.objects.filter(pk__in=by_posting).select_related("person", "agency")
    drafts = [_drafted(by_posting[posting.pk], posting, year, on) for posting in postings]
    rows = [row for row in drafts if row is not None]
    return YearRating.objects.bulk_create(rows, ignore_conflicts=True)


def _drafted(member: Member, posting: Posting, year: int, on: date) -> YearRating | None:
    """The rating of a posting's year, not stored; None when no scheme with the law's levels speaks to it."""
    try:
        scheme = scheme_for(posting, on)
    except NoScheme:
        return None
    if not is_classed(parse_scheme(scheme.document)):
        return None
    return YearRating(
        posting=posting, person_id=posting.person_id, office_id=member.office_id, year=year, scheme=scheme
    )


def own_year(person: User, year: int, today: date) -> YearRating:
    """The own year in force; not stored yet where nobody opened it.

    Raises Refused without a main posting that year, and for who is rated under other rules.
    """
    _check_year(year)
    found = YearRating.objects.filter(person=person, year=year, replaced_by__isnull=True)
    there = found.select_related(
        "posting__agency", "office", "scheme", "meeting", "decision__signed_by"
    ).first()
    if there is not None:
        return there
    on = last_day(year, today)
    mine = Posting.objects.in_force(on).filter(person=person, is_main=True)
    posting = mine.select_related("agency").first()
    if posting is None:
        raise Refused(_("You had no posting in this year."))
    rating = _drafted(
        Member(posting.pk, person.pk, office_of(posting.agency, on).pk, False), posting, year, on
    )
    if rating is None:
        raise Refused(_("The class of your year is decided under other rules than decree 335/2025."))
    return rating


@transaction.atomic
def open_own_year(*, year: int, by: User, now: datetime) -> YearRating:
    """The own year, opened when nobody did yet."""
    rating = own_year(by, year, timezone.localdate(now))
    if rating._state.adding:
        YearRating.objects.bulk_create([rating], ignore_conflicts=True)
        rating = own_year(by, year, timezone.localdate(now))
        record(
            act="ratings.open_own_year", by=by, obj=rating, agency=rating.office, now=now, data={"year": year}
        )
    return rating


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(_("Decree 335/2025 classes the years from 2026."))


@transaction.atomic
def save_self(*, rating: YearRating, revision: int, level: str, report: str, by: User, now: datetime) -> bool:
    """The own view of the year (Mẫu số 02, II) with the report. Returns whether anything changed.

    Raises Refused for another's year and once it was heard at the meeting, YearChanged.
    """
    held = held_rating(rating.pk, None)
    if held.person_id != by.pk:
        raise Refused(_("Everybody rates only their own year."))
    if (held.self_level, held.self_report) == (level, report) and held.self_rated_at is not None:
        return False
    if held.state not in EARLY:
        raise Refused(_("The year was heard at the meeting; the own view can no longer be changed."))
    if held.revision != revision:
        raise YearChanged(held)
    held.self_level, held.self_report, held.self_rated_at = level, report, now
    held.state = State.SELF_RATED
    touch(held, "self_level", "self_report", "self_rated_at", "state")
    record(
        act="ratings.rate_own_year", by=by, obj=held, agency=held.office, now=now,
        data={"year": held.year, "level": level},
    )  # fmt: skip
    return True


@transaction.atomic
def comment_party(
    *, rating: YearRating, revision: int, opinion: str, on: date, by: User, now: datetime
) -> bool:
    """The comment of the party committee on a head or deputy (Điều 21.1c, 21.2c). Whether it changed."""
    held = held_rating(rating.pk, None)
    today = timezone.localdate(now)
    check_can_prepare(by, held, today)
    check_open(held)
    if (held.party_opinion, held.party_on) == (opinion, on):
        return False
    if held.revision != revision:
        raise YearChanged(held)
    if on > today:
        raise ValidationError({"on": _("This day has not come yet.")})
    held.party_opinion, held.party_on = opinion, on
    touch(held, "party_opinion", "party_on")
    record(
        act="ratings.comment_party", by=by, obj=held, agency=held.office, now=now, data={"year": held.year}
    )
    return True


def needs_party(rating: YearRating, heads: set[tuple[int, int]]) -> bool:
    """Whether the party committee is asked: heads of the office and their deputies (Điều 21.1c, 21.2c)."""
    is_head = (rating.person_id, rating.office_id) in heads
    return is_head or (rating.posting.is_leader and rating.posting.agency_id == rating.office_id)


@transaction.atomic
def propose(
    *, rating: YearRating, revision: int, level: str, reason: str, handling: str, group: str,
    by: User, now: datetime,
) -> bool:  # fmt: skip
    """The level proposed for a person, the group of like duties, the handling (Mẫu số 02, IV).

    Empty ``level`` for who has no class this year. Raises Refused before the meeting, for the own year and
    once decided; ValidationError for a level above what points and conditions allow, or below it without a
    reason; YearChanged. Returns whether anything changed.
    """
    held = held_rating(rating.pk, revision)
    today = timezone.localdate(now)
    check_can_prepare(by, held, today)
    check_open(held)
    heads = heads_ids([held.office_id], today)
    _check_heard(held, heads)
    counted = count_year(held, today)
    check_level(level, counted.highest, reason)
    if counted.waits_for_organisation:
        raise ValidationError(_("The class of the organisation comes before that of its head (Điều 20.6)."))
    held.proposed_level, held.proposal_reason = level, reason
    held.handling, held.duty_group, held.state = handling, group.strip(), State.PROPOSED
    touch(held, "proposed_level", "proposal_reason", "handling", "duty_group", "state")
    record(
        act="ratings.propose_class", by=by, obj=held, agency=held.office, now=now, reason=reason,
        data={"year": held.year, "level": level},
    )  # fmt: skip
    return True


def _check_heard(rating: YearRating, heads: set[tuple[int, int]]) -> None:
    if rating.state in EARLY:
        raise Refused(_("The meeting comes first: its minutes are not signed yet."))
    if needs_party(rating, heads) and rating.party_on is None:
        raise Refused(_("The comment of the party committee comes first for heads and deputies."))


def check_level(level: str, highest: str, reason: str) -> None:
    """ValidationError unless this level may be given where ``highest`` is the most."""
    if bool(level) != bool(highest):
        raise ValidationError(
            {"level": _("There is no class this year.") if level else _("Choose the level.")}
        )
    if not level:
        return
    if rank(level) > rank(highest):
        raise ValidationError(
            {"level": _("Points and conditions allow at most “%(level)s”.") % {"level": Level(highest).label}}
        )
    if rank(level) < rank(highest) and not reason.strip():
        raise ValidationError({"reason": _("A level below that of the points needs a reason.")})


@transaction.atomic
def propose_by_points(*, office: Agency, year: int, by: User, now: datetime) -> int:
    """Propose what points and conditions give, for everybody heard of whom nothing is proposed yet.

    Those whose proposal would be refused are left out: the head for who prepares them above, heads and
    deputies without the party committee's comment, heads whose organisation has no class yet, oneself.
    """
    today = timezone.localdate(now)
    check_prepares(by, office, today)
    rows = list(
        YearRating.objects.select_for_update(of=("self",))
        .filter(office=office, year=year, state=State.HEARD, replaced_by__isnull=True)
        .exclude(person=by)
        .select_related("posting__agency", "office", "scheme", "person")
    )
    heads = heads_ids([office.pk], today)
    counted = count_years(rows, today) if rows else {}
    fit = [
        row for row in rows
        if (row.person_id, row.office_id) not in heads
        and not (needs_party(row, heads) and row.party_on is None)
        and not counted[row.pk].waits_for_organisation
    ]  # fmt: skip
    for row in fit:
        row.proposed_level, row.state = counted[row.pk].highest, State.PROPOSED
        row.revision += 1
    YearRating.objects.bulk_update(fit, ["proposed_level", "state", "revision"])
    if fit:
        record(
            act="ratings.propose_by_points", by=by, obj=office, agency=office, now=now,
            data={"year": year, "people": len(fit)},
        )  # fmt: skip
    return len(fit)
