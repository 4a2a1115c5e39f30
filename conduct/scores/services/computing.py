"""The month of some offices: read together, computed, written as a whole."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from json import dumps, loads

from conduct.kernel.months import Month
from surveys.tallies.monthly import store_month

from ..rules.evidence import Component, Occurrences, Person, Source
from ..rules.office import score_office
from ..rules.parts import office_to_data
from ..rules.rows import PersonRows
from ..rules.scheme import Scheme, parse_scheme
from ..writes import AGENCIES, COUNTS, PERSONS, ask, replace_rows
from .evidence import OPEN, POSTINGS, OfficeMonth, Sums, gather_offices
from .schemes import scheme_of

type Row = Sequence[object]


def roll_up_offices(
    office_ids: list[int], month: Month, now: datetime, *, run_id: int | None = None
) -> dict[int, int]:
    """Compute and write the month of these offices as it stands now; returns how many rows each has.

    Where counts changed, the chunk of the office above is asked for. What citizens answered is stored beside
    them as reports read it.
    """
    scheme_row, scheme = scheme_of(month)
    read = gather_offices(
        office_ids,
        month,
        months_before=scheme.pool_months,
        enough=scheme.sources[Source.CITIZEN].minimum,
        now=now,
    )
    rows = _rows_of(dumps(scheme_row.document, sort_keys=True))
    persons = [
        row
        for office_id in office_ids
        for row in _person_rows(read[office_id], rows, scheme_row.pk, office_id, month)
    ]
    agencies = {
        office_id: list(_agency_rows(read[office_id], scheme, scheme_row.pk, office_id, month))
        for office_id in office_ids
    }
    counts = [row for office_id in office_ids for row in _count_rows(read[office_id], office_id, month)]
    replace_rows(PERSONS, office_ids, month, persons)
    changed = replace_rows(COUNTS, office_ids, month, counts)
    replace_rows(AGENCIES, office_ids, month, chain.from_iterable(agencies.values()))
    store_month([agency_id for office in read.values() for agency_id in office.agency_ids], month)
    if changed:
        _ask_above(read.values(), month, run_id)
    return {office_id: len(read[office_id].scorings) + len(agencies[office_id]) for office_id in office_ids}


@lru_cache(maxsize=4)
def _rows_of(document: str) -> PersonRows:
    """Kept as long as the process: what one chunk worked out serves the next."""
    return PersonRows(parse_scheme(loads(document)))


def _ask_above(offices: Iterable[OfficeMonth], month: Month, run_id: int | None) -> None:
    pairs = {
        (one.above_ids[0], one.above_ids[1] if len(one.above_ids) > 1 else None)
        for one in offices
        if one.above_ids
    }
    if pairs:
        ask(pairs, month, run_id=run_id)


def _person_rows(
    evidence: OfficeMonth, rows: PersonRows, scheme_id: int, office_id: int, month: Month
) -> Iterator[Row]:
    for scoring in evidence.scorings:
        person = Person(scoring.posting.serves_citizens, scoring.working_days)
        row = rows.row(person, scoring.adopted.lines, scoring.cells, scoring.breaches)
        yield (
            scoring.posting.posting_id,
            scoring.adopted.adoption_id,
            month.first,
            office_id,
            scheme_id,
            row.state,
            row.score,
            row.band,
            row.coverage,
            row.is_pooled,
            row.parts,
        )


def _count_rows(evidence: OfficeMonth, office_id: int, month: Month) -> Iterator[Row]:
    for agency_id in evidence.agency_ids:
        for name, sums in sorted(evidence.sums[agency_id].items()):
            if sums.count.judged:
                yield (
                    agency_id,
                    month.first,
                    str(name),
                    office_id,
                    sums.count.kept,
                    sums.count.judged,
                    sums.clusters.clusters,
                    sums.clusters.nn,
                    sums.clusters.nk,
                    sums.clusters.kk,
                )


def _agency_rows(
    evidence: OfficeMonth, scheme: Scheme, scheme_id: int, office_id: int, month: Month
) -> Iterator[Row]:
    for agency_id in evidence.agency_ids:
        sums = evidence.sums[agency_id]
        if not any(value.count.judged for value in sums.values()):
            continue
        counts = {part: sums[part].count for part in Component if part in sums}
        postings = sums.get(POSTINGS, Sums()).count
        asks = any(name in sums for name in (Component.SATISFIED, OPEN))
        found = counts.pop(Component.BREACHES, None)  # of lines examined; the score wants them of postings
        result = score_office(
            scheme,
            counts,
            serves_citizens=bool(postings.kept) or asks,
            breaches=Occurrences(found.kept, postings.judged) if found and found.judged else None,
        )
        yield (
            agency_id,
            month.first,
            office_id,
            scheme_id,
            result.score,
            result.band,
            round(result.coverage, 4),
            postings.judged,
            dumps(office_to_data(result)),
        )
