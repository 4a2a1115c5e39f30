"""The roll-up: chunks are asked for, claimed under a lease, computed anew and written as a whole.

Twice, in parallel, or killed in the middle: the table comes out the same (docs/scoring.md, "The roll-up").
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, Period, Role, User
from conduct.agencies.periods import state_of, states_of
from conduct.agencies.permissions import Refused, check_holds
from conduct.agencies.services.months import finish_closing
from conduct.agencies.tallies import Office, tally_offices
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import RollUpChunk, RollUpRun
from ..tallies import tally_ready_chunks
from ..writes import ask, finish_chunks, lock_chunks
from .computing import roll_up_offices
from .runs import settle_run, start_run
from .schemes import scheme_of
from .seals import seal_month

MONTHS_KEPT_OPEN = 12
"""The nightly run looks back so many months for ones that are still open."""
TOGETHER = 60
"""At most so many offices are worked on in one transaction."""
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


def _to_claim(now: datetime) -> QuerySet[RollUpChunk]:
    """The chunks that are due and free; those of a paused run are left alone."""
    due = Q(finished_from__isnull=True) | Q(requested_at__gt=F("finished_from"))
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    goes = Q(run__isnull=True) | ~Q(run__in=RollUpRun.objects.filter(state=RollUpRun.State.PAUSED))
    return RollUpChunk.objects.filter(due, free, goes)


def claim_chunk(*, chunk_id: int, worker: str, lease: timedelta, now: datetime) -> bool:
    """Take a due chunk for `lease`; False when it is not due or another worker holds it."""
    return bool(
        _to_claim(now)
        .filter(pk=chunk_id)
        .update(claimed_by=worker, lease_until=now + lease, started_at=now, attempts=F("attempts") + 1)
    )


def claim_beside(*, chunk_id: int, worker: str, lease: timedelta, now: datetime) -> list[int]:
    """Take with a chunk of the bulk lane those ready beside it, below the same office; returns their ids.

    What another worker is about to take, and what failed before, is left alone.
    """
    with transaction.atomic():
        chunk = RollUpChunk.objects.get(pk=chunk_id)
        if chunk.is_prompt or chunk.error:
            return []
        below = RollUpChunk.objects.filter(above_id=OuterRef("agency_id"), month=chunk.month).filter(
            Q(finished_from__isnull=True) | Q(requested_at__gt=F("finished_from"))
        )
        beside = (
            _to_claim(now)
            .filter(~Exists(below), above_id=chunk.above_id, month=chunk.month, is_prompt=False, error="")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("pk")
            .values_list("pk", flat=True)[: TOGETHER - 1]
        )
        chunk_ids = list(beside)
        RollUpChunk.objects.filter(pk__in=chunk_ids).update(
            claimed_by=worker, lease_until=now + lease, started_at=now, attempts=F("attempts") + 1
        )
    return chunk_ids


def run_chunk(*, chunk_id: int, worker: str, lease: timedelta, now: datetime) -> bool:
    """Claim a chunk and do its work; False when there was nothing to claim.

    An error is written to the chunk and raised; the lease runs on, so that the next try waits for its end.
    """
    if not claim_chunk(chunk_id=chunk_id, worker=worker, lease=lease, now=now):
        return False
    _run_claimed(chunk_id, now)
    return True


def run_chunks(*, chunk_id: int, worker: str, lease: timedelta, now: datetime) -> int:
    """The same with the chunks beside it, in one transaction: offices read together cost far less.

    When that fails, each is tried by itself, and the first error is raised after all of them. Returns how
    many chunks were claimed.
    """
    if not claim_chunk(chunk_id=chunk_id, worker=worker, lease=lease, now=now):
        return 0
    chunk_ids = [chunk_id, *claim_beside(chunk_id=chunk_id, worker=worker, lease=lease, now=now)]
    try:
        with transaction.atomic():
            _work(chunk_ids, now)
    except Exception:
        errors = [error for one in chunk_ids if (error := _try_claimed(one, now)) is not None]
        if errors:
            raise errors[0] from None
    settle_run(chunk_id=chunk_id, now=now)
    return len(chunk_ids)


def _try_claimed(chunk_id: int, now: datetime) -> Exception | None:
    try:
        _run_claimed(chunk_id, now)
    except Exception as error:
        return error
    return None


def _run_claimed(chunk_id: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            _work([chunk_id], now)
    except Exception as error:
        RollUpChunk.objects.filter(pk=chunk_id).update(error=f"{type(error).__name__}: {error}"[:2000])
        raise
    finally:
        settle_run(chunk_id=chunk_id, now=now)


def ready_after(*, chunk_id: int, now: datetime) -> list[int]:
    """The chunks that a finished one may have made ready: that of the office above."""
    chunk = RollUpChunk.objects.get(pk=chunk_id)
    if chunk.above_id is None:
        return []
    return tally_ready_chunks(now, limit=1, agency_ids=[chunk.above_id], months=[Month.of(chunk.month)])


def _work(chunk_ids: list[int], now: datetime) -> None:
    """Compute the chunks of one month that nobody finished while we waited for their locks."""
    lock_chunks(chunk_ids)
    found = RollUpChunk.objects.filter(pk__in=chunk_ids).select_related("agency").order_by("pk")
    chunks = [one for one in found if one.finished_from is None or one.finished_from < one.requested_at]
    if not chunks:
        return
    month = Month.of(chunks[0].month)
    states = states_of([chunk.agency_id for chunk in chunks], month)
    going = [one.agency_id for one in chunks if states[one.agency_id] != Period.State.CLOSED]
    n_rows = {one.agency_id: one.n_rows for one in chunks}
    n_rows |= roll_up_offices(going, month, now, run_id=chunks[0].run_id)
    for chunk in chunks:
        if states[chunk.agency_id] == Period.State.CLOSING:
            _close(chunk.agency, month, n_rows[chunk.agency_id], now)
    finish_chunks([(one.pk, one.requested_at, n_rows[one.agency_id]) for one in chunks], now)


def _close(office: Agency, month: Month, n_rows: int, now: datetime) -> None:
    """The month is closed and sealed with the roll-up that made its rows."""
    if finish_closing(office=office, month=month):
        seal_month(office=office, month=month, now=now)
        record(
            act="scores.close_month", by=None, obj=office, agency=office, now=now,
            data={"month": str(month), "rows": n_rows},
        )  # fmt: skip
