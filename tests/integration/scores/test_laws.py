"""The laws of scoring (design 5.5) on the whole of it: every source written to the database, rolled up.

The rules' own laws are in tests/unit/scores; here few examples, each with all that a month can hold.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from conduct.agencies.models import Agency, Posting
from conduct.kernel.months import Month
from conduct.scores.models import AgencyCount, AgencyScore, PersonScore, RollUpChunk
from conduct.scores.rules.evidence import Component
from tests.cast import make_cast
from tests.factories import NOW, make_agency, make_posting, make_user
from tests.integration.scores.arrange import OCTOBER, roll_up
from tests.integration.scores.checksum import checksum
from tests.integration.scores.happenings import (
    HAPPENINGS,
    Answered,
    Asked,
    Examined,
    Happenings,
    Judged,
    Promised,
    Remarked,
    Settled,
    Stage,
    happen,
    happen_beside,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]
LAW = settings(
    max_examples=8, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
SEPTEMBER = OCTOBER.previous()
AFTERWARDS = NOW + timedelta(days=30)
# One of everything, slipped: each source that has one has its minimum.
ENOUGH = Happenings(
    answers=(Answered(0, 3, 0, 3, verified=True, cluster=0),) * 5,
    promises=(Promised(0, 8, "broken", is_checkable=True),),
    examined=(Examined(0, 8, 1, "confirmed", is_breach=False, action="never"),),
    dossiers=(Settled(0, 8, "late"),),
    remarks=(Remarked(0, 8, "never"),),
)
KEPT = {
    "answers": Answered(0, 5, 1, 5, verified=True, cluster=0),
    "promises": Promised(0, 9, "kept", is_checkable=True),
    "examined": Examined(0, 9, 1, "", is_breach=False, action=""),
    "dossiers": Settled(0, 9, "early"),
    "remarks": Remarked(0, 9, "in time"),
}


@pytest.fixture
def stage(schemes: None) -> Stage:
    cast = make_cast()
    mai = make_posting(make_user("Hồ Thị Mai"), cast.one_stop, serves_citizens=True)
    return Stage(cast, (cast.lan_posting, mai), (cast.one_stop, cast.one_stop))


@contextmanager
def forgotten() -> Iterator[None]:
    """What is done inside is undone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Outcome:
    """What the roll-up wrote."""

    checksum: dict[str, tuple[int, str]]
    persons: dict[int, tuple[Decimal | None, Decimal, str]]
    agencies: dict[int, tuple[Decimal | None, Decimal, str]]
    counts: dict[tuple[int, str], tuple[int, int]]

    def counts_of(self, *agencies: Agency) -> dict[str, tuple[int, int]]:
        """The sums of these agencies by component."""
        found: dict[str, tuple[int, int]] = {}
        for (pk, name), (kept, judged) in self.counts.items():
            if pk in {agency.pk for agency in agencies}:
                before = found.get(name, (0, 0))
                found[name] = before[0] + kept, before[1] + judged
        return found

    @property
    def scores(self) -> dict[tuple[str, int], Decimal]:
        found = {("person", pk): row[0] for pk, row in self.persons.items()}
        found |= {("agency", pk): row[0] for pk, row in self.agencies.items()}
        return {key: score for key, score in found.items() if score is not None}


def rolled_up(month: Month = OCTOBER) -> Outcome:
    roll_up(month, AFTERWARDS)
    of = {"month": month.first}
    persons = PersonScore.objects.filter(**of).values_list("posting_id", "score", "coverage", "band")
    agencies = AgencyScore.objects.filter(**of).values_list("agency_id", "score", "coverage", "band")
    counts = AgencyCount.objects.filter(**of).values_list("agency_id", "component", "kept", "judged")
    return Outcome(
        checksum(),
        {pk: (score, coverage, band) for pk, score, coverage, band in persons},
        {pk: (score, coverage, band) for pk, score, coverage, band in agencies},
        {(pk, name): (kept, judged) for pk, name, kept, judged in counts},
    )


def outcome(stage: Stage, events: Happenings, month: Month = OCTOBER) -> Outcome:
    with forgotten():
        happen(stage, events, month)
        return rolled_up(month)


def never_lower(before: Outcome, after: Outcome) -> bool:
    return all(after.scores[key] >= score for key, score in before.scores.items())


@LAW
@given(events=HAPPENINGS, seed=st.integers(0, 1000))
def test_order_does_not_matter_and_scores_stay_in_range(stage: Stage, events: Happenings, seed: int) -> None:
    found = outcome(stage, events)
    assert outcome(stage, events.shuffled(seed)).checksum == found.checksum
    assert all(0 <= score <= 100 for score in found.scores.values())


@pytest.mark.parametrize("kind", [field.name for field in fields(Happenings)])
@settings(LAW, max_examples=3)
@given(events=HAPPENINGS, place=st.integers(0, 1000))
def test_a_slip_turned_into_a_kept_event_lowers_nothing(
    stage: Stage, kind: str, events: Happenings, place: int
) -> None:
    slips = events.slips(kind)
    assume(slips)
    kept = events.kept_at(kind, slips[place % len(slips)])
    assert never_lower(outcome(stage, events), outcome(stage, kept))


@pytest.mark.parametrize("kind", KEPT)
@settings(LAW, max_examples=3)
@given(events=HAPPENINGS)
def test_a_kept_event_more_where_there_are_enough_lowers_nothing(
    stage: Stage, kind: str, events: Happenings
) -> None:
    enough = events.plus(ENOUGH)
    more = replace(enough, **{kind: (*getattr(enough, kind), KEPT[kind])})
    assert never_lower(outcome(stage, enough), outcome(stage, more))


@LAW
@given(events=HAPPENINGS)
def test_an_empty_scope_and_what_has_no_weight_change_nothing(stage: Stage, events: Happenings) -> None:
    found = outcome(stage, events)
    with forgotten():
        make_agency("Phòng Trống", kind="department", parent=stage.cast.commune)
        make_agency("Xã Trống", parent=stage.cast.province)
        happen(stage, events, OCTOBER)
        happen_beside(stage, OCTOBER)
        assert rolled_up().checksum == found.checksum


@LAW
@given(events=HAPPENINGS)
def test_children_count_as_events(stage: Stage, events: Happenings) -> None:
    found = outcome(stage, events)
    for name, expected in counted(events).items():
        for agency in (stage.cast.one_stop, stage.cast.commune, stage.cast.province):
            assert found.counts.get((agency.pk, name), (0, 0)) == expected, name


def counted(events: Happenings) -> dict[str, tuple[int, int]]:
    """Kept and judged by hand."""
    heard = [row.overall >= 4 for row in events.answers if row.verified]
    found = {
        Component.SATISFIED: heard,
        Component.DOSSIERS: [row.end in {"early", "that day"} for row in events.dossiers],
        Component.FEEDBACK: [row.end == "in time" for row in events.remarks if row.end != "forwarded"],
        Component.CORRECTIVE: [row.action == "in time" for row in events.examined if row.action],
    }
    return {str(name): (sum(rows), len(rows)) for name, rows in found.items()}


@LAW
@given(events=HAPPENINGS)
def test_an_agency_split_in_two_sums_up_to_the_same(stage: Stage, events: Happenings) -> None:
    cast, mai = stage.cast, stage.postings[1]
    whole = outcome(stage, events)
    with forgotten():
        Posting.objects.filter(pk=mai.pk).update(agency=cast.department)
        parts = outcome(replace(stage, units=(cast.one_stop, cast.department)), events)
    assert parts.persons == whole.persons
    for agency in (cast.commune, cast.province):
        assert parts.counts_of(agency) == whole.counts_of(agency)
        assert parts.agencies.get(agency.pk) == whole.agencies.get(agency.pk)
    units = cast.one_stop, cast.department
    assert parts.counts_of(*units) == whole.counts_of(*units)


@LAW
@given(events=HAPPENINGS)
def test_events_of_another_month_give_the_results_of_that_month(stage: Stage, events: Happenings) -> None:
    now, then = outcome(stage, events, OCTOBER), outcome(stage, events, SEPTEMBER)
    assert (now.persons, now.agencies, now.counts) == (then.persons, then.agencies, then.counts)


@LAW
@given(events=HAPPENINGS, seed=st.integers(0, 1000))
def test_replaying_all_events_gives_the_same_bytes(stage: Stage, events: Happenings, seed: int) -> None:
    with forgotten():
        happen(stage, events, OCTOBER)
        first = rolled_up().checksum
        assert rolled_up().checksum == first
        for table in (PersonScore, AgencyScore, AgencyCount, RollUpChunk):
            table.objects.all().delete()
        assert rolled_up().checksum == first


def test_everything_drawn_is_heard(stage: Stage) -> None:
    """Lest the laws hold because nothing of it counts."""
    said = Happenings(
        judgements=(Judged(0, (4, 3, 4)), Judged(1, (4, 4, 4))), signatures=(Asked(0, has_signed=True),)
    )
    found = outcome(stage, ENOUGH.plus(said))
    assert set(Component) <= {Component(name) for _pk, name in found.counts if name in set(Component)}
    for kind in KEPT:
        kept = ENOUGH.plus(said).kept_at(kind, 0)
        assert outcome(stage, kept).checksum != found.checksum, kind
