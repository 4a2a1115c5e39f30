"""``manage.py erase_case``: for whoever asks on paper to have a remark erased."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from conduct.agencies.models import User
from conduct.feedback.models import Case
from conduct.feedback.services.citizens import find_case
from conduct.feedback.services.erasure import erase_case
from conduct.kernel.codes import read_code


class Command(BaseCommand):
    """Destroys the key of one case, and of its contact, for good."""

    help = "Erase the words, the answer and the contact of one case for good; nothing brings them back."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--code", help="the follow code")
        which.add_argument("--number", type=int, help="the number that the office sees")
        parser.add_argument("--by", required=True, help="user name of who decided it; stands in the trail")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(f"Nobody is called {options['by']!r}.")
        case = self._case(options)
        if case is None:
            raise CommandError("There is no such case.")
        done = erase_case(case=case, reason="asked", by=by, now=timezone.now())
        self.stdout.write(f"Case {case}: " + ("erased." if done else "was erased before."))

    def _case(self, options: dict[str, Any]) -> Case | None:
        if options["number"] is not None:
            return Case.objects.filter(pk=options["number"]).first()
        code = read_code(options["code"])
        return find_case(code) if code else None
