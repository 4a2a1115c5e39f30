"""Everything an office's month is scored from, read in thirteen statements whatever its size."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from conduct.agencies.tallies import Node, Posted, tally_above, tally_postings, tally_scope
from conduct.commitments.tallies.promises import tally_promises
from conduct.commitments.tallies.signing import tally_signing
from conduct.dossiers.tallies.months import tally_on_time
from conduct.feedback.tallies.cases import tally_answered
from conduct.judgements.tallies import tally_supervision
from conduct.kernel.months import Month
from conduct.kernel.statistics import ClusterSums
from conduct.kernel.workdays import is_working_day
from models_catalog.rules.audience import speaks_to
from models_catalog.tallies import AdoptedLine, tally_adopted_lines
from surveys.tallies.answers import tally_posting_answers, tally_satisfaction

from ..rules.evidence import OFFICER_LINE, Component, Count, Line, Source
from ..tallies import tally_counts

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


@dataclass(frozen=True, slots=True)
class Adopted:
    """A version as an agency keeps it on some days of the month."""

    adoption_id: int
    agency_id: int
    version_id: int
    valid_from: date
    valid_to: date | None
    audience: str
    categories: tuple[str, ...]
    lines: tuple[Line, ...]
    local_keys: frozenset[int]
    """Lines that the office added of its own: they count for persons, never in the office's share."""

    def binds(self, posting: Posted) -> bool:
        """Whether the adoption speaks to this posting."""
        return speaks_to(
            self.audience,
            self.categories,
            serves_citizens=posting.serves_citizens,
            category=posting.category,
        )


@dataclass(frozen=True, slots=True)
class Scoring:
    """One posting under one adopted model, ready for the rules."""

    posting: Posted
    adopted: Adopted
    working_days: int
    evidence: dict[tuple[int, Source], list[Count]]


type AgencySums = dict[int, dict[str, Sums]]


@dataclass(frozen=True, slots=True)
class OfficeMonth:
    """What the rules need for an office's month. `sums` are of subtrees, by agency and component."""

    scorings: list[Scoring]
    agency_ids: list[int]
    sums: AgencySums
    above_ids: list[int]
    """Offices above, nearest first."""


def gather(office_id: int, month: Month, *, months_before: int, now: datetime) -> OfficeMonth:
    """Read an office's month: its tree, people, models, and what each source says.

    ``now`` matters for a month that still runs: a promise, a dossier or a case that is not due yet
    does not count.
    """
    nodes = tally_scope(office_id, month)
    above = tally_above(office_id, month)
    own = [node.agency_id for node in nodes if not node.is_office or node.agency_id == office_id]
    postings = tally_postings(own, month)
    lineages = _lineages(nodes, [agency_id for agency_id, _ in above[1:]])
    adopted = _adoptions(tally_adopted_lines([*own, *lineages[office_id][1:]], month.first, month.last))
    answers = _answers(own, month, months_before)
    heard = Heard(answers, _supervision(postings, month), _promises(postings, month, now))
    scorings = list(_scorings(postings, lineages, adopted, heard, month))
    sums = _own_sums(own, postings, scorings, lineages, month)
    for row in tally_on_time(own, month, until=timezone.localdate(now)):
        sums[row.agency_id][Component.DOSSIERS] += Sums(Count(row.judged, row.kept))
    for case in tally_answered(own, month, today=timezone.localdate(now)):
        sums[case.agency_id][Component.FEEDBACK] += Sums(Count(case.judged, case.kept))
    children = [node for node in nodes if node.is_office and node.agency_id != office_id]
    _add_children(sums, children, month)
    _add_up_the_tree(sums, nodes, set(own))
    return OfficeMonth(scorings, own, sums, [agency_id for agency_id, is_office in above if is_office])


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


def _reaching(posting: Posted, lineage: list[int], adopted: dict[int, list[Adopted]]) -> Iterator[Adopted]:
    """The adoptions that bind a posting, from its agency upwards; of one version the nearest agency's."""
    seen: set[int] = set()
    for agency_id in lineage:
        here = [adoption for adoption in adopted.get(agency_id, []) if adoption.binds(posting)]
        yield from (adoption for adoption in here if adoption.version_id not in seen)
        seen.update(adoption.version_id for adoption in here)


type Answers = dict[int, dict[int, list[Count]]]
type Supervised = dict[tuple[int, int], dict[int, Count]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What each source says: citizens by posting and item, supervisors by posting, model and item, promises
    by posting (they speak to every item that they can judge)."""

    answers: Answers
    supervision: Supervised
    promises: dict[int, Count]


def _answers(agency_ids: list[int], month: Month, months_before: int) -> Answers:
    """Citizens' counts by posting and item: the month itself, then those before it, newest first."""
    place = {month.plus(-back).first: back for back in range(months_before + 1)}
    found: Answers = defaultdict(dict)
    for row in tally_posting_answers(agency_ids, month, months_before=months_before):
        months = found[row.posting_id].setdefault(row.item_id, [Count()] * (months_before + 1))
        months[place[row.month]] = Count(row.judged, row.kept)
    return found


def _supervision(postings: list[Posted], month: Month) -> Supervised:
    found: Supervised = defaultdict(dict)
    for row in tally_supervision([posting.posting_id for posting in postings], month):
        found[row.posting_id, row.adoption_id][row.item_id] = Count(row.judged, row.kept)
    return found


def _promises(postings: list[Posted], month: Month, now: datetime) -> dict[int, Count]:
    found = tally_promises(
        [posting.posting_id for posting in postings], month, timezone.get_default_timezone(), until=now
    )
    return {row.posting_id: Count(row.judged, row.kept) for row in found}


def _scorings(
    postings: list[Posted],
    lineages: dict[int, list[int]],
    adopted: dict[int, list[Adopted]],
    heard: Heard,
    month: Month,
) -> Iterator[Scoring]:
    worked = _WorkedDays(month)
    for posting in postings:
        answers = heard.answers.get(posting.posting_id, {})
        promises = heard.promises.get(posting.posting_id)
        for adoption in _reaching(posting, lineages[posting.agency_id], adopted):
            start = max(posting.starts_on, adoption.valid_from)
            end = min(posting.ends_on or month.last, adoption.valid_to or month.last)
            if start > min(end, month.last):
                continue
            judged = heard.supervision.get((posting.posting_id, adoption.adoption_id), {})
            evidence: dict[tuple[int, Source], list[Count]] = {}
            if OFFICER_LINE in answers:
                evidence[OFFICER_LINE, Source.CITIZEN] = answers[OFFICER_LINE]
            for line in adoption.lines:
                if line.key in answers and Source.CITIZEN in line.sources:
                    evidence[line.key, Source.CITIZEN] = answers[line.key]
                if line.key in judged and Source.SUPERVISOR in line.sources:
                    evidence[line.key, Source.SUPERVISOR] = [judged[line.key]]
                if promises and Source.PROMISE in line.sources:
                    evidence[line.key, Source.PROMISE] = [promises]
            yield Scoring(posting, adoption, worked.between(start, end), evidence)


class _WorkedDays:
    """Working days of one month, summed once."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._until = [0]
        for offset in range((month.last - month.first).days + 1):
            self._until.append(self._until[-1] + is_working_day(month.first + timedelta(days=offset)))

    def between(self, first: date, last: date) -> int:
        """Working days from first to last that lie in the month."""
        first, last = max(first, self._month.first), min(last, self._month.last)
        return self._until[last.day] - self._until[first.day - 1] if first <= last else 0


def _own_sums(
    agency_ids: list[int],
    postings: list[Posted],
    scorings: list[Scoring],
    lineages: dict[int, list[int]],
    month: Month,
) -> AgencySums:
    """Counts of the agencies themselves, without what is below them."""
    sums: AgencySums = {agency_id: defaultdict(Sums) for agency_id in agency_ids}
    at = {posting.posting_id: posting.agency_id for posting in postings}
    for posting in postings:
        sums[posting.agency_id][POSTINGS] += Sums(Count(1, int(posting.serves_citizens)))
    for scoring in scorings:
        sums[scoring.posting.agency_id][Component.CONDUCT] += Sums(_conduct(scoring))
    for row in tally_satisfaction(agency_ids, month):
        name = Component.SATISFIED if row.is_verified else OPEN
        sums[row.agency_id][name] += Sums(
            Count(row.judged, row.kept), ClusterSums(row.clusters, row.nn, row.nk, row.kk)
        )
    here = [posting for posting in postings if posting.ends_on is None or posting.ends_on >= month.last]
    asked = [(posting.posting_id, agency) for posting in here for agency in lineages[posting.agency_id]]
    for signing in tally_signing(asked, month, timezone.get_default_timezone()):
        sums[at[signing.posting_id]][Component.SIGNING] += Sums(Count(signing.n_asked, signing.n_signed))
    return sums


def _conduct(scoring: Scoring) -> Count:
    """Kept of judged over the base items in the month itself; pooled months are not counted twice."""
    judged = kept = 0
    for (key, _), months in scoring.evidence.items():
        if key != OFFICER_LINE and key not in scoring.adopted.local_keys:
            judged += months[0].judged
            kept += months[0].kept
    return Count(judged, kept)


def _add_children(sums: AgencySums, children: list[Node], month: Month) -> None:
    """Take in what the offices below have stored, at the agency they hang from."""
    parents = {node.agency_id: node.parent_id for node in children}
    for row in tally_counts(list(parents), month) if parents else []:
        parent = parents[row.agency_id]
        if parent is not None:
            sums[parent][row.component] += Sums(
                Count(row.judged, row.kept), ClusterSums(row.clusters, row.nn, row.nk, row.kk)
            )


def _add_up_the_tree(sums: AgencySums, nodes: list[Node], own: set[int]) -> None:
    for node in reversed(nodes):  # children before their parents
        if node.agency_id in own and node.parent_id is not None:
            for name, count in sums[node.agency_id].items():
                sums[node.parent_id][name] += count
