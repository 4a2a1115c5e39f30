"""Seals: the chain that closing writes, and the check that nothing in it or under it has changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from conduct.agencies.models import Agency, Period
from conduct.agencies.periods import hold_month
from conduct.audit.models import AuditEvent
from conduct.audit.services import record
from conduct.kernel.months import Month

from ..models import AgencyCount, AgencyScore, PersonScore, Seal
from ..rules.seals import RowsHash, SealHead, seal_of

SEAL_ACT = "scores.seal_month"
_ROWS_AT_ONCE = 2000


class Fault(StrEnum):
    """What is wrong with a seal or with what it stands for."""

    ROWS_CHANGED = "rows_changed"
    SEAL_CHANGED = "seal_changed"
    SEAL_MISSING = "seal_missing"
    CHAIN_BROKEN = "chain_broken"
    NOT_SEALED = "not_sealed"


@dataclass(frozen=True, slots=True)
class Found:
    """A fault of an office's month; `detail` says more, in English, for who runs the check."""

    office: Agency
    month: Month
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class _Rows:
    sha256: str
    n_persons: int
    n_counts: int
    n_agencies: int


def seal_month(*, office: Agency, month: Month, now: datetime) -> Seal:
    """Add the seal of an office's month to its chain; called in the transaction that closes the month."""
    Agency.objects.select_for_update(no_key=True).get(pk=office.pk)  # one seal of an office after the other
    last = Seal.objects.filter(office=office).order_by("-number").first()
    rows = _hash_rows(office.pk, month)
    seal = Seal(
        office=office,
        number=last.number + 1 if last else 1,
        month=month.first,
        sealed_at=now,
        previous=last.sha256 if last else "",
        rows_sha256=rows.sha256,
        n_persons=rows.n_persons,
        n_counts=rows.n_counts,
        n_agencies=rows.n_agencies,
    )
    seal.sha256 = seal_of(_head(seal))
    seal.save(force_insert=True)
    record(
        act=SEAL_ACT, by=None, obj=office, agency=office, now=now,
        data={"month": str(month), "seal": seal.number, "sha256": seal.sha256},
    )  # fmt: skip
    return seal


def _head(seal: Seal) -> SealHead:
    return SealHead(
        seal.office_id,
        seal.number,
        seal.month,
        seal.sealed_at,
        seal.n_persons,
        seal.n_counts,
        seal.n_agencies,
        seal.rows_sha256,
        seal.previous,
    )


def _hash_rows(office_id: int, month: Month) -> _Rows:
    """The rows of a month as they stand, read as a stream."""
    own, taken = {"office_id": office_id, "month": month.first}, RowsHash()
    persons = (
        PersonScore.objects.filter(**own)
        .order_by("posting_id", "adoption_id")
        .values_list(
            "posting_id", "adoption_id", "scheme_id", "state", "score", "band", "coverage", "is_pooled",
            "parts",
        )
    )  # fmt: skip
    counts = (
        AgencyCount.objects.filter(**own)
        .order_by("agency_id", "component")
        .values_list("agency_id", "component", "kept", "judged", "clusters", "nn", "nk", "kk")
    )
    agencies = (
        AgencyScore.objects.filter(**own)
        .order_by("agency_id")
        .values_list("agency_id", "scheme_id", "score", "band", "coverage", "n_postings", "parts")
    )
    n_persons = taken.take("person", persons.iterator(_ROWS_AT_ONCE))
    n_counts = taken.take("count", counts.iterator(_ROWS_AT_ONCE))
    n_agencies = taken.take("agency", agencies.iterator(_ROWS_AT_ONCE))
    return _Rows(taken.sha256, n_persons, n_counts, n_agencies)


def sealed_office_ids(*, month: Month | None = None) -> list[int]:
    """The offices that have closed a month, or that have or had a seal."""
    closed = Period.objects.filter(kind=Period.Kind.MONTH, state=Period.State.CLOSED)
    seals, told = Seal.objects.all(), AuditEvent.objects.filter(act=SEAL_ACT)
    if month is not None:
        closed, seals = closed.filter(month=month.first), seals.filter(month=month.first)
        told = told.filter(data__month=str(month))
    found = {pk for pk in told.values_list("agency_id", flat=True).distinct() if pk is not None}
    found.update(closed.values_list("office_id", flat=True).distinct())
    found.update(seals.values_list("office_id", flat=True).distinct())
    return sorted(found)


def check_seals(*, office: Agency, month: Month | None = None) -> Iterator[Found]:
    """Everything that is wrong with the seals of an office, or with those of one month.

    The chain is followed as a whole; rows are read again for the months asked for that are closed.
    """
    seals = list(Seal.objects.filter(office=office).order_by("number"))
    yield from (found for found in _check_chain(office, seals) if month in (None, found.month))
    yield from (found for found in _check_trail(office, seals) if month in (None, found.month))
    in_force = {Month.of(seal.month): seal for seal in seals}
    closed = Period.objects.filter(office=office, kind=Period.Kind.MONTH, state=Period.State.CLOSED)
    months = {Month.of(day) for day in closed.values_list("month", flat=True)}
    for one in sorted(months | set(in_force)):
        if month in (None, one):
            yield from _check_rows(office, one, in_force.get(one))


def _check_chain(office: Agency, seals: list[Seal]) -> Iterator[Found]:
    before, number = "", 0
    for seal in seals:
        month = Month.of(seal.month)
        if seal.number != number + 1:
            detail = f"seal {number + 1} is missing before seal {seal.number}"
            yield Found(office, month, Fault.SEAL_MISSING, detail)
        elif seal.previous != before:
            yield Found(office, month, Fault.CHAIN_BROKEN, f"seal {seal.number} names another seal before it")
        if seal_of(_head(seal)) != seal.sha256:
            yield Found(office, month, Fault.SEAL_CHANGED, f"seal {seal.number} is not what was sealed")
        before, number = seal.sha256, seal.number


def _check_trail(office: Agency, seals: list[Seal]) -> Iterator[Found]:
    """The audit trail tells of every seal, so the newest ones cannot vanish or be written anew unseen."""
    known = {seal.number: seal.sha256 for seal in seals}
    told = AuditEvent.objects.filter(act=SEAL_ACT, agency_id=office.pk).order_by("pk")
    for data in told.values_list("data", flat=True).iterator(_ROWS_AT_ONCE):
        number, month = int(data["seal"]), Month.parse(data["month"])
        if number not in known:
            yield Found(office, month, Fault.SEAL_MISSING, f"the audit trail tells of seal {number}")
        elif known[number] != data["sha256"]:
            yield Found(
                office, month, Fault.SEAL_CHANGED, f"seal {number} differs from the one in the audit trail"
            )


@transaction.atomic
def _check_rows(office: Agency, month: Month, seal: Seal | None) -> list[Found]:
    hold_month(office, month)  # neither closed nor reopened while its rows are read
    state = (
        Period.objects.filter(office=office, kind=Period.Kind.MONTH, month=month.first)
        .values_list("state", flat=True)
        .first()
    )
    if state is None and seal is not None:
        return [
            Found(office, month, Fault.SEAL_MISSING, f"seal {seal.number} stands for a month that is gone")
        ]
    if state != Period.State.CLOSED:
        return []  # open again: its rows may change, its seal stays in the chain
    if seal is None:
        return [Found(office, month, Fault.NOT_SEALED, "the month is closed and has no seal")]
    newest = Seal.objects.filter(office=office, month=month.first).order_by("-number").first()
    seal = newest or seal
    rows = _hash_rows(office.pk, month)
    if rows.sha256 == seal.rows_sha256:
        return []
    now = (rows.n_persons, rows.n_counts, rows.n_agencies)
    then = (seal.n_persons, seal.n_counts, seal.n_agencies)
    detail = f"persons, counts, agencies were {then}, are {now}" if now != then else "a row was changed"
    return [Found(office, month, Fault.ROWS_CHANGED, f"seal {seal.number}: {detail}")]


@transaction.atomic
def seal_closed_months(*, office: Agency, now: datetime) -> int:
    """Seal the months of an office that were closed before there were seals; returns how many."""
    closed = Period.objects.filter(office=office, kind=Period.Kind.MONTH, state=Period.State.CLOSED)
    sealed = Seal.objects.filter(office=office).values("month")
    months = closed.exclude(month__in=sealed).order_by("month").values_list("month", flat=True)
    for day in list(months):
        seal_month(office=office, month=Month.of(day), now=now)
    return len(months)
