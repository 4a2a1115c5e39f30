"""The laws of scoring on the whole of it: events in the database, roll-up, scores in the tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conduct.agencies.models import Agency
from conduct.kernel.months import Month
from conduct.scores.models import AgencyCount, AgencyScore, PersonScore, RollUpChunk
from tests.cast import Cast, make_cast
from tests.factories import make_agency
from tests.integration.scores.arrange import OCTOBER, answer, items_of, judge, make_point, roll_up
from tests.integration.scores.checksum import checksum

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]
LAW = settings(
    max_examples=6, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
SEPTEMBER = OCTOBER.previous()


@dataclass(frozen=True)
class Answered:
    """A citizen's form: the overall mark, whether the promise was kept, how friendly it was."""

    overall: int
    promise: int
    friendly: int
    verified: bool

    @property
    def kept(self) -> "Answered":
        """The same with everything kept."""
        return replace(self, overall=5, promise=1, friendly=5)


@dataclass(frozen=True)
class Events:
    """Everything that was said of Lan in a month."""

    answers: tuple[Answered, ...]
    judged: tuple[int, int, int] | None


ANSWERS = st.builds(
    Answered,
    st.integers(1, 5),
    st.integers(0, 1),
    st.integers(1, 5),
    st.sampled_from([True, True, True, False]),
)
EVENTS = st.builds(
    Events,
    st.lists(ANSWERS, max_size=9).map(tuple),
    st.one_of(st.none(), st.tuples(*[st.integers(1, 4)] * 3)),
)


@pytest.fixture
def cast(schemes: None) -> Cast:
    return make_cast()


@contextmanager
def forgotten() -> Iterator[None]:
    """What is done inside is undone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def happen(cast: Cast, events: Events, month: Month, points: Sequence[Agency] | None = None) -> None:
    """Write the events; answers go round the desks of these agencies."""
    promise, _hours, friendly = items_of(cast.adoption)
    desks = [make_point(agency, f"quay{place}") for place, agency in enumerate(points or [cast.one_stop])]
    for place, one in enumerate(events.answers):
        answer(
            desks[place % len(desks)], [one.overall], month=month, verified=one.verified,
            posting=cast.lan_posting if one.verified else None,
            items={promise.pk: one.promise, friendly.pk: one.friendly},
        )  # fmt: skip
    if events.judged:
        judge(cast.lan_posting, cast.adoption, list(events.judged), cast.minh, month)


@dataclass(frozen=True)
class Outcome:
    """What the roll-up wrote."""

    checksum: dict[str, tuple[int, str]]
    persons: dict[int, tuple[Decimal | None, Decimal, str]]
    agencies: dict[int, tuple[Decimal | None, Decimal, str]]
    counts: dict[tuple[int, str], tuple[int, int]]

    def counts_of(self, agency: Agency) -> dict[str, tuple[int, int]]:
        return {name: pair for (pk, name), pair in self.counts.items() if pk == agency.pk}

    @property
    def scores(self) -> dict[tuple[str, int], Decimal]:
        found = {("person", pk): row[0] for pk, row in self.persons.items()}
        found |= {("agency", pk): row[0] for pk, row in self.agencies.items()}
        return {key: score for key, score in found.items() if score is not None}


def rolled_up(month: Month = OCTOBER) -> Outcome:
    roll_up(month)
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


def outcome(
    cast: Cast, events: Events, month: Month = OCTOBER, points: Sequence[Agency] | None = None
) -> Outcome:
    with forgotten():
        happen(cast, events, month, points)
        return rolled_up(month)


def never_lower(before: Outcome, after: Outcome) -> bool:
    return all(after.scores[key] >= score for key, score in before.scores.items())


@LAW
@given(events=EVENTS, seed=st.integers(0, 1000))
def test_order_does_not_matter_and_scores_stay_in_range(cast: Cast, events: Events, seed: int) -> None:
    found = outcome(cast, events)
    shuffled = list(events.answers)
    Random(seed).shuffle(shuffled)
    assert outcome(cast, replace(events, answers=tuple(shuffled))).checksum == found.checksum
    assert all(0 <= score <= 100 for score in found.scores.values())


@LAW
@given(events=EVENTS.filter(lambda one: bool(one.answers)), place=st.integers(0, 100))
def test_a_slip_turned_into_a_kept_event_lowers_nothing(cast: Cast, events: Events, place: int) -> None:
    place %= len(events.answers)
    flipped = [one.kept if at == place else one for at, one in enumerate(events.answers)]
    before, after = outcome(cast, events), outcome(cast, replace(events, answers=tuple(flipped)))
    assert never_lower(before, after)


@LAW
@given(events=EVENTS)
def test_a_kept_event_more_where_there_are_enough_lowers_nothing(cast: Cast, events: Events) -> None:
    enough = replace(events, answers=(*events.answers, *[Answered(3, 0, 3, verified=True)] * 5))
    more = replace(enough, answers=(*enough.answers, Answered(5, 1, 5, verified=True)))
    assert never_lower(outcome(cast, enough), outcome(cast, more))


@LAW
@given(events=EVENTS)
def test_an_empty_scope_changes_nothing_and_children_count_as_events(cast: Cast, events: Events) -> None:
    found = outcome(cast, events)
    with forgotten():
        make_agency("Phòng Trống", kind="department", parent=cast.commune)
        make_agency("Xã Trống", parent=cast.province)
        assert outcome(cast, events).checksum == found.checksum
    heard = [one.overall >= 4 for one in events.answers if one.verified]
    expected = (sum(heard), len(heard)) if heard else None
    for agency in (cast.one_stop, cast.commune, cast.province):
        assert found.counts.get((agency.pk, "satisfied")) == expected


@LAW
@given(events=EVENTS)
def test_an_agency_split_in_two_sums_up_to_the_same(cast: Cast, events: Events) -> None:
    whole = outcome(cast, events)
    parts = outcome(cast, events, points=[cast.one_stop, cast.department])
    for agency in (cast.commune, cast.province):
        of = [
            {name: pair for (pk, name), pair in one.counts.items() if pk == agency.pk}
            for one in (whole, parts)
        ]
        assert of[0] == of[1]
        assert whole.agencies.get(agency.pk) == parts.agencies.get(agency.pk)
    one_stop, department = (
        parts.counts.get((agency.pk, "satisfied"), (0, 0)) for agency in (cast.one_stop, cast.department)
    )
    summed = tuple(map(sum, zip(one_stop, department, strict=True)))
    assert summed == whole.counts.get((cast.one_stop.pk, "satisfied"), (0, 0))


@LAW
@given(events=EVENTS)
def test_events_of_another_month_give_the_results_of_that_month(cast: Cast, events: Events) -> None:
    now, then = outcome(cast, events, OCTOBER), outcome(cast, events, SEPTEMBER)
    assert (now.persons, now.agencies, now.counts) == (then.persons, then.agencies, then.counts)


@LAW
@given(events=EVENTS)
def test_replaying_all_events_gives_the_same_bytes(cast: Cast, events: Events) -> None:
    with forgotten():
        happen(cast, events, OCTOBER)
        first = rolled_up().checksum
        assert rolled_up().checksum == first
        for table in (PersonScore, AgencyScore, AgencyCount, RollUpChunk):
            table.objects.all().delete()
        assert rolled_up().checksum == first
