"""Counts of dossiers received in some days, by field and by officer; they add up to those of the whole."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db import connection

from conduct.kernel.months import Month

# rules.status.status_of in SQL.
_COUNTS = """
    count(*) AS received,
    count(*) FILTER (WHERE d.finished_on < d.promised_on) AS early,
    count(*) FILTER (WHERE d.finished_on = d.promised_on) AS on_time,
    count(*) FILTER (WHERE d.finished_on > d.promised_on) AS late,
    count(*) FILTER (WHERE d.finished_on IS NULL) AS in_process,
    count(*) FILTER (WHERE d.finished_on IS NULL AND d.due_on < %(today)s) AS overdue,
    count(*) FILTER (WHERE d.channel = 'online') AS online
"""
_BY_FIELD = f"""
SELECT d.procedure_group, {_COUNTS} FROM dossiers_dossier d
WHERE d.agency_id = ANY(%(agencies)s::bigint[]) AND d.received_on BETWEEN %(first)s AND %(last)s
GROUP BY d.procedure_group
"""
_BY_OFFICER = f"""
SELECT p.person_id, {_COUNTS} FROM dossiers_dossier d LEFT JOIN agencies_posting p ON p.id = d.posting_id
WHERE d.agency_id = ANY(%(agencies)s::bigint[])
  AND date_trunc('month', d.received_on)::date = ANY(%(months)s::date[])
GROUP BY p.person_id
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """Received = early + on time + late + in process; overdue ones are among those in process."""

    received: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    in_process: int = 0
    overdue: int = 0
    online: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(one + two for one, two in zip(self.values(), other.values(), strict=True)))

    def values(self) -> tuple[int, ...]:
        """In the order of the fields."""
        return (
            self.received, self.early, self.on_time, self.late, self.in_process, self.overdue, self.online,
        )  # fmt: skip

    @property
    def settled(self) -> int:
        """Those with a result."""
        return self.early + self.on_time + self.late

    @property
    def kept(self) -> int:
        """Settled by the first promised day."""
        return self.early + self.on_time

    @property
    def early_share(self) -> Fraction | None:
        """Early of settled; None when none is settled."""
        return Fraction(self.early, self.settled) if self.settled else None

    @property
    def online_share(self) -> Fraction | None:
        """Online of received; None when none was received."""
        return Fraction(self.online, self.received) if self.received else None


def tally_by_field(agency_ids: Collection[int], first: date, last: date, *, today: date) -> dict[str, Counts]:
    """By field of the procedure (empty: none named), of dossiers received from first to last."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_FIELD, {"agencies": list(agency_ids), "first": first, "last": last, "today": today}
        )
        return {name: Counts(*counts) for name, *counts in cursor.fetchall()}


def tally_by_officer(
    agency_ids: Collection[int], months: Collection[Month], *, today: date
) -> dict[int | None, Counts]:
    """By person (None: no officer of ours is named), of dossiers received in these months."""
    firsts = [month.first for month in months]
    with connection.cursor() as cursor:
        cursor.execute(_BY_OFFICER, {"agencies": list(agency_ids), "months": firsts, "today": today})
        return {person_id: Counts(*counts) for person_id, *counts in cursor.fetchall()}
