"""Which months of which agencies a reader may see: citizens' counts of an open month are the head's alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from conduct.agencies.models import Agency, Period, Role
from conduct.agencies.tree import Standing
from conduct.kernel.months import Month

from ..tallies.scope import Branch, tally_scope


class Counted(Protocol):
    """A tallied row of an agency and a month."""

    @property
    def agency_id(self) -> int: ...


@dataclass(frozen=True)
class Scope:
    """The agencies under an agency in every month that the reader may see."""

    ids: dict[Month, frozenset[int]]
    branches: dict[int, dict[Month, frozenset[int]]]
    """The same for each agency directly below."""
    still_open: tuple[Month, ...]
    """Months shown before they are closed, to the head."""
    hidden: tuple[Month, ...]

    @property
    def everything(self) -> list[int]:
        """Every agency in any of the months."""
        return sorted(set().union(*self.ids.values()))

    def visible(self, months: Iterable[Month]) -> list[Month]:
        """Those of the months that the reader may see."""
        return [month for month in months if month in self.ids]


def scope_of(agency: Agency, standing: Standing, months: Iterable[Month]) -> Scope:
    """What the reader sees of an agency in these months; one statement."""
    rows = tally_scope(agency.pk, standing.office_id or agency.pk, list(months))
    is_head = Role.HEAD in standing.roles
    seen = [row for row in rows if is_head or row.state == Period.State.CLOSED]
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
        _months(row for row in rows if row not in seen),
    )


def _months(rows: Iterable[Branch]) -> tuple[Month, ...]:
    return tuple(sorted({row.month for row in rows}))
