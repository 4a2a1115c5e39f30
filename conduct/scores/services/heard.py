"""What each source says of people in a month, by posting and item, as cells for the rules."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from conduct.agencies.tallies import Posted
from conduct.commitments.tallies.promises import tally_promises
from conduct.judgements.tallies import STEPS, tally_supervision
from conduct.kernel.months import Month
from conduct.oversight.tallies.months import tally_breaches, tally_examined
from models_catalog.rules.audience import speaks_to
from surveys.tallies.answers import PostingAnswers, tally_answers_before, tally_posting_answers

from ..rules.evidence import OFFICER_LINE, Breach, Line, Source
from ..rules.rows import SILENT, Cell, Pair


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


type Bound = tuple[Posted, list[Adopted]]
"""A posting with the adoptions that bind it."""
type Months = tuple[Pair, ...]
"""Judged and kept: in the month itself, then in those before it, newest first."""
type Answers = dict[int, dict[int, Months]]
"""Citizens' counts by posting and item."""
type Marks = Mapping[int, Months]
"""Counts of one sheet or visit by item."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What inspections say, by posting and adoption; breaches also counted by posting."""

    examined: dict[tuple[int, int], Marks]
    breaches: dict[tuple[int, int], dict[int, Breach]]
    n_examined: dict[int, int]
    n_breaches: dict[int, int]


@dataclass(frozen=True, slots=True)
class Heard:
    """What every source says. Promises speak to each item that they can judge."""

    answers: Answers
    supervision: dict[tuple[int, int], Marks]
    promises: dict[int, Months]
    inspected: Inspected
    _shared: dict[tuple[int, int, Months | None], tuple[Cell, ...]] = field(default_factory=dict)

    def cells(self, posting_id: int, adopted: Adopted) -> tuple[Cell, ...]:
        """One cell for each line of the model, and a last one for the officer."""
        key = posting_id, adopted.adoption_id
        answers, examined = self.answers.get(posting_id), self.inspected.examined.get(key)
        marks, promises = self.supervision.get(key, _NOTHING), self.promises.get(posting_id)
        if answers or examined:
            return _cells(adopted.lines, answers or _NOTHING, marks, examined or _NOTHING, promises)
        alike = adopted.adoption_id, id(marks), promises
        known = self._shared.get(alike)
        if known is None:
            known = self._shared[alike] = _cells(adopted.lines, _NOTHING, marks, _NOTHING, promises)
        return known


_NOTHING: Marks = {}


def _cells(
    lines: Iterable[Line], answers: Marks, marks: Marks, examined: Marks, promises: Months | None
) -> tuple[Cell, ...]:
    """Of each line what those sources say that can judge it."""
    cells: list[Cell] = []
    for line in lines:
        key, sources = line.key, line.sources
        cells.append(
            (
                answers.get(key) if Source.CITIZEN in sources else None,
                marks.get(key) if Source.SUPERVISOR in sources else None,
                examined.get(key) if Source.INSPECTION in sources else None,
                promises if Source.PROMISE in sources else None,
            )
        )
    officer = answers.get(OFFICER_LINE)
    cells.append(SILENT if officer is None else (officer, *SILENT[1:]))
    return tuple(cells)


def hear_citizens(
    bound: Collection[Bound],
    office_of: Mapping[int, int],
    month: Month,
    *,
    months_before: int,
    enough: int | None,
) -> Answers:
    """Citizens' counts; what an office heard of people who serve in another one is left out.

    Months before are read for postings with fewer than ``enough`` answers at an item (None: for all).
    """
    at = {posting.posting_id: office_of[posting.agency_id] for posting, _ in bound}
    found: dict[int, dict[int, list[Pair]]] = defaultdict(dict)
    _place(found, tally_posting_answers(list(office_of), month), 0, at, office_of, month)
    if months_before:
        wanting = [
            posting.posting_id
            for posting, adoptions in bound
            if enough is None or _wants_more(found.get(posting.posting_id), posting, adoptions, enough)
        ]
        rows = tally_answers_before(list(office_of), wanting, month, months_before=months_before)
        _place(found, rows, months_before, at, office_of, month)
    return {
        posting_id: {item_id: tuple(months) for item_id, months in items.items()}
        for posting_id, items in found.items()
    }


def _place(
    found: dict[int, dict[int, list[Pair]]],
    rows: Iterable[PostingAnswers],
    months_before: int,
    at: Mapping[int, int],
    office_of: Mapping[int, int],
    month: Month,
) -> None:
    place = {month.plus(-back).first: back for back in range(months_before + 1)}
    for row in rows:
        if at.get(row.posting_id) != office_of[row.agency_id]:
            continue
        months = found[row.posting_id].setdefault(row.item_id, [(0, 0)])
        back = place[row.month]
        months.extend([(0, 0)] * (back + 1 - len(months)))
        judged, kept = months[back]
        months[back] = judged + row.judged, kept + row.kept


def _wants_more(
    items: Mapping[int, list[Pair]] | None, posting: Posted, adoptions: Iterable[Adopted], enough: int
) -> bool:
    """Whether the months before could add to what citizens said of a posting."""
    if items is None:
        return True
    keys = {line.key for adoption in adoptions for line in adoption.lines if Source.CITIZEN in line.sources}
    return any(key not in items or items[key][0][0] < enough for key in (OFFICER_LINE, *keys))


def hear_supervisors(posting_ids: list[int], month: Month) -> dict[tuple[int, int], Marks]:
    """Steps kept by item; sheets with the same marks share one mapping."""
    same: dict[tuple[tuple[int, ...], tuple[int, ...]], Marks] = {}
    found: dict[tuple[int, int], Marks] = {}
    for row in tally_supervision(posting_ids, month):
        pattern = tuple(row.item_ids), tuple(row.values)
        marks = same.get(pattern)
        if marks is None:
            marks = same[pattern] = {
                item_id: ((STEPS, value),) for item_id, value in zip(*pattern, strict=True)
            }
        found[row.posting_id, row.adoption_id] = marks
    return found


def hear_promises(posting_ids: list[int], month: Month, now: datetime) -> dict[int, Months]:
    """Promises that fell due, by posting."""
    rows = tally_promises(posting_ids, month, timezone.get_default_timezone(), until=now)
    return {row.posting_id: ((row.judged, row.kept),) for row in rows}


def hear_inspectors(posting_ids: list[int], month: Month) -> Inspected:
    """Lines examined, and the breaches that were confirmed."""
    examined: dict[tuple[int, int], dict[int, Months]] = defaultdict(dict)
    breaches: dict[tuple[int, int], dict[int, Breach]] = defaultdict(dict)
    n_examined: dict[int, int] = defaultdict(int)
    n_breaches: dict[int, int] = defaultdict(int)
    for row in tally_examined(posting_ids, month):
        examined[row.posting_id, row.adoption_id][row.item_id] = ((row.judged, row.kept),)
        n_examined[row.posting_id] += row.judged
    for breach in tally_breaches(posting_ids, month):
        breaches[breach.posting_id, breach.adoption_id][breach.item_id] = Breach(late=breach.is_late)
        n_breaches[breach.posting_id] += breach.n_breaches
    return Inspected(dict(examined), dict(breaches), n_examined, n_breaches)
