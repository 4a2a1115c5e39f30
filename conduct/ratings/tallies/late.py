"""Who is to be rated in a period, and who is away for all of it."""

from collections.abc import Collection
from datetime import date

from django.db import connection
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from conduct.agencies.models import Agency, Posting, on_day
from conduct.agencies.tallies import tally_scopes
from conduct.agencies.tree import lineage_ids

from ..models import RatingScheme, Sheet
from ..rules.periods import Period

_AWAY = """
SELECT person_id FROM ratings_absence
WHERE person_id = ANY(%s) AND starts_on <= %s AND ends_on >= %s
GROUP BY person_id HAVING range_agg(daterange(starts_on, ends_on, '[]')) @> daterange(%s, %s, '[]')
"""


def away_ids(person_ids: Collection[int], first: date, last: date) -> set[int]:
    """Of these people, those whose absences together cover every day from ``first`` to ``last``."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAY, [list(person_ids), last, first, first, last])
        return {row[0] for row in cursor.fetchall()}


def office_agency_ids(office_id: int, period: Period) -> list[int]:
    """The office with its units, without the offices below it."""
    nodes = tally_scopes([office_id], period.last)[office_id]
    return [node.agency_id for node in nodes if not node.is_office]


def rated_postings(office: Agency, agency_ids: Collection[int], period: Period) -> QuerySet[Posting]:
    """The main postings of an office's people on the last day of a period, for whom there is a scheme.

    Those who are away for all of it are left out. With ``sheet_id`` and ``state`` of the sheet ("" without).
    """
    last = period.last.last
    postings = Posting.objects.filter(
        _covered(office, last), on_day(last, "starts_on", "ends_on"), agency_id__in=agency_ids, is_main=True
    )
    people = list(postings.values_list("person_id", flat=True))
    postings = postings.exclude(person_id__in=away_ids(people, period.first.first, last))
    kind = "month" if period.n_months == 1 else "quarter"
    own = Sheet.objects.filter(posting=OuterRef("pk"), kind=kind, period=period.first.first)
    return postings.annotate(
        sheet_id=Subquery(own.values("pk")[:1]),
        state=Coalesce(Subquery(own.values("state")[:1]), Value(""), output_field=CharField()),
    )


def _covered(office: Agency, on: date) -> Q:
    """The postings to which a published scheme speaks (as ``services.schemes.scheme_for`` finds it)."""
    above = lineage_ids(office.pk, on)
    kinds = set(Agency.objects.filter(pk__in=above).values_list("kind", flat=True))
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
