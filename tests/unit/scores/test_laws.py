"""The laws of scoring (design 5.5) as properties: order, range, flip, add, empty scope, children = events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from conduct.scores.rules.evidence import (
    OFFICER_LINE,
    Breach,
    Component,
    Count,
    Line,
    Occurrences,
    Person,
    Source,
    total,
)
from conduct.scores.rules.office import score_office
from conduct.scores.rules.person import PersonResult, score_person
from conduct.scores.rules.scheme import ComponentRule, Scheme, SourceRule
from tests.unit.scores.schemes import plain

# A busy machine must not make a law fail.
LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
SCORED = [Source.CITIZEN, Source.SUPERVISOR, Source.INSPECTION, Source.PROMISE]
HUNDREDTHS = st.integers(0, 100).map(lambda n: Decimal(n) / 100)
COUNTS = st.integers(0, 12).flatmap(lambda n: st.builds(Count, st.just(n), st.integers(0, n)))
RULES = st.builds(
    SourceRule,
    weight=st.integers(0, 50).map(Decimal),
    k=st.sampled_from([Decimal(0), Decimal(0), Decimal("0.5"), Decimal(5)]),
    p=HUNDREDTHS,
    minimum=st.integers(1, 6),
    pool_months=st.integers(0, 2),
)


@dataclass
class Case:
    """One posting's month, whole."""

    scheme: Scheme
    person: Person
    lines: list[Line]
    evidence: dict[tuple[int, Source], Sequence[Count]]
    breaches: Mapping[int, Breach]

    def score(self) -> PersonResult:
        return score_person(self.scheme, self.person, self.lines, self.evidence, self.breaches)

    def changed(self, key: tuple[int, Source], month: int, count: Count) -> "Case":
        months = list(self.evidence[key])
        months[month] = count
        return replace(self, evidence=self.evidence | {key: months})


@st.composite
def cases(draw: st.DrawFn) -> Case:
    scheme = replace(
        plain(),
        sources={source: draw(RULES) for source in SCORED},
        coverage_floor=draw(st.sampled_from([Decimal(0), Decimal("0.3"), Decimal("0.6"), Decimal(1)])),
        officer_emphasis=draw(st.integers(1, 3)),
        breach_cap=Decimal(draw(st.integers(0, 100))),
    )
    some = st.frozensets(st.sampled_from([*SCORED, Source.SELF]), min_size=1)
    lines = [Line(key, draw(st.integers(1, 3)), draw(some)) for key in range(1, draw(st.integers(1, 5)) + 1)]
    keys = [(line.key, source) for line in lines for source in line.sources] + [
        (OFFICER_LINE, Source.CITIZEN)
    ]
    filled = draw(st.lists(st.sampled_from(keys), unique=True))
    evidence: dict[tuple[int, Source], Sequence[Count]] = {
        key: draw(st.lists(COUNTS, min_size=1, max_size=3)) for key in filled
    }
    broken = draw(st.sets(st.sampled_from([line.key for line in lines]), max_size=1))
    person = Person(draw(st.booleans()), draw(st.sampled_from([9, 10, 22])))
    return Case(scheme, person, lines, evidence, {key: Breach() for key in broken})


def not_lower(before: PersonResult, after: PersonResult) -> None:
    assert after.state == before.state
    if before.score is not None and after.score is not None:
        assert after.score >= before.score
    for old, new in zip(before.items, after.items, strict=True):
        if old.score is not None and new.score is not None:
            assert new.score >= old.score


@LAW
@given(cases())
def test_a_score_stays_within_0_and_100_and_its_ledger_adds_up(case: Case) -> None:
    result = case.score()
    assert 0 <= result.coverage <= 1
    if result.score is None or result.mean is None:
        assert result.band == ""
        return
    assert 0 <= result.score <= result.mean <= 100
    assert result.score == result.score.quantize(Decimal("0.01"))
    assert sum(item.earned for item in result.items) == result.mean
    assert sum(item.lost for item in result.items) == 100 - result.mean
    assert all(item.earned >= 0 and item.lost >= 0 for item in result.items)


@LAW
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(case: Case, random: Random) -> None:
    evidence = list(case.evidence.items())
    lines = list(case.lines)
    random.shuffle(evidence)
    random.shuffle(lines)
    other = replace(case, lines=lines, evidence=dict(evidence)).score()
    mine = case.score()
    assert (other.state, other.score, other.band, other.coverage) == (
        mine.state,
        mine.score,
        mine.band,
        mine.coverage,
    )


@LAW
@given(cases(), st.data())
def test_flip_a_slipped_event_turned_kept_never_lowers_a_score(case: Case, data: st.DataObject) -> None:
    slipped = [
        (key, month)
        for key, months in case.evidence.items()
        for month, count in enumerate(months)
        if count.kept < count.judged
    ]
    assume(slipped)
    key, month = data.draw(st.sampled_from(slipped))
    count = case.evidence[key][month]
    not_lower(case.score(), case.changed(key, month, Count(count.judged, count.kept + 1)).score())


@LAW
@given(cases(), st.data())
def test_add_a_kept_event_at_the_minimum_never_lowers_a_score(case: Case, data: st.DataObject) -> None:
    ready = [
        key for key, months in case.evidence.items()
        if key[1] in case.scheme.sources and months[0].judged >= case.scheme.sources[key[1]].minimum
    ]  # fmt: skip
    assume(ready)
    key = data.draw(st.sampled_from(ready))
    count = case.evidence[key][0]
    not_lower(case.score(), case.changed(key, 0, Count(count.judged + 1, count.kept + 1)).score())


@LAW
@given(cases())
def test_a_breach_never_raises_a_score(case: Case) -> None:
    without = replace(case, breaches={}).score()
    held = case.score()
    if without.score is not None and held.score is not None:
        assert held.score <= without.score


OFFICES = st.dictionaries(
    st.sampled_from([part for part in Component if part is not Component.BREACHES]), COUNTS
)
SCHEMES = st.fixed_dictionaries(
    {
        part: st.builds(ComponentRule, st.integers(0, 50).map(Decimal), st.integers(1, 6), st.booleans())
        for part in Component
    }
).map(lambda components: replace(plain(), components=components))
BREACHES = st.none() | st.builds(Occurrences, st.integers(0, 20), st.integers(0, 200))


@LAW
@given(SCHEMES, OFFICES, st.booleans(), BREACHES, st.data())
def test_office_flip_add_and_range(
    scheme: Scheme,
    counts: dict[Component, Count],
    serves: bool,
    breaches: Occurrences | None,
    data: st.DataObject,
) -> None:
    before = score_office(scheme, counts, serves_citizens=serves, breaches=breaches)
    if before.score is not None:
        assert 0 <= before.score <= 100
        assert sum(part.earned for part in before.parts) == before.score
    better = dict(counts)
    for part in counts:
        count = counts[part]
        if count.kept < count.judged and data.draw(st.booleans()):
            better[part] = Count(count.judged, count.kept + 1)
        elif count.judged >= scheme.components[part].minimum:
            better[part] = Count(count.judged + 1, count.kept + 1)
    fewer = breaches and Occurrences(max(0, breaches.confirmed - 1), breaches.postings)
    after = score_office(scheme, better, serves_citizens=serves, breaches=fewer)
    assert after.state == before.state
    if before.score is not None and after.score is not None:
        assert after.score >= before.score


@LAW
@given(OFFICES, st.booleans())
def test_an_empty_scope_changes_nothing(counts: dict[Component, Count], serves: bool) -> None:
    with_empty: dict[Component, Count] = {
        part: counts.get(part, Count()) + Count() for part in Component if part is not Component.BREACHES
    }
    assert score_office(
        plain(), with_empty, serves_citizens=serves, breaches=Occurrences(0, 0)
    ) == score_office(plain(), counts, serves_citizens=serves)


@LAW
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans())))
def test_counts_from_children_equal_counts_from_events(events: list[tuple[int, bool]]) -> None:
    children = [total(Count(1, int(kept)) for at, kept in events if at == child) for child in range(5)]
    assert total(children) == total(Count(1, int(kept)) for _, kept in events)
