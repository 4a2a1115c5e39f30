"""Runs of the roll-up: started, paused, taken up again, called off, tried again; and when they are over."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.agencies.permissions import Refused
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import RollUpChunk, RollUpRun
from ..permissions import check_can_steer_run
from ..tallies import tally_runs

State = RollUpRun.State

_DUE = Q(finished_from__isnull=True) | Q(requested_at__gt=F("finished_from"))


def start_run(
    *,
    cause: RollUpRun.Cause,
    months: Sequence[Month],
    root: Agency | None,
    by: User | None,
    now: datetime,
    lane: RollUpRun.Lane = RollUpRun.Lane.BULK,
) -> RollUpRun:
    """The row of a run; whoever asks for its chunks says how many there are."""
    return RollUpRun.objects.create(
        cause=cause, lane=lane, root=root, asked_by=by, asked_at=now,
        first_month=min(months).first, last_month=max(months).first,
    )  # fmt: skip


def settle_run(*, chunk_id: int, now: datetime) -> None:
    """End the run of a chunk that was worked on, when it was the last one to wait for."""
    run_id = RollUpChunk.objects.filter(pk=chunk_id).values_list("run_id", flat=True).first()
    if run_id is not None and not RollUpChunk.objects.filter(_DUE, run_id=run_id, error="").exists():
        _settle([run_id], now)


def settle_runs(*, now: datetime) -> int:
    """End every run that has nothing left to do, those included whose chunks a later run took over."""
    return _settle(list(RollUpRun.objects.filter(state=State.RUNNING).values_list("pk", flat=True)), now)


def _settle(run_ids: Sequence[int], now: datetime) -> int:
    """A run is over when whatever of it is still due has failed; a chunk that failed is tried again."""
    ended = 0
    for run_id, count in tally_runs(run_ids, now).items():
        if count.due > count.failed:
            continue
        ended += RollUpRun.objects.filter(pk=run_id, state=State.RUNNING).update(
            state=State.FINISHED,
            finished_at=now,
            n_done=Greatest(F("n_chunks") - count.failed, 0),
            n_failed=count.failed,
            n_rows=count.rows,
        )
    return ended


def _held(run: RollUpRun, by: User, now: datetime) -> RollUpRun:
    """The run, locked, for one who may steer it. Raises Refused."""
    held = RollUpRun.objects.select_for_update(of=("self",)).select_related("root").get(pk=run.pk)
    check_can_steer_run(by, held, timezone.localdate(now))
    return held


@transaction.atomic
def pause_run(*, run: RollUpRun, by: User, now: datetime) -> bool:
    """Start no more chunks until it is taken up again; those that run finish. Says whether it was running."""
    held = _held(run, by, now)
    if held.state != State.RUNNING:
        return False
    if held.lane == RollUpRun.Lane.PROMPT:
        raise Refused(_("A run of a few offices is over in a moment; it cannot be paused."))
    return _turn(held, State.PAUSED, "scores.pause_run", by, now)


@transaction.atomic
def resume_run(*, run: RollUpRun, by: User, now: datetime) -> bool:
    """Take up a paused run again; returns whether it was paused."""
    held = _held(run, by, now)
    return held.state == State.PAUSED and _turn(held, State.RUNNING, "scores.resume_run", by, now)


@transaction.atomic
def cancel_run(*, run: RollUpRun, by: User, now: datetime) -> bool:
    """Call off what has not begun; what runs finishes. Returns whether there was anything to call off.

    The chunks count as not asked for, so that no office above waits for them; the next night asks again.
    """
    held = _held(run, by, now)
    if held.state not in (State.RUNNING, State.PAUSED):
        return False
    if held.lane == RollUpRun.Lane.PROMPT:
        raise Refused(_("A run of a few offices is over in a moment; it cannot be called off."))
    count = tally_runs([held.pk], now)[held.pk]
    waiting = RollUpChunk.objects.filter(
        _DUE, Q(lease_until__isnull=True) | Q(lease_until__lt=now), run=held, is_prompt=False
    )
    waiting.filter(finished_from__isnull=True).delete()
    waiting.update(requested_at=F("finished_from"), error="", lease_until=None, claimed_by="")
    held.n_done, held.n_failed = max(0, held.n_chunks - count.due), count.failed
    held.n_rows, held.finished_at = count.rows, now
    return _turn(held, State.CANCELLED, "scores.cancel_run", by, now)


@transaction.atomic
def retry_run(*, run: RollUpRun, by: User, now: datetime) -> int:
    """Let the failed chunks of a run be tried at once; returns how many."""
    held = _held(run, by, now)
    if held.state == State.CANCELLED:
        return 0
    failed = RollUpChunk.objects.filter(_DUE, run=held).exclude(error="")
    n_failed = failed.update(error="", lease_until=None, claimed_by="")
    if n_failed and held.state == State.FINISHED:
        held.state, held.finished_at = State.RUNNING, None
        held.save(update_fields=["state", "finished_at"])
    if n_failed:
        record(act="scores.retry_run", by=by, obj=held, agency=held.root, now=now, data={"chunks": n_failed})
    return n_failed


def _turn(run: RollUpRun, state: RollUpRun.State, act: str, by: User, now: datetime) -> bool:
    was, run.state = run.state, state
    run.save()
    record(act=act, by=by, obj=run, agency=run.root, now=now, data={"was": was, "is": str(state)})
    return True
