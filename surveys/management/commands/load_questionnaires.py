"""``manage.py load_questionnaires``: the files under surveys/questionnaires into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from surveys.services import QuestionnaireRefused, load_questionnaire, read_questionnaire
from surveys.services.questionnaires import FOLDER


class Command(BaseCommand):
    """Idempotent: a second run changes nothing. All files are loaded, or none."""

    help = "Load the questionnaires that service points ask; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        files = sorted(FOLDER.glob("*.yaml"))
        try:
            with transaction.atomic():
                n_changed = sum(load_questionnaire(data=read_questionnaire(file)) for file in files)
        except QuestionnaireRefused as refused:
            raise CommandError(f"Nothing was loaded. {refused}") from refused
        if options["verbosity"]:
            self.stdout.write(f"{len(files)} questionnaires, {n_changed} changed.")
