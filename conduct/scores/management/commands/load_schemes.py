from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conduct.scores.rules.scheme import SchemeError
from conduct.scores.services.schemes import load_schemes


class Command(BaseCommand):
    """Load the scoring schemes from conduct/scores/schemes; a second run changes nothing."""

    help = __doc__

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        try:
            changed = load_schemes()
        except SchemeError as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"Schemes changed: {changed}")
