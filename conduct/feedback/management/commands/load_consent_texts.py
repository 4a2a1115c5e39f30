"""``manage.py load_consent_texts``: the files under conduct/feedback/consent into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from conduct.feedback.rules.consent import TextRefused
from conduct.feedback.services.consent_texts import FOLDER, load_consent_text, read_consent_text


class Command(BaseCommand):
    """Idempotent: a second run changes nothing. All files are loaded, or none."""

    help = "Load the texts that citizens agree to; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        files = sorted(FOLDER.glob("*.yaml"))
        try:
            with transaction.atomic():
                n_new = sum(load_consent_text(data=read_consent_text(file)) for file in files)
        except TextRefused as refused:
            raise CommandError(f"Nothing was loaded. {refused}") from refused
        if options["verbosity"]:
            self.stdout.write(f"{len(files)} consent texts, {n_new} new.")
