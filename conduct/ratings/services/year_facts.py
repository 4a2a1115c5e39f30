"""What a year's class follows from, counted from what stands: months, means, time of work, conclusions, the
organisation's class. Frozen as JSON in the rating when it is decided; read the same way from either."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from conduct.kernel.months import Month

from ..models import YearRating
from ..rules.conditions import Fault, FaultKind, Weighed, weigh_faults
from ..rules.means import Means, Rated, Slot, means_of, year_slots
from ..rules.periods import Period
from ..rules.scheme import parse_scheme
from ..rules.sheet import EXACT, STORED
from ..rules.year_class import YearClass, YearFacts, class_year
from ..rules.year_time import Leave, Off, Span, WorkTime, leaves_in, work_time
from ..tallies.gathered import gather
from .year_lists import year_lists

_TOLD = ("counts", "same_act", "old_office", "no_leader")


@dataclass(frozen=True, slots=True)
class Counted:
    """One person's year. ``months``: twelve rows; ``basis``: means, time of work, what bounds the class."""

    months: list[dict[str, Any]]
    mean: Decimal | None
    basis: dict[str, Any]

    @property
    def highest(self) -> str:
        """The most that may be decided; empty without a class."""
        return self.basis.get("highest") or ""

    @property
    def by_points(self) -> str:
        """The level of the mean alone; empty without a class."""
        return self.basis.get("by_points") or ""

    @property
    def none(self) -> str:
        """Why there is no class; empty when there is one."""
        return self.basis.get("none") or ""

    @property
    def waits_for_organisation(self) -> bool:
        """Whether this is the head of an organisation whose class is not known yet (Điều 20.6)."""
        return bool(self.basis.get("leads")) and self.basis.get("organisation") is None


type Row = dict[str, Any]
type Sources = dict[str, list[Row]]
"""Lists of rows, or those of them that speak of one person."""


def stored(rating: YearRating) -> Counted:
    """A decided year as it was counted then."""
    return Counted(rating.months, rating.mean, rating.basis)


def count_years(ratings: Sequence[YearRating], today: date) -> dict[int, Counted]:
    """Every rating's year by its key: what was decided as it was, the others as they stand; one query.

    Ratings of one year, with posting (agency), office and scheme.
    """
    found = {rating.pk: stored(rating) for rating in ratings if rating.state == YearRating.State.DECIDED}
    live = [rating for rating in ratings if rating.pk not in found]
    if live:
        found |= recount(live, today)
    return found


def recount(ratings: Sequence[YearRating], today: date) -> dict[int, Counted]:
    """The same from what stands today, decided or not."""
    found = gather(year_lists(ratings, today))
    organisations = {row["agency"]: row for row in found.pop("classes")}
    by_person: dict[int, Sources] = {rating.person_id: {name: [] for name in found} for rating in ratings}
    for name, rows in found.items():
        for row in rows:
            by_person[row["person"]][name].append(row)
    return {
        rating.pk: _count(rating, by_person[rating.person_id], organisations, today) for rating in ratings
    }


def count_year(rating: YearRating, today: date) -> Counted:
    """One rating's year."""
    return count_years([rating], today)[rating.pk]


def _count(rating: YearRating, sources: Sources, organisations: Mapping[int, Row], today: date) -> Counted:
    results = sorted(sources["results"], key=lambda row: (row["period"], row["pk"]))
    slots = year_slots(rating.year, [_rated(row) for row in results])
    offs = [Off(Leave(row["kind"]), _span(row)) for row in sources["absences"]]
    spans = [_span(row) for row in sources["postings"]]
    means, time = means_of(slots), work_time(rating.year, spans, offs)
    mean = None if means.year is None else means.year.quantize(STORED, context=EXACT)
    conclusions = {row["pk"]: row for row in sources["conclusions"]}
    weighed = weigh_faults(
        [_fault(row) for row in conclusions.values()], year=rating.year, office_id=rating.office_id,
        is_leader=rating.posting.is_leader,
    )  # fmt: skip
    leads = sorted((row["agency"] for row in sources["led"]), key=lambda pk: pk != rating.office_id)
    organisation = organisations.get(leads[0]) if leads else None
    level = organisation["level"] if organisation else None
    facts = YearFacts(mean, time.is_enough, any(one.counts for one in weighed), level)
    found = class_year(parse_scheme(rating.scheme.document), facts)
    names = {row["office"]: row["name"] for row in results}
    months = [_month(slot, rating.office_id, names, offs, spans, today) for slot in slots]
    basis = _basis(means, time, found) | {
        "faults": [_told(one, conclusions[one.fault.key]) for one in weighed if one.why.value in _TOLD],
        "leads": leads[0] if leads else None,
        "organisation": _organisation(organisation),
    }
    return Counted(months, mean, basis)


def _rated(row: Row) -> Rated:
    n_months = 3 if row["kind"] == "quarter" else 1
    month = Month.of(date.fromisoformat(row["period"]))
    return Rated(Period(month, n_months), Decimal(row["total"]), row["office"])


def _span(row: Row) -> Span:
    ends_on = row["ends_on"]
    return Span(date.fromisoformat(row["starts_on"]), ends_on and date.fromisoformat(ends_on))


def _fault(row: Row) -> Fault:
    decided_on = date.fromisoformat(row["decided_on"])
    return Fault(row["pk"], FaultKind(row["kind"]), decided_on, row["agency"], row["act_key"])


def _told(one: Weighed, row: Row) -> dict[str, Any]:
    told = {name: row[name] for name in ("kind", "number", "decided_on")}
    return {**told, "by": row["by_authority"], "office": row["name"], "why": one.why.value}


def _organisation(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else {name: row[name] for name in ("name", "level", "number")}


def _month(
    slot: Slot,
    office_id: int,
    names: Mapping[int, str],
    offs: Collection[Off],
    spans: Collection[Span],
    today: date,
) -> dict[str, Any]:
    """One line of Mẫu số 02. ``state``: rated, missing, ahead (not over yet) or away (not serving then)."""
    first, last = slot.month.first, slot.month.last
    serves = any(span.start <= last and (span.end is None or span.end >= first) for span in spans)
    state = "rated"
    if slot.total is None:
        state = "away" if not serves else "ahead" if last >= today else "missing"
    elsewhere = slot.office_id is not None and slot.office_id != office_id
    return {
        "month": slot.month.month,
        "total": None if slot.total is None else str(slot.total.quantize(STORED, context=EXACT)),
        "state": state,
        "by_quarter": slot.by_quarter,
        "leaves": [kind.value for kind in leaves_in(slot.month, offs)],
        "office": names.get(slot.office_id or 0, "") if elsewhere else "",
    }


def _basis(means: Means, time: WorkTime, found: YearClass) -> dict[str, Any]:
    def text(value: Decimal | None) -> str | None:
        return None if value is None else str(value.quantize(STORED, context=EXACT))

    return {
        "quarters": [text(value) for value in means.quarters],
        "halves": [text(value) for value in means.halves],
        "n_months": means.n_months,
        "served": round(float(time.served), 2),
        "counted": round(float(time.counted), 2),
        "worked": round(float(time.worked), 2),
        "by_points": found.by_points,
        "highest": found.highest,
        "bounds": [bound.value for bound in found.bounds],
        "none": found.none.value if found.none else None,
    }


__all__ = ["Counted", "count_year", "count_years", "recount", "stored"]
