"""What adds up the tree of an office: its postings, and kept of judged by component."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from conduct.agencies.tallies import Node, Posted
from conduct.commitments.tallies.signing import tally_signing
from conduct.dossiers.tallies.months import tally_on_time
from conduct.feedback.tallies.cases import tally_answered
from conduct.kernel.months import Month
from conduct.kernel.statistics import ClusterSums
from conduct.oversight.tallies.months import tally_corrected
from surveys.tallies.answers import tally_satisfaction

from ..rules.evidence import Component, Count
from ..rules.rows import Cell
from ..tallies import tally_counts
from .heard import Adopted, Inspected

POSTINGS = "postings"
"""Stored beside the components: how many postings (judged), how many of them serve citizens (kept)."""
OPEN = "open"
"""Stored beside the components: overall answers over the open channel, weight 0."""


@dataclass(frozen=True, slots=True)
class Sums:
    """An additive count with its sums over desk-days."""

    count: Count = field(default_factory=Count)
    clusters: ClusterSums = field(default_factory=ClusterSums)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.count + other.count, self.clusters + other.clusters)


type AgencySums = dict[int, dict[str, Sums]]


def own_sums(
    agency_ids: list[int],
    postings: list[Posted],
    lineages: Mapping[int, list[int]],
    month: Month,
    now: datetime,
) -> AgencySums:
    """What agencies themselves come to, without what is below them and without what is said of persons."""
    sums: AgencySums = {agency_id: defaultdict(Sums) for agency_id in agency_ids}
    today = timezone.localdate(now)
    _count_postings(sums, postings)
    for row in tally_satisfaction(agency_ids, month):
        name = Component.SATISFIED if row.is_verified else OPEN
        clusters = ClusterSums(row.clusters, row.nn, row.nk, row.kk)
        sums[row.agency_id][name] += Sums(Count(row.judged, row.kept), clusters)
    here = [posting for posting in postings if posting.ends_on is None or posting.ends_on >= month.last]
    asked = [(posting.posting_id, agency) for posting in here for agency in lineages[posting.agency_id]]
    at = {posting.posting_id: posting.agency_id for posting in here}
    signed: dict[int, tuple[int, int]] = {}
    for signing in tally_signing(asked, month, timezone.get_default_timezone()):
        judged, kept = signed.get(at[signing.posting_id], (0, 0))
        signed[at[signing.posting_id]] = judged + signing.n_asked, kept + signing.n_signed
    for agency_id, pair in signed.items():
        sums[agency_id][Component.SIGNING] += Sums(Count(*pair))
    for on_time in tally_on_time(agency_ids, month, until=today):
        sums[on_time.agency_id][Component.DOSSIERS] += Sums(Count(on_time.judged, on_time.kept))
    for case in tally_answered(agency_ids, month, today=today):
        sums[case.agency_id][Component.FEEDBACK] += Sums(Count(case.judged, case.kept))
    for done in tally_corrected(agency_ids, month, today=today):
        sums[done.agency_id][Component.CORRECTIVE] += Sums(Count(done.judged, done.kept))
    return sums


def _count_postings(sums: AgencySums, postings: Iterable[Posted]) -> None:
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for posting in postings:
        count = counts[posting.agency_id]
        count[0] += 1
        count[1] += posting.serves_citizens
    for agency_id, pair in counts.items():
        sums[agency_id][POSTINGS] += Sums(Count(*pair))


def add_conduct(sums: AgencySums, scored: Iterable[tuple[Posted, Adopted, tuple[Cell, ...]]]) -> None:
    """Kept of judged over base items in the month itself, pooled months aside."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for posting, adopted, cells in scored:
        count = counts[posting.agency_id]
        for line, cell in zip(adopted.lines, cells, strict=False):  # the last cell is the officer's
            if line.key not in adopted.local_keys:
                for months in cell:
                    if months:
                        count[0] += months[0][0]
                        count[1] += months[0][1]
    for agency_id, pair in counts.items():
        sums[agency_id][Component.CONDUCT] += Sums(Count(*pair))


def add_breaches(sums: AgencySums, postings: Iterable[Posted], inspected: Inspected) -> None:
    """Lines that were examined (judged) and breaches confirmed among them (kept), where anybody inspected."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for posting in postings:
        if posting.posting_id in inspected.n_examined:
            count = counts[posting.agency_id]
            count[0] += inspected.n_examined[posting.posting_id]
            count[1] += inspected.n_breaches[posting.posting_id]
    for agency_id, pair in counts.items():
        sums[agency_id][Component.BREACHES] += Sums(Count(*pair))


def add_children(sums: AgencySums, children: Iterable[Node], month: Month) -> None:
    """Take in what the offices below have stored, at the agency they hang from."""
    parents = {node.agency_id: node.parent_id for node in children}
    for row in tally_counts(list(parents), month) if parents else []:
        parent = parents[row.agency_id]
        if parent is not None:
            clusters = ClusterSums(row.clusters, row.nn, row.nk, row.kk)
            sums[parent][row.component] += Sums(Count(row.judged, row.kept), clusters)


def add_up_the_tree(sums: AgencySums, nodes: list[Node]) -> None:
    """Add each agency to the one above it inside its office; ``nodes``: parents before their children."""
    for node in reversed(nodes):
        if not node.is_office and node.parent_id is not None:
            for name, count in sums[node.agency_id].items():
                sums[node.parent_id][name] += count
