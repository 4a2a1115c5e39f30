"""``manage.py load_library``: bring the catalogue to what the files under models_catalog/library say."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from models_catalog.services import LibraryRefused, load_library, read_library
from models_catalog.services.files import LIBRARY


class Command(BaseCommand):
    """Idempotent. Refuses, row by row, what a file says otherwise than a published version."""

    help = "Load the library of conduct models; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=LIBRARY, help="the folder with the YAML files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            library, mottoes = read_library(options["folder"])
            result = load_library(library=library, mottoes=mottoes, by=None, now=timezone.now())
        except LibraryRefused as refused:
            raise CommandError(f"Nothing was loaded.\n{refused}") from refused
        except OSError as error:
            raise CommandError(f"The library cannot be read: {error}") from error
        self.stdout.write(
            f"{len(library)} models, {len(mottoes)} mottoes: {result.n_created} rows created, "
            f"{result.n_changed} changed, {result.n_published} versions published."
        )
        if result.kept:
            self.stdout.write(f"Made or edited on the screens, left alone: {', '.join(result.kept)}.")
