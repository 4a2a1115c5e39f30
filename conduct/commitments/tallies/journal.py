"""What was submitted of journals, for the monthly sheet. Nothing else of a journal leaves this app."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from conduct.kernel.months import Month

from ..models import JournalEntry


@dataclass(frozen=True, slots=True)
class SubmittedSlip:
    """A slip that its writer has submitted, with the remedy and its outcome (None: nobody has answered)."""

    posting_id: int
    item_id: int
    on: date
    text: str
    remedy: str
    remedy_by: date | None
    was_remedied: bool | None
    follow_up: str


def submitted_slips(posting_ids: Collection[int], first: date, last: date) -> QuerySet[JournalEntry]:
    """The submitted slips of these postings about the days from first to last."""
    return JournalEntry.objects.slips().filter(
        posting_id__in=list(posting_ids), submitted_at__isnull=False, on__gte=first, on__lte=last
    )


def tally_submitted_slips(posting_ids: Collection[int], month: Month) -> list[SubmittedSlip]:
    """The submitted slips of these postings about days of a month, by posting and day; one statement."""
    rows = (
        submitted_slips(posting_ids, month.first, month.last)
        .order_by("posting_id", "on", "pk")
        .values_list(
            "posting_id", "item_id", "on", "text", "remedy", "remedy_by", "was_remedied", "follow_up"
        )
    )
    return [SubmittedSlip(*row) for row in rows]
