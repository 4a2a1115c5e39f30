"""Registers to print: the row is the request, a worker makes the file, a sweep brings what was left."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..models import Campaign, RegisterPrint
from ..permissions.papers import check_can_print_register
from .registers import read_register, register_pdf

logger = logging.getLogger(__name__)
State = RegisterPrint.State

LEASE = timedelta(minutes=3)  # renewed with every step; then another worker takes it
MAX_TRIES = 3
KEPT_FOR = timedelta(days=7)
# What ``error`` holds when no exception tells the reason.
WORKER_ENDED = "worker ended"


def request_print(
    *, campaign: Campaign, agency: Agency, by: User, now: datetime
) -> tuple[RegisterPrint, bool]:
    """Ask for the register of an agency of the campaign; returns the request and whether it is new.

    While an equal request of the same person waits or is worked on, it is that one. Raises Refused.
    """
    check_can_print_register(by, agency, timezone.localdate(now))
    whose = None if agency.pk == campaign.agency_id else agency
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a second click waits here
        known = RegisterPrint.objects.filter(
            campaign=campaign, agency=whose, requested_by=by, state__in=(State.WAITING, State.RUNNING)
        ).first()
        if known is not None:
            return known, False
        asked = RegisterPrint.objects.create(
            campaign=campaign, agency=whose, requested_by=by, requested_at=now
        )
        record(
            act="commitments.request_print", by=by, obj=asked, agency=agency, now=now,
            data={"campaign": campaign.pk, "agency": agency.pk},
        )  # fmt: skip
    return asked, True


def _free(now: datetime) -> Q:
    """Nobody works on it: it waits, or its worker has not been heard of."""
    return Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)


def make_print(*, print_id: int, worker: str, clock: Callable[[], datetime]) -> bool:
    """Claim a request and make its file; returns whether this call finished it.

    An error leaves the request to the sweep, the third one ends it. Whoever loses the lease in between writes
    nothing.
    """
    claimed = RegisterPrint.objects.filter(_free(clock()), pk=print_id, n_tries__lt=MAX_TRIES).update(
        state=State.RUNNING, worker=worker, lease_until=clock() + LEASE, n_tries=F("n_tries") + 1, n_done=0
    )
    if not claimed:
        return False
    asked = RegisterPrint.objects.select_related(
        "campaign__agency", "campaign__adoption__version__model", "agency"
    ).get(pk=print_id)
    try:
        pdf = _make(asked, worker, clock)
        name = asked.file.field.generate_filename(asked, f"{uuid4().hex}.pdf")
        stored = asked.file.storage.save(name, ContentFile(pdf))
    except Exception as error:
        logger.exception("The register %s could not be made", print_id)
        _give_back(asked, worker, type(error).__name__, clock())
        return False
    finished = _mine(print_id, worker).update(
        state=State.DONE, file=stored, n_bytes=len(pdf), n_done=F("n_all"), finished_at=clock(),
        lease_until=None, error="",
    )  # fmt: skip
    if not finished:
        asked.file.storage.delete(stored)
    return bool(finished)


def _make(asked: RegisterPrint, worker: str, clock: Callable[[], datetime]) -> bytes:
    today = timezone.localdate(asked.requested_at)
    register = read_register(asked.campaign, asked.agency or asked.campaign.agency, today)
    _mine(asked.pk, worker).update(n_all=register.n_lines, lease_until=clock() + LEASE)

    def tell(share: float) -> None:
        n_done = int(share * register.n_lines)
        _mine(asked.pk, worker).update(n_done=n_done, lease_until=clock() + LEASE)

    return register_pdf(register, at=asked.requested_at, tell=tell)


def _mine(print_id: int, worker: str) -> QuerySet[RegisterPrint]:
    return RegisterPrint.objects.filter(pk=print_id, worker=worker, state=State.RUNNING)


def _give_back(asked: RegisterPrint, worker: str, error: str, now: datetime) -> None:
    """Let another try; after the last one say that it failed."""
    if asked.n_tries >= MAX_TRIES:
        _mine(asked.pk, worker).update(state=State.FAILED, error=error, finished_at=now, lease_until=None)
    else:
        _mine(asked.pk, worker).update(state=State.WAITING, error=error, lease_until=None)


def sweep_prints(*, now: datetime) -> list[int]:
    """End what was tried too often, remove old files; returns the requests that wait for a worker."""
    RegisterPrint.objects.filter(_free(now), n_tries__gte=MAX_TRIES).update(
        state=State.FAILED, error=WORKER_ENDED, finished_at=now, lease_until=None
    )
    old = RegisterPrint.objects.filter(state=State.DONE, finished_at__lt=now - KEPT_FOR)
    for one in old.exclude(file=""):
        one.file.delete(save=False)
        RegisterPrint.objects.filter(pk=one.pk).update(file="")
    return list(RegisterPrint.objects.filter(_free(now)).order_by("pk").values_list("pk", flat=True))
