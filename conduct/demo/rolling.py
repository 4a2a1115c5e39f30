"""Rolls up the months of the demo with several processes, each taking every n-th month."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence

from django.conf import settings
from django.db import connection

from conduct.kernel.months import Month
from conduct.scores.tallies import tally_progress

_POLL_SECONDS = 0.5


def place_of_database() -> str:
    """Where this process's database is, without user and password."""
    values = connection.settings_dict
    return f"{values['HOST']}:{values['PORT']}/{values['NAME']}"


def gather_statistics() -> bool:
    """Run ANALYZE as the owner (the application may not); False where the owner's address is unknown."""
    done = subprocess.run(
        [sys.executable, "manage.py", "gather_statistics", place_of_database()],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_ROLE": "owner"},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


class RollUpFailed(Exception):
    """A process of the roll-up ended badly; the text is what it said."""


def roll_up(
    months: Sequence[Month], agency_ids: Collection[int], *, processes: int, show: Callable[[int, int], None]
) -> None:
    """Work until every chunk of these months is done; `show(done, asked)` is called twice a second.

    Months do not wait for each other: the roll-up reads evidence, never earlier scores. Raises RollUpFailed.
    """
    parts = [months[place::processes] for place in range(min(processes, len(months)))]
    running = [_start(part) for part in parts]
    try:
        while any(process.poll() is None for process in running):
            progress = tally_progress(agency_ids, months)
            show(progress.done, progress.asked)
            time.sleep(_POLL_SECONDS)
    finally:
        for process in running:
            process.terminate()
    said = [process.communicate()[1] for process in running]
    if any(process.returncode for process in running):
        raise RollUpFailed("\n".join(text.strip() for text in said if text.strip()))
    progress = tally_progress(agency_ids, months)
    show(progress.done, progress.asked)


def _start(months: Sequence[Month]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "rollup", *map(str, months), "--inline", "--verbosity=0"],
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
