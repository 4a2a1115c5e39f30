"""Seal months that were closed before closing wrote seals."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from conduct.agencies.models import Agency

from ...services.seals import seal_closed_months, sealed_office_ids


class Command(BaseCommand):
    """``manage.py seal_months``: once, after an update from a version without seals."""

    help = "Add the seals that closed months lack, the oldest month first."

    def handle(self, *args: Any, **options: Any) -> None:
        now, n_sealed = timezone.now(), 0
        for office in Agency.objects.filter(pk__in=sealed_office_ids()).order_by("pk"):
            n_sealed += seal_closed_months(office=office, now=now)
        if options["verbosity"]:
            self.stdout.write(f"Sealed {n_sealed} months.")
