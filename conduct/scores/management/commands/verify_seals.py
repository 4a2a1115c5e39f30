"""Prove that no closed month has changed since it was sealed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conduct.agencies.models import Agency
from conduct.kernel.months import Month

from ...models import Seal
from ...services.seals import check_seals, sealed_office_ids


class Command(BaseCommand):
    """``manage.py verify_seals [--office CODE] [--month 2026-10]``: exit code 1 when anything differs."""

    help = "Read every sealed month again and compare it with its seal; follow the chain of each office."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--office", metavar="CODE", help="only this office")
        parser.add_argument("--month", metavar="YYYY-MM", help="only this month")

    def handle(self, *args: Any, **options: Any) -> None:
        month = _month(options["month"])
        offices = _offices(options["office"], month)
        n_faults = 0
        for office in offices:
            for found in check_seals(office=office, month=month):
                n_faults += 1
                self.stderr.write(f"{office.code} {found.month} {found.fault}: {found.detail}")
        if n_faults:
            raise CommandError(f"{n_faults} faults in the seals of {len(offices)} offices.")
        if options["verbosity"]:
            seals = Seal.objects.filter(office__in=offices)
            n_seals = seals.filter(month=month.first).count() if month else seals.count()
            self.stdout.write(f"{n_seals} seals of {len(offices)} offices are whole.")


def _month(word: str | None) -> Month | None:
    try:
        return Month.parse(word) if word else None
    except ValueError as error:
        raise CommandError(str(error)) from error


def _offices(code: str | None, month: Month | None) -> list[Agency]:
    if code is None:
        return list(Agency.objects.filter(pk__in=sealed_office_ids(month=month)).order_by("pk"))
    offices = list(Agency.objects.filter(code=code))
    if not offices:
        raise CommandError(f"There is no agency with the code {code}.")
    return offices
