"""What waits to be published, and the tree of offices in which it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from conduct.agencies.models import Agency
from conduct.kernel.months import Month

_LINKS = """
    SELECT DISTINCT ON (agency_id) agency_id, parent_id FROM agencies_agencyparent
    WHERE valid_from <= {last} AND (valid_to IS NULL OR valid_to >= {first})
    ORDER BY agency_id, valid_from DESC
"""

# The top of a published tree: a province, or whatever has nothing above it. It closes last of its tree.
_DUE = """
SELECT p.office_id, p.month FROM agencies_period p JOIN agencies_agency a ON a.id = p.office_id
WHERE p.kind = 'month' AND p.state = 'closed'
  AND (a.kind = 'province' OR NOT EXISTS (
      SELECT FROM agencies_agencyparent l WHERE l.agency_id = a.id
        AND l.valid_from < p.month + interval '1 month' AND (l.valid_to IS NULL OR l.valid_to >= p.month)
  ))
  AND NOT EXISTS (
      SELECT FROM reports_publiccell c
      WHERE c.top_id = p.office_id AND c.kind = 'month' AND c.first = p.month
  )
ORDER BY p.month, p.office_id LIMIT %(limit)s
"""

_PLACES = f"""
WITH RECURSIVE links AS MATERIALIZED ({_LINKS.format(first="%(first)s", last="%(last)s")}), tree AS (
    SELECT %(top)s::bigint AS id, %(top)s::bigint AS office_id, NULL::bigint AS above_id,
           ARRAY[%(top)s::bigint] AS path
    UNION ALL
    SELECT a.id, CASE WHEN a.kind = ANY(%(kinds)s) THEN a.id ELSE t.office_id END,
           CASE WHEN a.kind = ANY(%(kinds)s) THEN t.office_id ELSE t.above_id END, t.path || a.id
    FROM tree t JOIN links l ON l.parent_id = t.id JOIN agencies_agency a ON a.id = l.agency_id
    WHERE a.kind <> 'province' AND NOT a.id = ANY(t.path)
      AND a.valid_from <= %(last)s AND (a.valid_to IS NULL OR a.valid_to >= %(first)s)
)
SELECT id, office_id, above_id FROM tree ORDER BY cardinality(path), id
"""

_OFFICE_KINDS = [kind.value for kind in Agency.OFFICE_KINDS]


@dataclass(frozen=True, slots=True)
class DueTree:
    """A tree of offices whose month is closed up to its top and not yet published."""

    top_id: int
    month: date


@dataclass(frozen=True, slots=True)
class Place:
    """An agency of a tree, the office whose figures it belongs to, and the office above that one."""

    agency_id: int
    office_id: int
    above_id: int | None


def tally_due_trees(*, limit: int) -> Sequence[DueTree]:
    """Closed months that are not published, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"limit": limit})
        return [DueTree(*row) for row in cursor.fetchall()]


def tally_places(top_id: int, month: Month) -> list[Place]:
    """The tree of a month under a top, parents first; provinces below it have trees of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            _PLACES, {"top": top_id, "kinds": _OFFICE_KINDS, "first": month.first, "last": month.last}
        )
        return [Place(*row) for row in cursor.fetchall()]


# A dossier counts as in conduct/dossiers/tallies/months.py, for many months in one statement.
_ON_TIME = """
SELECT month, sum(judged)::bigint, sum(kept)::bigint FROM (
    SELECT date_trunc('month', finished_on)::date AS month, count(*) AS judged, count(*) AS kept
    FROM dossiers_dossier
    WHERE agency_id = ANY(%(agencies)s::bigint[]) AND finished_on BETWEEN %(first)s AND %(last)s
      AND finished_on <= promised_on
    GROUP BY date_trunc('month', finished_on)
    UNION ALL
    SELECT date_trunc('month', promised_on)::date, count(*), 0 FROM dossiers_dossier
    WHERE agency_id = ANY(%(agencies)s::bigint[]) AND promised_on BETWEEN %(first)s AND %(last)s
      AND (finished_on IS NULL OR finished_on > promised_on)
    GROUP BY date_trunc('month', promised_on)
) AS counted GROUP BY month ORDER BY month
"""


@dataclass(frozen=True, slots=True)
class OnTime:
    """Of the dossiers of a month: settled by their first promised day or due then, and the former."""

    month: date
    judged: int
    kept: int

    @property
    def share(self) -> float:
        """The share on time, as a fraction of 1."""
        return self.kept / self.judged


def tally_on_time(agency_ids: Collection[int], first: Month, last: Month) -> list[OnTime]:
    """Dossiers on time in these (ended) months, over all these agencies."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_TIME, {"agencies": list(agency_ids), "first": first.first, "last": last.last})
        return [OnTime(*row) for row in cursor.fetchall()]
