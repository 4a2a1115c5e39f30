"""How promises to citizens ended, as evidence for the score."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fractions import Fraction

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, QuerySet

from conduct.agencies.models import Agency
from conduct.kernel.arrays import id_array
from conduct.kernel.months import Month

from ..models import Promise

# Nobody can check a promise without a dossier code and without the citizen's contact; it is left out.
_COUNTED = "(p.dossier_code <> '' OR octet_length(p.contact_sealed) > 0) AND p.outcome <> 'withdrawn'"

_PROMISES = f"""
SELECT p.posting_id, count(*), count(*) FILTER (WHERE p.outcome = 'kept')
FROM commitments_promise p
WHERE p.posting_id = ANY(%(postings)s::bigint[]) AND p.due_at >= %(from)s AND p.due_at < %(end)s
  AND {_COUNTED} AND (p.outcome <> 'open' OR p.due_at < %(until)s)
GROUP BY p.posting_id ORDER BY p.posting_id
"""

# The office is that of the due day, as for the months themselves (agencies.tree.office_of).
_LAPSED = """
WITH RECURSIVE above AS (
    SELECT r.id AS promise_id, p.agency_id AS id, (r.due_at AT TIME ZONE %(tz)s)::date AS due_on, 0 AS steps
    FROM commitments_promise r JOIN agencies_posting p ON p.id = r.posting_id
    WHERE p.person_id = %(person)s AND r.outcome = 'open' AND r.due_at < %(now)s
    UNION
    SELECT a.promise_id, l.parent_id, a.due_on, a.steps + 1
    FROM above a JOIN agencies_agencyparent l ON l.agency_id = a.id
        AND l.valid_from <= a.due_on AND (l.valid_to IS NULL OR l.valid_to >= a.due_on)
), office AS (
    SELECT DISTINCT ON (a.promise_id) a.promise_id, a.id, a.due_on
    FROM above a JOIN agencies_agency g ON g.id = a.id
    ORDER BY a.promise_id, (g.kind = ANY(%(kinds)s)) DESC, a.steps
)
SELECT o.promise_id FROM office o JOIN agencies_period p
    ON p.office_id = o.id AND p.kind = 'month' AND p.state <> 'open'
    AND p.month = date_trunc('month', o.due_on)::date
"""


@dataclass(frozen=True, slots=True)
class PromiseCount:
    """Of the promises of a posting that fell due (``judged``), those that were kept in time (``kept``)."""

    posting_id: int
    judged: int
    kept: int


def tally_promises(
    posting_ids: Collection[int], month: Month, tz: tzinfo, *, until: datetime
) -> list[PromiseCount]:
    """The promises due in the month, local time; a posting without any has no row.

    Counted are those with a dossier code or a contact that were not withdrawn. Kept late, broken, and still
    open past their time count as not kept. One that is open and due at ``until`` or later does not count yet;
    for a month that has ended ``until`` is its end or anything after.
    """
    start, end = month.bounds(tz)
    with connection.cursor() as cursor:
        cursor.execute(
            _PROMISES, {"postings": id_array(posting_ids), "from": start, "end": end, "until": until}
        )
        return [PromiseCount(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """How promises stand. ``n_rewritten``: of those ever recorded as broken, now recorded as withdrawn."""

    n_all: int
    n_kept: int
    n_kept_late: int
    n_broken: int
    n_withdrawn: int
    n_overdue: int
    n_waiting: int
    n_once_broken: int
    n_rewritten: int

    @property
    def n_judged(self) -> int:
        """Those that ended or are overdue, without the withdrawn ones."""
        return self.n_all - self.n_withdrawn - self.n_waiting

    @property
    def rewritten_share(self) -> Fraction | None:
        """How often a broken promise became a withdrawn one; None when none was ever broken."""
        return Fraction(self.n_rewritten, self.n_once_broken) if self.n_once_broken else None


def tally_figures(found: QuerySet[Promise], now: datetime) -> PromiseFigures:
    """The promises of a list by their end, as they stand now."""

    def having(**conditions: object) -> Count:
        return Count("pk", filter=Q(**conditions))

    return PromiseFigures(
        **found.order_by().aggregate(
            n_all=Count("pk"),
            n_kept=having(outcome="kept"),
            n_kept_late=having(outcome="kept_late"),
            n_broken=having(outcome="broken"),
            n_withdrawn=having(outcome="withdrawn"),
            n_overdue=having(outcome="open", due_at__lt=now),
            n_waiting=having(outcome="open", due_at__gte=now),
            n_once_broken=having(was_broken=True),
            n_rewritten=having(was_broken=True, outcome="withdrawn"),
        )
    )


def tally_due(posting_id: int, start: datetime, end: datetime, now: datetime) -> PromiseFigures:
    """How a posting's promises due from ``start`` and before ``end`` stand; those that nobody can check are
    left out, as for the score."""
    checkable = ~Q(dossier_code="") | ~Q(contact_sealed=b"")
    due = Promise.objects.filter(checkable, posting_id=posting_id, due_at__gte=start, due_at__lt=end)
    return tally_figures(due, now)


def tally_lapsed(person_id: int, now: datetime) -> set[int]:
    """The person's promises that were still open when the month of their due day closed."""
    kinds = [kind.value for kind in Agency.OFFICE_KINDS]
    with connection.cursor() as cursor:
        cursor.execute(_LAPSED, {"person": person_id, "now": now, "kinds": kinds, "tz": settings.TIME_ZONE})
        return {row[0] for row in cursor.fetchall()}
