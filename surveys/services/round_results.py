"""What a round found out, and the list of its sample for interviewers."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from conduct.agencies.models import User
from conduct.audit.services import record
from conduct.kernel.months import Month
from conduct.kernel.sealing import Unreadable, unseal
from conduct.kernel.statistics import ClusterSums, effective_n

from ..models import Response, Round, RoundUnit
from ..permissions.rounds import check_can_do_field_work
from ..rules.rounds import LEAST, Counts, rank, rate, weighted_share, withhold
from ..tallies.rounds import RoundAnswers, tally_round

_MONTHS_LATE = 12  # forms that came late lie in the first month that was open then


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the result; ``is_hidden``: too few answered, or it could be reckoned from the others."""

    name: str
    counts: Counts
    is_hidden: bool
    unit: RoundUnit | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A round in figures. ``n_eff`` is the effective number of answers with the units as clusters."""

    whole: Counts
    n_eff: float
    weighted: float | None
    by_kind: list[Part]
    by_unit: list[Part]
    n_drawn: int
    n_reached: int
    n_refused: int

    @property
    def has_enough(self) -> bool:
        """Whether figures may be shown at all."""
        return self.whole.overall.n >= LEAST

    @property
    def response_rate(self) -> float | None:
        """Forms that came in, of all people drawn, reached or not."""
        return rate(self.whole.overall.n, self.n_drawn)

    @property
    def refusal_rate(self) -> float | None:
        """People who refused, of those reached."""
        return rate(self.n_refused, self.n_reached)


def read_result(found: Round) -> Result:
    """Count the round. Who may see it when is asked elsewhere (permissions.rounds)."""
    units = list(found.units.select_related("agency", "point").order_by("agency__search", "pk"))
    first = Month.of(found.starts_on)
    agency_ids = {unit.point.agency_id for unit in units}
    rows = tally_round(found.pk, agency_ids, first, Month.of(found.ends_on).plus(_MONTHS_LATE))
    by_point = _sums(rows, lambda row: row.point_id)
    by_kind = _sums(rows, lambda row: row.respondent)
    whole = sum(by_point.values(), Counts())
    counts = {unit.pk: by_point.get(unit.point_id, Counts()) for unit in units}
    hidden_units = withhold({pk: one.overall.n for pk, one in counts.items()})
    kinds = {kind: by_kind.get(kind, Counts()) for kind in Response.Respondent.values}
    hidden_kinds = withhold({kind: one.overall.n for kind, one in kinds.items()})
    groups = [(one.overall.kept, one.overall.n) for one in counts.values()]
    overall = whole.overall
    return Result(
        whole=whole,
        n_eff=effective_n(overall.kept, overall.n, ClusterSums.of(groups)) if overall.n else 0.0,
        weighted=weighted_share((unit.n_frame, *_kept(counts[unit.pk])) for unit in units),
        by_kind=[
            Part(str(Response.Respondent(kind).label), one, kind in hidden_kinds)
            for kind, one in kinds.items()
            if one.overall.n
        ],
        by_unit=[Part(unit.agency.name, counts[unit.pk], unit.pk in hidden_units, unit) for unit in units],
        n_drawn=sum(unit.n_drawn for unit in units),
        n_reached=sum(unit.n_reached for unit in units),
        n_refused=sum(unit.n_refused for unit in units),
    )


def _kept(counts: Counts) -> tuple[int, int]:
    return counts.overall.kept, counts.overall.n


def _sums[K: Hashable](rows: list[RoundAnswers], key: Callable[[RoundAnswers], K]) -> dict[K, Counts]:
    found: dict[K, Counts] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), Counts()) + row.counts
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the sample, for the interviewer's list."""

    name: str
    phone: str
    email: str
    procedure: str


def read_sheet(*, unit: RoundUnit, by: User, now: datetime) -> list[Person]:
    """The people of the sample in the order of drawing, with names. It is written down who read them.

    Raises Refused without the right.
    """
    check_can_do_field_work(by, unit, timezone.localdate(now))
    with transaction.atomic():
        drawn = [one.dossier for one in unit.drawn.select_related("dossier")]
        record(
            act="surveys.read_sheet",
            by=by,
            obj=unit,
            agency=unit.agency,
            now=now,
            data={"people": len(drawn)},
        )
    return [
        Person(_open(one.sealed_name), _open(one.sealed_phone), _open(one.sealed_email), one.procedure)
        for one in sorted(drawn, key=lambda dossier: rank(unit.seed, dossier.code))
    ]


def _open(sealed: bytes | memoryview) -> str:
    try:
        return unseal(sealed)
    except Unreadable:
        return ""
