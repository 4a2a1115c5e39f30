from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conduct.ratings.rules.scheme import SchemeError
from conduct.ratings.services.schemes import load_schemes


class Command(BaseCommand):
    """Load the rating schemes from conduct/ratings/schemes; a second run changes nothing."""

    help = __doc__

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        try:
            added = load_schemes()
        except SchemeError as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"Rating schemes added: {added}")
