from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from conduct.demo.rolling import place_of_database


class Command(BaseCommand):
    """Let the planner count the rows of a database that was just filled (run with DATABASE_ROLE=owner).

    Autovacuum does it within minutes; the first roll-up must not wait for that.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", help="the database that is meant, as host:port/name")

    def handle(self, *args: Any, **options: Any) -> None:
        if place_of_database() != options["place"]:
            raise CommandError("The owner's address names another database.")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
