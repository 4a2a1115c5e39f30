import os
from argparse import ArgumentParser
from datetime import date
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from conduct.agencies.models import Agency
from conduct.agencies.services.founding import enter_administrator, enter_agency


class Command(BaseCommand):
    """Enter an agency and, with --admin, its administrator: the first steps on an empty database."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="capitals, digits, dots and hyphens, such as MG-01")
        parser.add_argument("name")
        parser.add_argument("--kind", choices=Agency.Kind.values, default=Agency.Kind.COMMUNE.value)
        parser.add_argument("--parent", default="", help="the code of the agency above")
        parser.add_argument("--from", dest="valid_from", type=date.fromisoformat, default=date(2025, 7, 1))
        parser.add_argument("--admin", default="", help="user name of the administrator")
        parser.add_argument("--admin-name", default="", help="the administrator's full name")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            with transaction.atomic():
                wanted = {key: options[key] for key in ("code", "name", "kind", "valid_from")}
                parent = self._parent(options["parent"])
                agency, is_new = enter_agency(**wanted, parent=parent, by=None, now=now)
                self.stdout.write(f"{agency.code} {agency.name}: {'entered' if is_new else 'known'}")
                if options["admin"]:
                    self._enter_administrator(agency, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _parent(self, code: str) -> Agency | None:
        if not code:
            return None
        parent = Agency.objects.filter(code=code).first()
        if parent is None:
            raise CommandError(f"There is no agency with the code {code}: enter it first.")
        return parent

    def _enter_administrator(self, agency: Agency, options: dict[str, Any]) -> None:
        if not options["admin_name"]:
            raise CommandError("--admin needs --admin-name, the person's full name.")
        password = os.environ.get("ADMIN_PASSWORD") or getpass("Password of the administrator: ")
        person, is_new = enter_administrator(
            agency=agency, username=options["admin"], full_name=options["admin_name"], password=password,
            by=None, now=timezone.now(),
        )  # fmt: skip
        self.stdout.write(f"{person.username} {person.full_name}: {'entered' if is_new else 'known'}")
