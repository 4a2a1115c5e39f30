import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from conduct.agencies.models import Agency
from conduct.kernel.months import Month
from conduct.scores import tasks
from conduct.scores.models import RollUpChunk, RollUpRun
from conduct.scores.services import rollup
from conduct.scores.tallies import tally_progress, tally_ready_chunks

_BAR = 30
_PATIENCE = 0.5


class Command(BaseCommand):
    """Roll up months ("2026-10", or a range "2025-07..2026-10"): ask for every chunk that is not closed and
    work on them beside the workers, until all are done."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("months", nargs="+", metavar="YYYY-MM")
        parser.add_argument("--office", help="code of an office: only it and what is below it")
        parser.add_argument("--inline", action="store_true", help="do not tell the workers, do it all here")

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        months = sorted(set(_months(options["months"])))
        root = None if options["office"] is None else _office(options["office"])
        run, asked_for = rollup.ask_for_months(
            months=months, cause=RollUpRun.Cause.COMMAND, root=root, by=None, now=timezone.now()
        )
        offices, asked = {office.agency_id for office in asked_for}, run.n_chunks
        if not options["inline"]:
            tasks.dispatch(self._ready(offices, months, limit=asked))
        began = time.monotonic()
        self._work(offices, months, verbosity)
        if verbosity:
            self.stdout.write(f"Rolled up {asked} chunks in {time.monotonic() - began:.1f} s.")

    def _work(self, offices: set[int], months: list[Month], verbosity: int) -> None:
        while True:
            progress = tally_progress(offices, months)
            self._show(progress.done, progress.asked, verbosity)
            if progress.done >= progress.asked:
                break
            ready = self._ready(offices, months, limit=1)
            if not ready and progress.done + progress.failed >= progress.asked:
                break
            if not ready or not self._run(ready[0]):
                time.sleep(_PATIENCE)  # the workers hold the rest
        if verbosity:
            self.stdout.write("")
        failed = RollUpChunk.objects.filter(
            agency_id__in=offices, month__in=[month.first for month in months]
        ).exclude(error="")
        if lines := [f"Chunk {one.pk} failed: {one.error}" for one in failed.order_by("pk")]:
            raise CommandError("\n".join(lines))

    def _run(self, chunk_id: int) -> bool:
        """Whether there was work; what failed has its error in its row, and waits for its lease to end."""
        try:
            return bool(
                rollup.run_chunks(
                    chunk_id=chunk_id, worker=tasks.worker_name(), lease=tasks.lease(), now=timezone.now()
                )
            )
        except Exception:
            return True

    def _ready(self, offices: set[int], months: list[Month], limit: int) -> list[int]:
        return tally_ready_chunks(timezone.now(), limit=limit, agency_ids=offices, months=months)

    def _show(self, done: int, asked: int, verbosity: int) -> None:
        if verbosity and asked:
            filled = _BAR * done // asked
            self.stdout.write(f"\r[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{asked}", ending="")
            self.stdout.flush()


def _months(words: list[str]) -> Iterator[Month]:
    for word in words:
        first, _, last = word.partition("..")
        try:
            yield from Month.parse(first).until(Month.parse(last or first))
        except ValueError as error:
            raise CommandError(str(error)) from error


def _office(code: str) -> Agency:
    try:
        return Agency.objects.get(code=code)
    except Agency.DoesNotExist as error:
        raise CommandError(f"There is no agency with the code {code}.") from error
