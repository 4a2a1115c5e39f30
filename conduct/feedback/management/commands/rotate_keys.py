"""``manage.py rotate_keys``: after a new first key in ``PRIVATE_KEYS``, seal everything anew under it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from conduct.feedback.services.rotation import rotate_keys


class Command(BaseCommand):
    """Can be interrupted and run again; the application may run meanwhile."""

    help = "Seal names, contacts, letters and the keys of cases under the first key of PRIVATE_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        n_lost = 0
        for turned in rotate_keys(by=None, now=timezone.now()):
            n_lost += turned.n_lost
            self.stdout.write(
                f"{turned.what}: {turned.n_new} sealed anew, {turned.n_same} were so already"
                + (f", {turned.n_lost} opened by no key" if turned.n_lost else "")
            )
        if n_lost:
            raise CommandError(f"{n_lost} could not be opened: keep the old keys, or find the missing one.")
        self.stdout.write("The other keys of PRIVATE_KEYS are needed for old backups only.")
