"""A month at the cast's office, told for both journeys: what is prepared, and how to wait for the worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from conduct.agencies.models import Period
from conduct.agencies.periods import state_of
from conduct.commitments.models import Campaign
from conduct.kernel.engines.processes import wait_until
from conduct.kernel.months import Month
from conduct.scores.models import AgencyCount, PersonScore, RollUpChunk
from surveys.models import Questionnaire, Response, ServicePoint, Stratum
from tests.cast import Cast
from tests.integration.surveys.arrange import make_point

SECONDS = 60


def last_month() -> Month:
    """The month before this one: it has ended, so it can be lived through and then closed."""
    return Month.of(timezone.localdate()).previous()


@contextmanager
def lived_in(month: Month) -> Iterator[None]:
    """The clock of the web process stands at the 20th of a month."""
    moment = datetime.combine(month.first.replace(day=20), time(9), timezone.get_default_timezone())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment)
        yield


def open_campaign(cast: Cast, month: Month) -> Campaign:
    """The commune asks its people to sign for the year."""
    return Campaign.objects.create(
        agency=cast.commune,
        adoption=cast.adoption,
        year=month.year,
        opens_on=month.first.replace(month=1, day=2),
        due_on=month.last,
        opened_by=cast.tam,
        opened_at=timezone.now(),
    )


def desk(cast: Cast) -> ServicePoint:
    """Lan's desk with its QR code."""
    return make_point(cast.one_stop)


def invited_citizens_answer(cast: Cast, point: ServicePoint, month: Month) -> None:
    """Eight invited citizens whom Lan served: seven are satisfied. (Sending invitations comes later.)"""
    stratum = Stratum.objects.create(
        point=point, month=month.first, procedure_group="Hộ tịch", posting=cast.lan_posting
    )
    for place in range(8):
        mark = 2 if place == 0 else 5
        Response.objects.create(
            key=uuid4(),
            agency=point.agency,
            point=point,
            stratum=stratum,
            questionnaire=Questionnaire.objects.get(code="sipas-2026"),
            month=month.first,
            channel="invitation",
            is_verified=True,
            cluster=place % 3,
            overall=mark,
            factors=[None, None, mark, None, None],
        )


def open_share(cast: Cast, month: Month) -> tuple[int, int]:
    """Kept and judged of the office's open channel."""
    row = AgencyCount.objects.filter(agency=cast.commune, month=month.first, component="open").first()
    return (row.kept, row.judged) if row else (0, 0)


def persons(month: Month) -> list[dict[str, Any]]:
    """Every person's row of the month."""
    rows = PersonScore.objects.filter(month=month.first).order_by("posting_id", "adoption_id")
    return [dict(row) for row in rows.values()]


def wait_for_the_worker(cast: Cast, month: Month, after: datetime | None) -> datetime:
    """Return when the worker has finished the office's chunk anew; says when that was."""

    def finished() -> datetime | None:
        chunk = RollUpChunk.objects.filter(agency=cast.commune, month=month.first).first()
        if chunk is None or chunk.finished_at is None or chunk.finished_from != chunk.requested_at:
            return None
        return chunk.finished_at if after is None or chunk.finished_at > after else None

    assert wait_until(lambda: finished() is not None, seconds=SECONDS, pause=0.2), "the worker did not finish"
    moment = finished()
    assert moment is not None
    return moment


def wait_until_closed(cast: Cast, month: Month) -> None:
    """Return when the worker has done the final roll-up and closed the month."""
    closed = wait_until(
        lambda: state_of(cast.commune, month) == Period.State.CLOSED, seconds=SECONDS, pause=0.2
    )
    assert closed, "the month was not closed"
