"""What a worker of the roll-up does, until a month is done; for a process that has loaded Django."""

import resource
import time
from dataclasses import asdict, dataclass

from django.db import connection
from django.utils import timezone

from conduct.kernel.months import Month
from conduct.scores import tasks
from conduct.scores.models import RollUpChunk
from conduct.scores.services import rollup
from conduct.scores.tallies import tally_ready_chunks

_PATIENCE = 0.02


@dataclass(frozen=True, slots=True)
class Work:
    """What one worker did: seconds on the clock and of its processor, its memory, its chunks."""

    seconds: float
    cpu: float
    peak_mb: float
    n_chunks: int


def work(month: Month) -> dict[str, float]:
    """Claim what is ready, as a Celery worker would, until nothing of the month is due."""
    connection.ensure_connection()
    begin, used, n_chunks = time.perf_counter(), time.process_time(), 0
    while True:
        ready = tally_ready_chunks(timezone.now(), limit=1, months=[month])
        done = 0
        if ready:
            done = rollup.run_chunks(
                chunk_id=ready[0], worker=tasks.worker_name(), lease=tasks.lease(), now=timezone.now()
            )
            n_chunks += done
        if not done:
            if (
                not RollUpChunk.objects.filter(month=month.first)
                .exclude(finished_from__isnull=False)
                .exists()
            ):
                break
            time.sleep(_PATIENCE)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return asdict(Work(time.perf_counter() - begin, time.process_time() - used, peak, n_chunks))
