"""``manage.py check_library [FILES…]``: do models' files keep the format, before they are shared."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from models_catalog.rules.library import check_library
from models_catalog.services.files import LIBRARY, MOTTOES, BadFile, read_file


class Command(BaseCommand):
    """Prints ``file:line: place: sentence`` for everything wrong, in the language of the settings."""

    help = "Check models' files against library/schema.json and the rules of the format; 1 when any is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="YAML files; none: the library itself")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = options["files"] or sorted(path for path in LIBRARY.glob("*.yaml") if path.name != MOTTOES)
        models, wrong = [], []
        for path in paths:
            try:
                models.append(read_file(path)[0])
            except BadFile as bad:
                wrong += [f"{path}:{line}" for line in bad.lines()]
            except OSError as error:
                raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        if not wrong and not options["files"]:
            wrong = check_library(models)
        for line in wrong:
            self.stdout.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} problems in {len(paths)} files.")
        self.stdout.write(f"{len(paths)} files keep the format.")
