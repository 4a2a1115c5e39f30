"""Publishing closed months: each cell of the public grid is decided once, and for good."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from conduct.kernel.months import Month
from conduct.kernel.statistics import Share
from conduct.kernel.suppressing import Count, Grid, choose_month, choose_period, total
from conduct.scores.services.schemes import scheme_of
from surveys.tallies.figures import tally_marks
from surveys.tallies.monthly import N_QUESTIONS, Asked

from ..models import PublicCell
from ..rules import Span, SpanKind
from ..tallies.publication import tally_due_trees, tally_places
from .lone_desks import lone_parts

OVERALL = 0
type Key = tuple[int, Month]


def publish_due(*, now: datetime, limit: int = 50) -> int:
    """Publish what was closed since the last time; returns how many months of trees. Twice: nothing."""
    due = tally_due_trees(limit=limit)
    return sum(publish_month(top_id=tree.top_id, month=Month.of(tree.month), now=now) for tree in due)


@transaction.atomic
def publish_month(*, top_id: int, month: Month, now: datetime) -> bool:
    """Publish a month of a tree, and the quarter and year that it completes; False when it was published."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reports.publish {top_id}"])
    known = PublicCell.objects.filter(top_id=top_id, kind=PublicCell.Kind.MONTH, first=month.first)
    if known.exists():
        return False
    _store_month(top_id, month, now)
    quarter = Span.of(SpanKind.QUARTER, month).months
    if _is_complete(top_id, quarter):
        _store_period(top_id, PublicCell.Kind.QUARTER, quarter, [], now)
    year = Span.of(SpanKind.YEAR, month).months
    quarters = [year[at : at + 3] for at in (0, 3, 6, 9)]
    if _is_complete(top_id, year):
        _store_period(top_id, PublicCell.Kind.YEAR, year, quarters, now)
    return True


def _is_complete(top_id: int, period: Sequence[Month]) -> bool:
    """Whether all its months are published."""
    firsts = [month.first for month in period]
    months = PublicCell.objects.filter(top_id=top_id, kind=PublicCell.Kind.MONTH, first__in=firsts)
    return months.values("first").distinct().count() == len(firsts)


def _store_month(top_id: int, month: Month, now: datetime) -> None:
    """Count the month in every office of the tree and decide what is shown."""
    places = tally_places(top_id, month)
    above = {place.office_id: place.above_id for place in places if place.agency_id == place.office_id}
    shares = {(office, question): Share() for office in above for question in range(N_QUESTIONS)}
    for row in tally_marks(Asked({month: {place.agency_id: place.office_id for place in places}})):
        office: int | None = row.place
        while office is not None:
            shares[office, row.question] += row.share
            office = above[office]
    minimum = scheme_of(month)[1].minimum_public
    persons = lone_parts({(place.agency_id, month): place.office_id for place in places}, above, [month])
    shown: dict[int, set[int]] = {}
    for question in range(N_QUESTIONS):
        allowed = shown.get(OVERALL, set(above) - persons.offices)
        counts = {(office, month): _count(shares[office, question]) for office in above}
        parents: dict[tuple[int, Month], int | None] = {(one, month): top for one, top in above.items()}
        for office in persons.own:  # a part of its own, so that it is never what is left over alone
            below = [one for one, top in above.items() if top == office]
            counts[-office, month] = counts[office, month] - total(counts[one, month] for one in below)
            parents[-office, month] = office
        shown[question] = choose_month(Grid(counts, parents, minimum), month, allowed)
    make = _Maker(top_id, PublicCell.Kind.MONTH, month, now)
    PublicCell.objects.bulk_create(
        make.cell(office, above[office], question, share, is_shown=office in shown[question])
        for (office, question), share in shares.items()
    )


def _store_period(
    top_id: int, kind: str, period: tuple[Month, ...], inner: list[tuple[Month, ...]], now: datetime
) -> None:
    """Add up the stored months of a quarter or year and decide what is shown."""
    stored = list(
        PublicCell.objects.filter(top_id=top_id, first__gte=period[0].first, first__lte=period[-1].first)
    )
    minimum = scheme_of(period[-1])[1].minimum_public
    make = _Maker(top_id, kind, period[0], now)
    cells: list[PublicCell] = []
    allowed = _beside_no_person(top_id, period, stored)
    for question in range(N_QUESTIONS):
        rows = [row for row in stored if row.question == question]
        months = [row for row in rows if row.kind == PublicCell.Kind.MONTH]
        above = {(row.office_id, Month.of(row.first)): row.office_above_id for row in months}
        shares: dict[int, Share] = {}
        for row in months:
            shares[row.office_id] = shares.get(row.office_id, Share()) + row.share
        counts = {(row.office_id, Month.of(row.first)): _count(row.share) for row in months}
        grid = Grid(counts, above, minimum, _shown_so_far(rows))
        shown = choose_period(grid, period, inner, allowed)
        allowed = allowed & shown if question == OVERALL else allowed
        last_above = {row.office_id: row.office_above_id for row in sorted(months, key=lambda row: row.first)}
        cells += [
            make.cell(office, last_above[office], question, share, is_shown=office in shown)
            for office, share in shares.items()
        ]
    PublicCell.objects.bulk_create(cells)


def _beside_no_person(top_id: int, period: Sequence[Month], stored: Iterable[PublicCell]) -> set[int]:
    """The offices whose sum over the period may be new: nobody of whom it would tell stands beside them.

    What adds up to something that is shown already may be shown all the same.
    """
    above = {row.office_id: row.office_above_id for row in stored}
    office_of = {
        (place.agency_id, month): place.office_id for month in period for place in tally_places(top_id, month)
    }
    persons = lone_parts(office_of, above, period)
    beside = {above.get(office) for office in persons.offices} | persons.own
    return {office for office, top in above.items() if office not in persons.offices and top not in beside}


def _shown_so_far(rows: Iterable[PublicCell]) -> set[tuple[int, tuple[Month, ...]]]:
    return {
        (row.office_id, Span.of(SpanKind(row.kind), Month.of(row.first)).months)
        for row in rows
        if row.is_shown
    }


def _count(share: Share) -> Count:
    return Count(share.judged, share.kept)


@dataclass(frozen=True, slots=True)
class _Maker:
    """What the cells of one tree and period share."""

    top_id: int
    kind: str
    first: Month
    now: datetime

    def cell(
        self, office_id: int, above_id: int | None, question: int, share: Share, *, is_shown: bool
    ) -> PublicCell:
        sums = share.sums
        return PublicCell(
            top_id=self.top_id,
            office_id=office_id,
            office_above_id=above_id,
            kind=self.kind,
            first=self.first.first,
            question=question,
            judged=share.judged,
            kept=share.kept,
            clusters=sums.clusters,
            nn=sums.nn,
            nk=sums.nk,
            kk=sums.kk,
            is_shown=is_shown,
            published_at=self.now,
        )
