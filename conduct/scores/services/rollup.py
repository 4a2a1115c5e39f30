"""The roll-up: chunks are asked for, claimed under a lease, computed anew and written as a whole.

Twice, in parallel, or killed in the middle: the table comes out the same (docs/scoring.md, "The roll-up").
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from json import dumps

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

from ..models import RollUpChunk
from ..rules import scheme as rules
from ..rules.evidence import Component, Person
from ..rules.office import score_office
from ..rules.parts import office_to_data, person_to_data
from ..rules.person import score_person
from ..tallies import tally_ready_chunks
from ..writes import AGENCIES, COUNTS, PERSONS, ask, lock_chunk, replace_rows
from .evidence import OPEN, POSTINGS, OfficeMonth, Sums, gather
from .schemes import scheme_of

MONTHS_KEPT_OPEN = 12
"""The nightly run looks back so many months for ones that are still open."""


def ask_for_roll_up(*, month: Month, roots: Collection[int] | None = None) -> list[Office]:
    """Mark the offices at and below `roots` (all, when None) as due; closed months are left alone.

    Returns the offices asked for, deepest first.
    """
    with transaction.atomic():
        offices = [office for office in tally_offices(month, roots) if office.state != Period.State.CLOSED]
        ask([(office.agency_id, office.above_id) for office in offices], month)
    return offices


def request_roll_up(*, office: Agency, month: Month, by: User, now: datetime) -> list[Office]:
    """A head asks for the roll-up of an open month in the own subtree. Raises Refused otherwise."""
    check_holds(by, office, timezone.localdate(now), Role.HEAD)
    if state_of(office, month) == Period.State.CLOSED:
        raise Refused(_("A closed month is not rolled up again."))
    if month.first > timezone.localdate(now):
        raise Refused(_("The month has not begun."))
    with transaction.atomic():
        offices = ask_for_roll_up(month=month, roots=[office.pk])
        record(
            act="scores.request_roll_up", by=by, obj=office, agency=office, now=now,
            data={"month": str(month), "offices": len(offices)},
        )  # fmt: skip
    return offices


def ask_for_open_months(*, now: datetime) -> int:
    """Mark every open month of every office as due: what beat does each night. Returns how many chunks."""
    this_month = Month.of(timezone.localdate(now))
    months = this_month.plus(-MONTHS_KEPT_OPEN).until(this_month)
    return sum(len(ask_for_roll_up(month=month)) for month in months if _has_scheme(month))


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
    return bool(
        RollUpChunk.objects.filter(due, free, pk=chunk_id).update(
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
        n_rows = _roll_up(chunk.agency, month, now)
    if state == Period.State.CLOSING and finish_closing(office=chunk.agency, month=month):
        record(
            act="scores.close_month", by=None, obj=chunk.agency, agency=chunk.agency, now=now,
            data={"month": str(month), "rows": n_rows},
        )  # fmt: skip
    RollUpChunk.objects.filter(pk=chunk_id).update(
        finished_from=served, finished_at=now, lease_until=None, claimed_by="", n_rows=n_rows, error=""
    )


def _roll_up(office: Agency, month: Month, now: datetime) -> int:
    """Compute and write an office's month as it stands now; returns how many rows it has."""
    scheme_row, scheme = scheme_of(month)
    evidence = gather(office.pk, month, months_before=scheme.pool_months, now=now)
    persons = list(_person_rows(evidence, scheme, scheme_row.pk, office.pk, month))
    counts = list(_count_rows(evidence, office.pk, month))
    agencies = list(_agency_rows(evidence, scheme, scheme_row.pk, office.pk, month))
    replace_rows(PERSONS, office.pk, month, persons)
    changed = replace_rows(COUNTS, office.pk, month, counts)
    replace_rows(AGENCIES, office.pk, month, agencies)
    if changed and evidence.above_ids:
        above, *higher = evidence.above_ids
        ask([(above, higher[0] if higher else None)], month)
    return len(persons) + len(agencies)


type Row = Sequence[object]


def _person_rows(
    evidence: OfficeMonth, scheme: rules.Scheme, scheme_id: int, office_id: int, month: Month
) -> Iterator[Row]:
    for scoring in evidence.scorings:
        person = Person(scoring.posting.serves_citizens, scoring.working_days)
        result = score_person(scheme, person, scoring.adopted.lines, scoring.evidence)
        yield (
            scoring.posting.posting_id,
            scoring.adopted.adoption_id,
            month.first,
            office_id,
            scheme_id,
            result.state.value,
            result.score,
            result.band,
            round(result.coverage, 4),
            result.is_pooled,
            dumps(person_to_data(result)),
        )


def _count_rows(evidence: OfficeMonth, office_id: int, month: Month) -> Iterator[Row]:
    for agency_id in evidence.agency_ids:
        for name, sums in sorted(evidence.sums[agency_id].items()):
            if sums.count.judged:
                yield (
                    agency_id,
                    month.first,
                    str(name),
                    office_id,
                    sums.count.kept,
                    sums.count.judged,
                    sums.clusters.clusters,
                    sums.clusters.nn,
                    sums.clusters.nk,
                    sums.clusters.kk,
                )


def _agency_rows(
    evidence: OfficeMonth, scheme: rules.Scheme, scheme_id: int, office_id: int, month: Month
) -> Iterator[Row]:
    for agency_id in evidence.agency_ids:
        sums = evidence.sums[agency_id]
        if not any(value.count.judged for value in sums.values()):
            continue
        counts = {part: sums[part].count for part in Component if part in sums}
        postings = sums.get(POSTINGS, Sums()).count
        asks = any(name in sums for name in (Component.SATISFIED, OPEN))
        result = score_office(scheme, counts, serves_citizens=bool(postings.kept) or asks)
        yield (
            agency_id,
            month.first,
            office_id,
            scheme_id,
            result.score,
            result.band,
            round(result.coverage, 4),
            postings.judged,
            dumps(office_to_data(result)),
        )
