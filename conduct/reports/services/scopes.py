"""Which months of which agencies a reader may see: citizens' counts of an open month are the head's alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from conduct.agencies.models import Agency, Period, Role
from conduct.agencies.tree import Standing
from conduct.kernel.months import Month
from surveys.tallies.monthly import Asked

from ..tallies.scope import Branch, tally_scope

OWN = 0
"""The place of what an agency does itself, outside the branches below it."""


@dataclass(frozen=True)
class Scope:
    """The agencies under an agency in every month that the reader may see."""

    ids: dict[Month, frozenset[int]]
    branches: dict[int, dict[Month, frozenset[int]]]
    """The same for each agency directly below."""
    still_open: tuple[Month, ...]
    """Months shown before they are closed, to the head."""
    hidden: tuple[Month, ...]
    rolled_up_at: dict[Month, datetime]
    """When the roll-up last finished a month of the office."""

    @property
    def everything(self) -> list[int]:
        """Every agency in any of the months."""
        return sorted(set().union(*self.ids.values()))

    def asked(self, months: Iterable[Month]) -> Asked:
        """Everything that may be seen in these months, all in one place."""
        return Asked({month: dict.fromkeys(self.ids[month], OWN) for month in self.visible(months)})

    def asked_by_branch(self, months: Iterable[Month]) -> Asked:
        """The same, each belonging to the branch below in which it lies, or to ``OWN``."""
        places = {month: dict.fromkeys(self.ids[month], OWN) for month in self.visible(months)}
        for branch_id, ids in self.branches.items():
            for month, place in places.items():
                place.update(dict.fromkeys(ids.get(month, ()), branch_id))
        return Asked(places)

    def stored_at(self, months: Iterable[Month]) -> datetime | None:
        """When these months of a large tree were stored, the first of the times; None: counted just now."""
        wanted = set(months)
        if self.asked(wanted).is_counted_now:
            return None
        return min((at for month, at in self.rolled_up_at.items() if month in wanted), default=None)

    def visible(self, months: Iterable[Month]) -> list[Month]:
        """Those of the months that the reader may see."""
        return [month for month in months if month in self.ids]


def scope_of(
    agency: Agency, standing: Standing, months: Iterable[Month], alone: Iterable[Month] = ()
) -> Scope:
    """What the reader sees of an agency in these months (``alone``: without what is below); one statement."""
    wanted = set(months)
    rows = tally_scope(agency.pk, standing.office_id or agency.pk, wanted, set(alone) - wanted)
    is_head = Role.HEAD in standing.roles
    seen: list[Branch] = []
    unseen: list[Branch] = []
    for row in rows:
        (seen if is_head or row.state == Period.State.CLOSED else unseen).append(row)
    ids: dict[Month, frozenset[int]] = {}
    branches: dict[int, dict[Month, frozenset[int]]] = {}
    for row in seen:
        ids[row.month] = ids.get(row.month, frozenset()) | row.ids
        if row.agency_id is not None:
            branches.setdefault(row.agency_id, {})[row.month] = row.ids
    return Scope(
        ids,
        branches,
        _months(row for row in seen if row.state != Period.State.CLOSED),
        _months(unseen),
        {row.month: row.rolled_up_at for row in seen if row.rolled_up_at},
    )


def _months(rows: Iterable[Branch]) -> tuple[Month, ...]:
    return tuple(sorted({row.month for row in rows}))
