"""The roll-up: chunks are asked for, claimed under a lease, computed anew and written as a whole.

Twice, in parallel, or killed in the middle: the table comes out the same (docs/scoring.md, "The roll-up").
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Period, Role, User
from conduct.agencies.periods import state_of
from conduct.agencies.permissions import Refused, check_holds
from conduct.agencies.services.months import finish_closing
from conduct.agencies.tallies import Office, tally_offices
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import RollUpChunk, RollUpRun
from ..tallies import tally_ready_chunks
from ..writes import ask, lock_chunk
from .computing import roll_up_offices
from .runs import settle_run, start_run
from .schemes import scheme_of
from .seals import seal_month

MONTHS_KEPT_OPEN = 12
"""The nightly run looks back so many months for ones that are still open."""
FEW_CHUNKS = 3
"""So many chunks are done at once, before everything in bulk."""


def ask_for_roll_up(
    *, month: Month, roots: Collection[int] | None = None, run: RollUpRun | None = None
) -> list[Office]:
    """Mark the offices at and below `roots` (all, when None) as due; closed months are left alone.

    They belong to `run` from now on and go by its lane. Returns the offices asked for, deepest first.
    """
    with transaction.atomic():
        offices = [office for office in tally_offices(month, roots) if office.state != Period.State.CLOSED]
        ask(
            [(office.agency_id, office.above_id) for office in offices],
            month,
            run_id=run.pk if run else None,
            is_prompt=run is not None and run.lane == RollUpRun.Lane.PROMPT,
        )
    return offices


def ask_for_months(
    *, months: Sequence[Month], cause: RollUpRun.Cause, root: Agency | None, by: User | None, now: datetime
) -> tuple[RollUpRun, list[Office]]:
    """Start a run over months of an agency's subtree (None: of the whole tree); LookupError without months.

    Few offices go before everything in bulk. Returns the run and the offices of all its months.
    """
    if not months:
        raise LookupError("a run needs a month")
    with transaction.atomic():
        run = start_run(cause=cause, months=months, root=root, by=by, now=now)
        roots = None if root is None else [root.pk]
        n_offices = sum(office.state != Period.State.CLOSED for office in tally_offices(months[-1], roots))
        if n_offices * len(months) <= FEW_CHUNKS:
            run.lane = RollUpRun.Lane.PROMPT
        offices = [
            office for month in months for office in ask_for_roll_up(month=month, roots=roots, run=run)
        ]
        run.n_chunks = len(offices)
        run.save(update_fields=["lane", "n_chunks"])
    return run, offices


def request_roll_up(*, office: Agency, month: Month, by: User, now: datetime) -> list[Office]:
    """A head asks for the roll-up of an open month in the own subtree. Raises Refused otherwise."""
    check_holds(by, office, timezone.localdate(now), Role.HEAD)
    if state_of(office, month) == Period.State.CLOSED:
        raise Refused(_("A closed month is not rolled up again."))
    if month.first > timezone.localdate(now):
        raise Refused(_("The month has not begun."))
    with transaction.atomic():
        run, offices = ask_for_months(
            months=[month], cause=RollUpRun.Cause.ASKED, root=office, by=by, now=now
        )
        record(
            act="scores.request_roll_up", by=by, obj=office, agency=office, now=now,
            data={"month": str(month), "offices": len(offices), "run": run.pk},
        )  # fmt: skip
    return offices


def ask_for_open_months(*, now: datetime) -> int:
    """Start a run over every open month of every office, as beat does each night. Returns how many chunks."""
    this_month = Month.of(timezone.localdate(now))
    months = [one for one in this_month.plus(-MONTHS_KEPT_OPEN).until(this_month) if _has_scheme(one)]
    if not months:
        return 0
    _run, offices = ask_for_months(months=months, cause=RollUpRun.Cause.NIGHT, root=None, by=None, now=now)
    return len(offices)


def _has_scheme(month: Month) -> bool:
    try:
        scheme_of(month)
    except LookupError:
        return False
    return True


def claim_chunk(*, chunk_id: int, worker: str, lease: timedelta, now: datetime) -> bool:
    """Take a due chunk for `lease`; False when it is not due or another worker holds it."""
    due = Q(finished_from__isnull=True) | Q(requested_at__gt=F("finished_from"))
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    goes = Q(run__isnull=True) | ~Q(run__in=RollUpRun.objects.filter(state=RollUpRun.State.PAUSED))
    return bool(
        RollUpChunk.objects.filter(due, free, goes, pk=chunk_id).update(
            claimed_by=worker, lease_until=now + lease, started_at=now, attempts=F("attempts") + 1
        )
    )


def run_chunk(*, chunk_id: int, worker: str, lease: timedelta, now: datetime) -> bool:
    """Claim a chunk and do its work; False when there was nothing to claim.

    An error is written to the chunk and raised; the lease runs on, so that the next try waits for its end.
    """
    if not claim_chunk(chunk_id=chunk_id, worker=worker, lease=lease, now=now):
        return False
    try:
        with transaction.atomic():
            _work(chunk_id, now)
    except Exception as error:
        RollUpChunk.objects.filter(pk=chunk_id).update(error=f"{type(error).__name__}: {error}"[:2000])
        raise
    finally:
        settle_run(chunk_id=chunk_id, now=now)
    return True


def ready_after(*, chunk_id: int, now: datetime) -> list[int]:
    """The chunks that a finished one may have made ready: that of the office above."""
    chunk = RollUpChunk.objects.get(pk=chunk_id)
    if chunk.above_id is None:
        return []
    return tally_ready_chunks(now, limit=1, agency_ids=[chunk.above_id], months=[Month.of(chunk.month)])


def _work(chunk_id: int, now: datetime) -> None:
    lock_chunk(chunk_id)
    chunk = RollUpChunk.objects.select_related("agency").get(pk=chunk_id)
    served = chunk.requested_at
    if chunk.finished_from is not None and chunk.finished_from >= served:
        return  # another worker did it while we waited for the lock
    month = Month.of(chunk.month)
    state = state_of(chunk.agency, month)
    n_rows = chunk.n_rows
    if state != Period.State.CLOSED:
        n_rows = roll_up_offices([chunk.agency_id], month, now, run_id=chunk.run_id)[chunk.agency_id]
    if state == Period.State.CLOSING and finish_closing(office=chunk.agency, month=month):
        seal_month(office=chunk.agency, month=month, now=now)
        record(
            act="scores.close_month", by=None, obj=chunk.agency, agency=chunk.agency, now=now,
            data={"month": str(month), "rows": n_rows},
        )  # fmt: skip
    RollUpChunk.objects.filter(pk=chunk_id).update(
        finished_from=served, finished_at=now, lease_until=None, claimed_by="", n_rows=n_rows, error=""
    )
