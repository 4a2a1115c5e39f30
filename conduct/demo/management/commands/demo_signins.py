from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from conduct.agencies.models import User
from conduct.demo.filling import PHRASE
from conduct.demo.people import CAST
from surveys.models import ServicePoint


class Command(BaseCommand):
    """Print who may sign in to the demo, and where a citizen rates a desk."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        known = {user.username: user for user in User.objects.filter(username__in=[m.username for m in CAST])}
        if not known:
            raise CommandError("There is no demo here: `manage.py fill_demo` makes one in an empty database.")
        with override(settings.LANGUAGE_CODE):
            heads = (
                pgettext("sign-ins", "Role"),
                pgettext("sign-ins", "Name"),
                pgettext("sign-ins", "User name"),
                pgettext("sign-ins", "Password"),
            )
            rows = [
                (_(member.part), known[member.username].full_name, member.username, PHRASE)
                for member in CAST
                if member.username in known
            ]
            self._table([heads, *rows])
            self.stdout.write("")
            self.stdout.write(_("What a citizen sees (no sign-in):"))
        for point in self._points():
            self.stdout.write(f"  {settings.SITE_URL}/r/{point.slug}/   {point.name}")

    def _points(self) -> list[ServicePoint]:
        """Two desks of the cast's commune."""
        desks = ServicePoint.objects.filter(agency__postings__person__username="lan", is_open=True)
        return list(desks.order_by("name")[:2])

    def _table(self, rows: list[tuple[str, ...]]) -> None:
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        rows.insert(1, tuple("─" * width for width in widths))
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write(f"  {'  '.join(cells)}".rstrip())
