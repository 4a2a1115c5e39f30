"""Everything that offices' months are scored from, read in sixteen statements however many offices."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from conduct.agencies.tallies import Node, Posted, tally_all_above, tally_postings, tally_scopes
from conduct.kernel.months import Month
from conduct.kernel.workdays import is_working_day
from models_catalog.tallies import AdoptedLine, tally_adopted_lines

from ..rules.evidence import OFFICER_LINE, Breach, Count, Line, Source
from ..rules.rows import HEARD, Cell
from .heard import Adopted, Bound, Heard, hear_citizens, hear_inspectors, hear_promises, hear_supervisors
from .sums import (
    OPEN,
    POSTINGS,
    AgencySums,
    Sums,
    add_breaches,
    add_children,
    add_conduct,
    add_up_the_tree,
    own_sums,
)

__all__ = ["OPEN", "POSTINGS", "OfficeMonth", "Scoring", "Sums", "gather", "gather_offices"]


@dataclass(frozen=True, slots=True)
class Scoring:
    """One posting under one adopted model, ready for the rules.

    A cell for each line of the model, and a last one for the officer; `breaches` by item.
    """

    posting: Posted
    adopted: Adopted
    working_days: int
    cells: tuple[Cell, ...]
    breaches: Mapping[int, Breach]

    @property
    def evidence(self) -> dict[tuple[int, Source], list[Count]]:
        """The same counts by line and source, as `score_person` reads them."""
        keys = [*(line.key for line in self.adopted.lines), OFFICER_LINE]
        return {
            (key, source): [Count(*pair) for pair in months]
            for key, cell in zip(keys, self.cells, strict=True)
            for source, months in zip(HEARD, cell, strict=True)
            if months is not None
        }


@dataclass(frozen=True, slots=True)
class OfficeMonth:
    """What the rules need for an office's month. `sums` are of subtrees, by agency and component."""

    scorings: list[Scoring]
    agency_ids: list[int]
    sums: AgencySums
    above_ids: list[int]
    """Offices above, nearest first."""


@dataclass(frozen=True, slots=True)
class _Offices:
    """The trees of some offices: of each agency its office, and itself with all above it."""

    nodes: dict[int, list[Node]]
    own: dict[int, list[int]]
    office_of: dict[int, int]
    lineages: dict[int, list[int]]
    above: dict[int, list[int]]


def gather(
    office_id: int, month: Month, *, months_before: int, now: datetime, enough: int | None = None
) -> OfficeMonth:
    """Read one office's month (see `gather_offices`)."""
    return gather_offices([office_id], month, months_before=months_before, now=now, enough=enough)[office_id]


def gather_offices(
    office_ids: list[int], month: Month, *, months_before: int, now: datetime, enough: int | None = None
) -> dict[int, OfficeMonth]:
    """Read the month of some offices: their trees, people, models, and what each source says.

    What is read of an office does not depend on which others are read with it. Citizens' answers of so many
    months before are read for whom fewer than ``enough`` (None: everybody) were given in the month.
    ``now`` matters for a month that still runs: a promise, a dossier or a case that is not due yet
    does not count.
    """
    offices = _read_offices(office_ids, month)
    agency_ids = list(offices.office_of)
    postings = tally_postings(agency_ids, month)
    higher = {agency_id for lineage in offices.lineages.values() for agency_id in lineage}
    adopted = _adoptions(tally_adopted_lines(sorted(higher), month.first, month.last))
    bound = list(_bound(postings, offices.lineages, adopted))
    answers = hear_citizens(bound, offices.office_of, month, months_before=months_before, enough=enough)
    ids = [posting.posting_id for posting in postings]
    heard = Heard(
        answers, hear_supervisors(ids, month), hear_promises(ids, month, now), hear_inspectors(ids, month)
    )
    scorings: dict[int, list[Scoring]] = {office_id: [] for office_id in office_ids}
    for scoring in _scorings(bound, heard, month):
        scorings[offices.office_of[scoring.posting.agency_id]].append(scoring)
    sums = own_sums(agency_ids, postings, offices.lineages, month, now)
    persons = [scoring for office_id in office_ids for scoring in scorings[office_id]]
    add_conduct(sums, ((one.posting, one.adopted, one.cells) for one in persons))
    add_breaches(sums, postings, heard.inspected)
    nodes = [node for office_id in office_ids for node in offices.nodes[office_id]]
    add_children(sums, [node for node in nodes if node.is_office], month)
    add_up_the_tree(sums, nodes)
    return {
        office_id: OfficeMonth(
            scorings[office_id],
            offices.own[office_id],
            {agency_id: sums[agency_id] for agency_id in offices.own[office_id]},
            offices.above[office_id],
        )
        for office_id in office_ids
    }


def _read_offices(office_ids: list[int], month: Month) -> _Offices:
    nodes = tally_scopes(office_ids, month)
    above = tally_all_above(office_ids, month)
    own = {
        office_id: [node.agency_id for node in nodes[office_id] if not node.is_office]
        for office_id in office_ids
    }
    lineages: dict[int, list[int]] = {}
    for office_id in office_ids:
        lineages.update(_lineages(nodes[office_id], [agency_id for agency_id, _ in above[office_id][1:]]))
    office_of = {agency_id: office_id for office_id in office_ids for agency_id in own[office_id]}
    offices_above = {
        office_id: [agency_id for agency_id, is_office in above[office_id] if is_office]
        for office_id in office_ids
    }
    return _Offices(nodes, own, office_of, {k: lineages[k] for k in office_of}, offices_above)


def _lineages(nodes: Iterable[Node], above_root: list[int]) -> dict[int, list[int]]:
    """Of each agency: itself, its parent, and so on to the top of the tree."""
    lineages: dict[int, list[int]] = {}
    for node in nodes:  # parents come first
        higher = above_root if node.parent_id is None else lineages[node.parent_id]
        lineages[node.agency_id] = [node.agency_id, *higher]
    return lineages


def _adoptions(lines: Iterable[AdoptedLine]) -> dict[int, list[Adopted]]:
    """Adoptions by agency."""
    items: dict[int, list[Line]] = defaultdict(list)
    local: dict[int, set[int]] = defaultdict(set)
    first: dict[int, AdoptedLine] = {}
    for line in lines:
        known = frozenset(Source(source) for source in line.sources)
        items[line.adoption_id].append(Line(line.item_id, line.emphasis, known))
        if line.is_local:
            local[line.adoption_id].add(line.item_id)
        first.setdefault(line.adoption_id, line)
    adopted: dict[int, list[Adopted]] = defaultdict(list)
    for adoption_id, line in first.items():
        adopted[line.agency_id].append(
            Adopted(
                adoption_id,
                line.agency_id,
                line.version_id,
                line.valid_from,
                line.valid_to,
                line.audience,
                tuple(line.categories),
                tuple(items[adoption_id]),
                frozenset(local[adoption_id]),
            )
        )
    return adopted


def _bound(
    postings: list[Posted], lineages: dict[int, list[int]], adopted: dict[int, list[Adopted]]
) -> Iterator[Bound]:
    """Each posting with the adoptions that bind it; postings of one kind at one agency share them."""
    known: dict[tuple[int, bool, str], list[Adopted]] = {}
    for posting in postings:
        kind = posting.agency_id, posting.serves_citizens, posting.category
        if kind not in known:
            known[kind] = list(_reaching(posting, lineages[posting.agency_id], adopted))
        yield posting, known[kind]


def _reaching(posting: Posted, lineage: list[int], adopted: dict[int, list[Adopted]]) -> Iterator[Adopted]:
    """The adoptions that bind a posting, from its agency upwards; of one version the nearest agency's."""
    seen: set[int] = set()
    for agency_id in lineage:
        here = [adoption for adoption in adopted.get(agency_id, ()) if adoption.binds(posting)]
        yield from (adoption for adoption in here if adoption.version_id not in seen)
        seen.update(adoption.version_id for adoption in here)


def _scorings(bound: Iterable[Bound], heard: Heard, month: Month) -> Iterator[Scoring]:
    worked, last = _WorkedDays(month), month.last
    nothing: Mapping[int, Breach] = {}
    for posting, adoptions in bound:
        for adoption in adoptions:
            start = max(posting.starts_on, adoption.valid_from)
            end = min(posting.ends_on or last, adoption.valid_to or last)
            if start > min(end, last):
                continue
            key = posting.posting_id, adoption.adoption_id
            yield Scoring(
                posting,
                adoption,
                worked.between(start, end),
                heard.cells(posting.posting_id, adoption),
                heard.inspected.breaches.get(key, nothing),
            )


class _WorkedDays:
    """Working days of one month, summed once."""

    def __init__(self, month: Month) -> None:
        self._first, self._last = month.first, month.last
        self._until = [0]
        for offset in range((month.last - month.first).days + 1):
            self._until.append(self._until[-1] + is_working_day(month.first + timedelta(days=offset)))

    def between(self, first: date, last: date) -> int:
        """Working days from first to last that lie in the month."""
        first, last = max(first, self._first), min(last, self._last)
        return self._until[last.day] - self._until[first.day - 1] if first <= last else 0
