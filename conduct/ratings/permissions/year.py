"""Who prepares, hears and decides the classes of a year (Điều 10.2, 21), and who may read them.

Heads and office administrators prepare; the head of the office decides about its people, the head of the
agency above about the head. Nobody prepares or decides anything about themselves.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Posting, Role, RoleGrant, User, on_day
from conduct.agencies.permissions import (
    Refused,
    granted_ids,
    holds,
    led_by,
    own_office_ids,
    reach_ids,
    standing_at,
)
from conduct.agencies.tree import Standing, lineage_ids

from ..models import YearDecision, YearMeeting, YearRating
from .authority import Authorities

PREPARING = (Role.HEAD, Role.OFFICE_ADMIN)
FIRST_YEAR, LAST_YEAR = 2026, 2099
"""Decree 335 is in force from 2026."""


def last_day(year: int, today: date) -> date:
    """The day on which a year is looked at: today, 31 December once it is over."""
    return min(today, date(year, 12, 31))


def visible_ratings(user: User, on: date) -> QuerySet[YearRating]:
    """The own years and those of the people whom one prepares; earlier versions too."""
    return YearRating.objects.filter(
        Q(person=user) | Q(posting__agency_id__in=reach_ids(user, on, *PREPARING))
    )


def prepares(user: User, office: Agency, on: date) -> bool:
    """Whether the person prepares the year of this office, or acts for its head."""
    return _may_prepare(standing_at(user, office, on), user, office, on)


def _may_prepare(standing: Standing, user: User, office: Agency, on: date) -> bool:
    if standing.roles & set(PREPARING):
        return True
    return office.pk in led_by(user, on).as_head


def check_prepares(user: User, office: Agency, on: date) -> None:
    """404 for who may not know of the office's year, Refused for its other staff."""
    standing = standing_at(user, office, on)
    if _may_prepare(standing, user, office, on):
        return
    if not standing.sees:
        raise Http404
    raise Refused(_("Only the head or an office administrator prepares the classes of the year."))


def heads_ids(office_ids: Collection[int], on: date) -> set[tuple[int, int]]:
    """(person, office) of those who head these offices."""
    grants = RoleGrant.objects.filter(
        on_day(on, "starts_on", "ends_on"), agency_id__in=office_ids, role=Role.HEAD
    )
    return set(grants.values_list("person_id", "agency_id"))


def check_not_own(user: User, person_id: int) -> None:
    """Nobody acts in their own matter."""
    if user.pk == person_id:
        raise Refused(_("Nobody prepares or decides anything about themselves."))


def check_can_prepare(user: User, rating: YearRating, on: date) -> None:
    """Who prepares this person's class: for the head of the office, an agency above (Điều 21.1d)."""
    check_not_own(user, rating.person_id)
    if (rating.person_id, rating.office_id) in heads_ids([rating.office_id], on):
        above = set(lineage_ids(rating.office_id, on)[1:])
        if not granted_ids(user, on, *PREPARING) & above:
            raise Refused(_("The class of the head is prepared by the agency above."))
        return
    if not prepares(user, rating.office, on) and not holds(user, rating.posting.agency, on, *PREPARING):
        raise Refused(_("Only the head or an office administrator prepares the classes of the year."))


def may_prepare(user: User, rating: YearRating, on: date) -> bool:
    """Whether check_can_prepare lets this person."""
    try:
        check_can_prepare(user, rating, on)
    except Refused:
        return False
    return True


def decided_by(user: User, postings: Collection[Posting], on: date) -> set[int]:
    """Of these postings those whose class this person decides (Điều 10.2), as a delegate too; their ids."""
    authorities = Authorities(postings, on)
    return {posting.pk for posting in postings if user.pk in authorities.of(posting).approvers}


def check_can_replace(user: User, rating: YearRating, on: date) -> None:
    """A new decision in place of the old one: who decides it, or a head above the office (Điều 21.3)."""
    check_not_own(user, rating.person_id)
    if decided_by(user, [rating.posting], on):
        return
    above = set(lineage_ids(rating.office_id, on)[1:])
    if not granted_ids(user, on, Role.HEAD) & above:
        raise Refused(_("Only who decides this class, or a head above, may replace the decision."))


def visible_meetings(user: User, on: date) -> QuerySet[YearMeeting]:
    """The meetings that one prepares, chairs or minutes."""
    reached = reach_ids(user, on, *PREPARING)
    return YearMeeting.objects.filter(Q(office_id__in=reached) | Q(chair=user) | Q(secretary=user))


def check_can_keep_meeting(user: User, agency: Agency, on: date) -> None:
    """Those who prepare the year write the minutes down."""
    if not prepares(user, agency, on):
        raise Refused(_("Only the head or an office administrator prepares the classes of the year."))


def check_can_sign_minutes(user: User, meeting: YearMeeting) -> None:
    """The chair signs."""
    if meeting.chair_id != user.pk:
        raise Refused(_("The minutes are signed by the person in the chair."))


def visible_decisions(user: User, on: date) -> QuerySet[YearDecision]:
    """Decisions that one prepared or signed; once published, those of the own office (Điều 21.1đ, 21.2đ)."""
    own, reached = own_office_ids(user, on), reach_ids(user, on, *PREPARING)
    published = Q(published_at__isnull=False) & (Q(office_id__in=own) | Q(ratings__office_id__in=own))
    return YearDecision.objects.filter(Q(office_id__in=reached) | Q(signed_by=user) | published).distinct()
