"""What the roll-up reads of its own tables, each in one SQL statement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from conduct.kernel.months import Month

_COUNTS = """
SELECT agency_id, component, kept, judged, clusters, nn, nk, kk FROM scores_agencycount
WHERE month = %(month)s AND agency_id = ANY(%(agencies)s) ORDER BY agency_id, component
"""

# Due: asked for after the request that the last finished run served. A chunk waits while one of the offices
# directly below it is due, unless that one fails again and again. A paused run's chunks stay where they are;
# they hold back no prompt one: what closes a month has only closed months below.
_READY = """
SELECT c.id FROM scores_rollupchunk c LEFT JOIN scores_rolluprun r ON r.id = c.run_id
WHERE (c.finished_from IS NULL OR c.requested_at > c.finished_from)
  AND (c.lease_until IS NULL OR c.lease_until < %(now)s)
  AND (r.state IS NULL OR r.state <> 'paused')
  AND (%(agencies)s::bigint[] IS NULL OR c.agency_id = ANY(%(agencies)s))
  AND (%(months)s::date[] IS NULL OR c.month = ANY(%(months)s))
  AND NOT EXISTS (
      SELECT FROM scores_rollupchunk d LEFT JOIN scores_rolluprun dr ON dr.id = d.run_id
      WHERE d.above_id = c.agency_id AND d.month = c.month AND d.error = ''
        AND (d.finished_from IS NULL OR d.requested_at > d.finished_from)
        AND NOT (c.is_prompt AND dr.state = 'paused')
  )
ORDER BY c.is_prompt DESC, c.month, c.requested_at, c.id LIMIT %(limit)s
"""

_PROGRESS = """
SELECT count(*), count(*) FILTER (WHERE finished_from >= requested_at), count(*) FILTER (WHERE error <> '')
FROM scores_rollupchunk WHERE month = ANY(%(months)s) AND agency_id = ANY(%(agencies)s)
"""


_RUNS = """
SELECT run_id, count(*),
       count(*) FILTER (WHERE finished_from IS NULL OR requested_at > finished_from),
       count(*) FILTER (WHERE error <> '' AND (finished_from IS NULL OR requested_at > finished_from)),
       count(*) FILTER (WHERE lease_until > %(now)s AND error = ''),
       coalesce(sum(n_rows) FILTER (WHERE finished_from >= requested_at), 0)
FROM scores_rollupchunk WHERE run_id = ANY(%(runs)s) GROUP BY run_id
"""


@dataclass(frozen=True, slots=True)
class RunCount:
    """The chunks of a run: how many it has now, how many are due, of these failed, how many are being worked
    on, and how many rows the finished ones wrote."""

    run_id: int
    chunks: int = 0
    due: int = 0
    failed: int = 0
    working: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class StoredCount:
    """A component's count in an agency's subtree, as an office below has stored it."""

    agency_id: int
    component: str
    kept: int
    judged: int
    clusters: int
    nn: int
    nk: int
    kk: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a roll-up is: chunks asked for, done, and failed at the last try."""

    asked: int
    done: int
    failed: int


def tally_counts(agency_ids: Collection[int], month: Month) -> list[StoredCount]:
    """The stored counts of these agencies."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"month": month.first, "agencies": list(agency_ids)})
        return [StoredCount(*row) for row in cursor.fetchall()]


def tally_ready_chunks(
    now: datetime,
    *,
    limit: int,
    agency_ids: Collection[int] | None = None,
    months: Collection[Month] | None = None,
) -> list[int]:
    """Ids of chunks that wait for a worker: due, not leased, nothing below them due. Oldest month first."""
    with connection.cursor() as cursor:
        cursor.execute(
            _READY,
            {
                "now": now,
                "limit": limit,
                "agencies": None if agency_ids is None else list(agency_ids),
                "months": None if months is None else [month.first for month in months],
            },
        )
        return [row[0] for row in cursor.fetchall()]


def tally_progress(agency_ids: Collection[int], months: Collection[Month]) -> Progress:
    """How far the chunks of these offices and months are."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, {"agencies": list(agency_ids), "months": [month.first for month in months]})
        return Progress(*cursor.fetchone())


def tally_runs(run_ids: Collection[int], now: datetime) -> dict[int, RunCount]:
    """How far runs are, by run; one that has no chunk any more counts none."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, {"runs": list(run_ids), "now": now})
        found = {row[0]: RunCount(*row) for row in cursor.fetchall()}
    return {run_id: found.get(run_id, RunCount(run_id)) for run_id in run_ids}
