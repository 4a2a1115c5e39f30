"""Hints of extra payment: added up, above a minimum, for inspectors of an agency above alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Role, RoleGrant, User, on_day
from conduct.agencies.permissions import own_office_ids
from conduct.agencies.tree import lineage_ids, subtree_ids
from conduct.kernel.months import Month
from conduct.notices.services import Message, push
from surveys.tallies.figures import tally_hints

from ..rules import Span, SpanKind
from ..tallies.hints import tally_closed_quarters, tally_own_agencies

LEAST_ASKED = 5  # answers to the question
LEAST_HINTED = 3  # who said yes: one or two could be guessed at
QUARTERS_SHOWN = 8
NEWS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HintRow:
    """An office's quarter with enough hints to be told."""

    office: Agency
    span: Span
    asked: int
    hinted: int


def hints_for(reader: User, now: datetime) -> list[HintRow]:
    """What this inspector may read: offices strictly below an agency of theirs, never one they serve in."""
    day = timezone.localdate(now)
    grants = RoleGrant.objects.filter(on_day(day, "starts_on", "ends_on"), person=reader, role=Role.INSPECTOR)
    tops = set(grants.values_list("agency_id", flat=True))
    below: set[int] = set()
    for top in tops:
        below |= subtree_ids([top], day) - {top}
    offices = Agency.objects.filter(pk__in=below, kind__in=Agency.OFFICE_KINDS)
    offices = offices.exclude(pk__in=own_office_ids(reader, day))
    quarter = Span.of(SpanKind.QUARTER, Month.of(day))
    since = quarter.first.plus(-3 * QUARTERS_SHOWN)
    return _rows({office.pk: office for office in offices}, since, quarter.last)


def tell_of_hints(*, now: datetime) -> int:
    """Tell inspectors of quarters that ended lately with enough hints; each once. Returns how many lines."""
    month = Month.of(timezone.localdate(now))
    since = Span.of(SpanKind.QUARTER, month.plus(-6)).first
    fresh = [row for row in tally_closed_quarters(since, month) if row.closed_at >= now - NEWS]
    offices = Agency.objects.in_bulk([row.office_id for row in fresh])
    rows = _rows(offices, since, month)
    told = {(row.office_id, row.first) for row in fresh}
    messages = [
        message
        for row in rows
        if (row.office.pk, row.span.first.first) in told
        for message in _messages(row, now)
    ]
    return push(messages=messages, now=now)


def _rows(offices: dict[int, Agency], since: Month, until: Month) -> list[HintRow]:
    """Closed quarters above both minimums, newest first."""
    closed = {
        (row.office_id, Span.of(SpanKind.QUARTER, Month.of(row.first)))
        for row in tally_closed_quarters(since, until)
        if row.office_id in offices
    }
    own = tally_own_agencies({office_id for office_id, _span in closed}, until.last)
    sums: dict[tuple[int, Span], tuple[int, int]] = {}
    for hint in tally_hints(own.keys(), since, until):
        key = own[hint.agency_id], Span.of(SpanKind.QUARTER, Month.of(hint.month))
        asked, hinted = sums.get(key, (0, 0))
        sums[key] = (asked + hint.asked, hinted + hint.hinted)
    rows = [
        HintRow(offices[office_id], span, asked, hinted)
        for (office_id, span), (asked, hinted) in sums.items()
        if (office_id, span) in closed and asked >= LEAST_ASKED and hinted >= LEAST_HINTED
    ]
    return sorted(rows, key=lambda row: (-row.span.first.first.toordinal(), row.office.search))


def _messages(row: HintRow, now: datetime) -> Iterable[Message]:
    day = timezone.localdate(now)
    with translation.override("vi"):
        title = _("Hints of extra payment in %(office)s") % {"office": row.office.name}
        text = _("In the quarter that ended there are enough answers to be read.")
    for person_id in _inspectors(row.office, lineage_ids(row.office.pk, day)[1:], now):
        yield Message(
            recipient_id=person_id,
            key=f"reports.hints:{row.office.pk}:{row.span}",
            title=title,
            text=text,
            url=reverse("reports:hints"),
        )


def _inspectors(office: Agency, above: Collection[int], now: datetime) -> list[int]:
    """Inspectors of the agencies above who do not serve in the office."""
    day = timezone.localdate(now)
    grants = RoleGrant.objects.filter(
        on_day(day, "starts_on", "ends_on"), role=Role.INSPECTOR, agency_id__in=above, person__is_active=True
    ).select_related("person")
    people = {grant.person_id: grant.person for grant in grants}
    return [pk for pk, person in people.items() if office.pk not in own_office_ids(person, day)]
