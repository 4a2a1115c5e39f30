"""How letters of apology of some offices stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q

from ..models import Apology


@dataclass(frozen=True, slots=True)
class ApologyFigures:
    """Raised = in time + late + waiting in time + waiting late + dropped; new dates apart."""

    n_raised: int
    n_in_time: int
    n_late: int
    n_waiting: int
    n_waiting_late: int
    n_dropped: int
    n_new_dates: int
    n_kept: int
    n_broken: int

    @property
    def n_owed(self) -> int:
        """Those that were needed."""
        return self.n_raised - self.n_dropped

    @property
    def n_sent(self) -> int:
        """Those that reached the citizen."""
        return self.n_in_time + self.n_late

    @property
    def n_open(self) -> int:
        """New dates of which nobody knows yet."""
        return self.n_new_dates - self.n_kept - self.n_broken


def tally_apologies(office_ids: Collection[int], first: date, last: date, *, today: date) -> ApologyFigures:
    """Letters that became owed from first to last; as they stand today. One statement."""

    def having(*conditions: Q, **values: object) -> Count:
        return Count("pk", filter=Q(*conditions, **values))

    sent, dropped = Q(state="delivered"), Q(state="dropped")
    signed = Q(signed_at__isnull=False, new_date__isnull=False)
    found = Apology.objects.filter(office_id__in=office_ids, owed_on__gte=first, owed_on__lte=last)
    return ApologyFigures(
        **found.aggregate(
            n_raised=Count("pk"),
            n_in_time=having(sent, delivered_on__lte=F("due_on")),
            n_late=having(sent, delivered_on__gt=F("due_on")),
            n_waiting=having(~sent, ~dropped, due_on__gte=today),
            n_waiting_late=having(~sent, ~dropped, due_on__lt=today),
            n_dropped=having(dropped),
            n_new_dates=having(signed),
            n_kept=having(signed, dossier__finished_on__lte=F("new_date")),
            n_broken=having(
                signed,
                Q(dossier__finished_on__gt=F("new_date"))
                | Q(dossier__finished_on__isnull=True, new_date__lt=today),
            ),
        )
    )
