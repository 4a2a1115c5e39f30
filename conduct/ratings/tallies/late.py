"""Who is to be rated in a period, and who is away for all of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.fields import DateRangeField
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Aggregate, CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from conduct.agencies.models import Posting, days, on_day
from conduct.agencies.tallies import tally_scopes

from ..models import Absence, RatingScheme, Sheet
from ..rules.periods import Period
from .sheets import TermsBook


class RangeAgg(Aggregate):
    """The union of ranges."""

    function = "range_agg"
    output_field = DateRangeField()


def away_people(first: date, last: date) -> QuerySet[Absence, int]:
    """The ids of people whose absences together cover every day from ``first`` to ``last``."""
    touching = Absence.objects.filter(starts_on__lte=last, ends_on__gte=first)
    covered = touching.values("person").annotate(away=RangeAgg(days("starts_on", "ends_on")))
    whole = DateRange(first, last, "[]")
    return covered.filter(away__contains=whole).values_list("person", flat=True)


def days_away(person_id: int, first: date, last: date) -> set[date]:
    """The days from ``first`` to ``last`` on which a person was away."""
    found: set[date] = set()
    rows = Absence.objects.filter(person=person_id, starts_on__lte=last, ends_on__gte=first)
    for start, end in rows.values_list("starts_on", "ends_on"):
        found |= days_from(max(start, first), min(end, last))
    return found


def days_from(first: date, last: date) -> set[date]:
    """Every day from ``first`` to ``last``."""
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def office_agency_ids(office_id: int, period: Period) -> list[int]:
    """The office with its units, without the offices below it."""
    nodes = tally_scopes([office_id], period.last)[office_id]
    return [node.agency_id for node in nodes if not node.is_office]


@dataclass(frozen=True, slots=True)
class Rated:
    """A posting that is to be rated, with its sheet of the period; ``state`` is "" without one."""

    posting: Posting
    sheet_id: int | None
    state: str


def rated_postings(
    office_id: int, agency_ids: Collection[int], period: Period, book: TermsBook, among: Q
) -> list[Rated]:
    """The main postings of an office's people on the last day of a period, for whom there is a scheme.

    Those who are away for all of it are left out. By given name; ``among`` narrows the postings.
    """
    first, last = period.first.first, period.last.last
    kind = "month" if period.n_months == 1 else "quarter"
    own = Sheet.objects.filter(posting=OuterRef("pk"), kind=kind, period=first)
    rows = (
        Posting.objects.filter(
            among, _covered(office_id, last, book), on_day(last, "starts_on", "ends_on"),
            agency_id__in=agency_ids, is_main=True,
        )
        .exclude(person_id__in=away_people(first, last))
        .select_related("person", "agency")
        .order_by("person__name_order", "pk")
        .annotate(
            sheet_id=Subquery(own.values("pk")[:1]),
            state=Coalesce(Subquery(own.values("state")[:1]), Value(""), output_field=CharField()),
        )
    )  # fmt: skip
    return [Rated(row, vars(row)["sheet_id"], vars(row)["state"]) for row in rows]


def _covered(office_id: int, on: date, book: TermsBook) -> Q:
    """The postings to which a published scheme speaks (as ``services.schemes.scheme_for`` finds it)."""
    above, kinds = book.lineages[office_id], book.kinds(office_id)
    schemes = RatingScheme.objects.filter(
        on_day(on), Q(keeper__isnull=True) | Q(keeper_id__in=above), state=RatingScheme.State.PUBLISHED
    )
    posts = {"only": Q(is_leader=True), "none": Q(is_leader=False), "both": Q()}
    covered = Q(pk__in=())
    for scheme in schemes:
        if not kinds & set(scheme.excluded_kinds):
            fits = Q(category__in=scheme.categories) & posts[scheme.leaders]
            covered |= fits & ~Q(agency__kind__in=scheme.excluded_kinds)
    return covered
