import time
from argparse import ArgumentParser
from datetime import date
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from conduct.agencies.models import Agency
from conduct.demo.filling import DemoSize, Filling
from conduct.demo.rolling import RollUpFailed, gather_statistics, roll_up
from conduct.reports.services.publication import publish_due

_BAR = 30
_PROCESSES = 2


class Command(BaseCommand):
    """Fill an empty database with an invented province: the same one for the same day, seed and size."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day of the demo (default: today)")
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--offices", type=int, default=30, help="communes in force on that day")
        parser.add_argument("--staff", type=int, default=900)
        parser.add_argument("--responses", type=int, default=60_000)
        parser.add_argument("--no-rollup", action="store_true", help="leave the scores to the workers")
        parser.add_argument("--if-empty", action="store_true", help="leave a filled database as it is")

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        self.verbosity, self.began = verbosity, time.monotonic()
        if Agency.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("The database already has agencies: the demo fills only an empty one.")
        size = DemoSize(
            as_of=options["as_of"] or timezone.localdate(),
            seed=options["seed"],
            offices=options["offices"],
            staff=options["staff"],
            responses=options["responses"],
        )
        try:
            filling = Filling(size, self._tell)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self._tell("catalogue, questionnaires, schemes")
        commands = (
            "load_library", "load_questionnaires", "load_consent_texts",
            "load_schemes", "load_rating_schemes",
        )  # fmt: skip
        for command in commands:
            call_command(command, verbosity=0, stdout=StringIO())
        filling.run()
        self._tell("filled")
        if not options["no_rollup"]:
            self._roll_up(filling)

    def _roll_up(self, filling: Filling) -> None:
        months = filling.calendar.months
        if not gather_statistics():
            self._tell("no statistics without DATABASE_OWNER_URL: the roll-up takes longer")
        self._tell(f"roll-up of {len(months)} months")
        agencies = list(Agency.objects.values_list("pk", flat=True))
        try:
            roll_up(months, agencies, processes=_PROCESSES, show=self._show)
        except RollUpFailed as failed:
            raise CommandError(f"The roll-up failed:\n{failed}") from failed
        if self.verbosity:
            self.stdout.write("")
        self._tell("scored")
        n_months = publish_due(now=timezone.now(), limit=1000)
        self._tell(f"{n_months} months published")

    def _tell(self, step: str) -> None:
        if self.verbosity:
            self.stdout.write(f"{time.monotonic() - self.began:6.1f} s  {step}")
            self.stdout.flush()

    def _show(self, done: int, asked: int) -> None:
        if self.verbosity and asked:
            filled = _BAR * done // asked
            self.stdout.write(f"\r[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{asked}", ending="")
            self.stdout.flush()
