"""What a year's class follows from, counted from what stands: months, means, time of work, conclusions, the
organisation's class. Frozen as JSON in the rating when it is decided; read the same way from either."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from conduct.agencies.models import Posting, Role, RoleGrant, on_day
from conduct.kernel.months import Month

from ..models import Absence, Conclusion, OrganisationClass, Result, YearRating
from ..permissions.year import last_day
from ..rules.conditions import Fault, FaultKind, Weighed, weigh_faults
from ..rules.means import Means, Rated, Slot, means_of, year_slots
from ..rules.periods import Period
from ..rules.scheme import parse_scheme
from ..rules.sheet import EXACT, STORED
from ..rules.year_class import YearClass, YearFacts, class_year
from ..rules.year_time import Leave, Off, Span, WorkTime, leaves_in, work_time

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


@dataclass(frozen=True, slots=True)
class _Sources:
    """Rows of many people, by person."""

    results: Mapping[int, list[Result]]
    postings: Mapping[int, list[Posting]]
    absences: Mapping[int, list[Absence]]
    conclusions: Mapping[int, list[Conclusion]]
    organisations: Mapping[int, OrganisationClass]
    led: Mapping[int, set[int]]


def stored(rating: YearRating) -> Counted:
    """A decided year as it was counted then."""
    return Counted(rating.months, rating.mean, rating.basis)


def count_years(ratings: Sequence[YearRating], today: date) -> dict[int, Counted]:
    """Every rating's year by its key: what was decided as it was, the others as they stand; six queries.

    Ratings of one year, with posting (agency), office and scheme.
    """
    found = {rating.pk: stored(rating) for rating in ratings if rating.state == YearRating.State.DECIDED}
    live = [rating for rating in ratings if rating.pk not in found]
    if live:
        found |= recount(live, today)
    return found


def recount(ratings: Sequence[YearRating], today: date) -> dict[int, Counted]:
    """The same from what stands today, decided or not."""
    sources = _read(ratings, today)
    return {rating.pk: _count(rating, sources, today) for rating in ratings}


def count_year(rating: YearRating, today: date) -> Counted:
    """One rating's year."""
    return count_years([rating], today)[rating.pk]


def _read(ratings: Sequence[YearRating], today: date) -> _Sources:
    year = ratings[0].year
    people = {rating.person_id for rating in ratings}
    first, last = date(year, 1, 1), date(year, 12, 31)
    results = Result.objects.filter(
        replaced_by__isnull=True, sheet__posting__person_id__in=people, sheet__posting__is_main=True,
        sheet__period__gte=first, sheet__period__lte=last,
    ).select_related("sheet__posting", "sheet__office")  # fmt: skip
    postings = Posting.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first), person_id__in=people, starts_on__lte=last
    )
    absences = Absence.objects.filter(person_id__in=people, starts_on__lte=last, ends_on__gte=first)
    conclusions = Conclusion.objects.filter(
        person_id__in=people, withdrawn_at__isnull=True, decided_on__lte=last
    ).select_related("agency")
    led: dict[int, set[int]] = defaultdict(set)
    places = {agency for rating in ratings for agency in (rating.office_id, rating.posting.agency_id)}
    heads = RoleGrant.objects.filter(
        on_day(last_day(year, today), "starts_on", "ends_on"), person_id__in=people, role=Role.HEAD,
        agency_id__in=places,
    )  # fmt: skip
    for person_id, agency_id in heads.values_list("person_id", "agency_id"):
        led[person_id].add(agency_id)
    classes = OrganisationClass.objects.filter(
        agency_id__in=places, year=year, replaced_by__isnull=True
    ).select_related("agency")
    return _Sources(
        _by_person((row.sheet.posting.person_id, row) for row in results.order_by("sheet__period", "pk")),
        _by_person((row.person_id, row) for row in postings),
        _by_person((row.person_id, row) for row in absences),
        _by_person((row.person_id, row) for row in conclusions),
        {row.agency_id: row for row in classes},
        led,
    )


def _by_person[T](rows: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for person_id, row in rows:
        found[person_id].append(row)
    return found


def _count(rating: YearRating, sources: _Sources, today: date) -> Counted:
    person = rating.person_id
    results = sources.results.get(person, [])
    slots = year_slots(rating.year, [_rated(row) for row in results])
    offs = [_off(row) for row in sources.absences.get(person, [])]
    spans = [Span(row.starts_on, row.ends_on) for row in sources.postings.get(person, [])]
    means, time = means_of(slots), work_time(rating.year, spans, offs)
    mean = None if means.year is None else means.year.quantize(STORED, context=EXACT)
    conclusions = {row.pk: row for row in sources.conclusions.get(person, [])}
    weighed = weigh_faults(
        [_fault(row) for row in conclusions.values()], year=rating.year, office_id=rating.office_id,
        is_leader=rating.posting.is_leader,
    )  # fmt: skip
    leads = sorted(sources.led.get(person, set()), key=lambda pk: pk != rating.office_id)
    organisation = sources.organisations.get(leads[0]) if leads else None
    level = organisation.level if organisation else None
    facts = YearFacts(mean, time.is_enough, any(one.counts for one in weighed), level)
    found = class_year(parse_scheme(rating.scheme.document), facts)
    names = {row.sheet.office_id: row.sheet.office.name for row in results}
    months = [_month(slot, rating.office_id, names, offs, spans, today) for slot in slots]
    basis = _basis(means, time, found) | {
        "faults": [_told(one, conclusions[one.fault.key]) for one in weighed if one.why.value in _TOLD],
        "leads": leads[0] if leads else None,
        "organisation": _organisation(organisation),
    }
    return Counted(months, mean, basis)


def _rated(row: Result) -> Rated:
    n_months = 3 if row.sheet.kind == "quarter" else 1
    return Rated(Period(Month.of(row.sheet.period), n_months), row.total, row.sheet.office_id)


def _off(row: Absence) -> Off:
    return Off(Leave(row.kind), Span(row.starts_on, row.ends_on))


def _fault(row: Conclusion) -> Fault:
    return Fault(row.pk, FaultKind(row.kind), row.decided_on, row.agency_id, row.act_key)


def _told(one: Weighed, row: Conclusion) -> dict[str, Any]:
    return {
        "kind": row.kind, "number": row.number, "decided_on": row.decided_on.isoformat(),
        "by": row.by_authority, "office": row.agency.name, "why": one.why.value,
    }  # fmt: skip


def _organisation(row: OrganisationClass | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"name": row.agency.name, "level": row.level, "number": row.number}


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
