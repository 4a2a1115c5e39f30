"""What inspections say of people, and how it reaches their scores and those of their offices."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from conduct.oversight.models import CorrectiveAction, Finding, Inspection, InspectionLine
from conduct.scores.models import AgencyCount, AgencyScore, PersonScore
from conduct.scores.rules.evidence import Component, Source
from conduct.scores.rules.parts import office_from_data, person_from_data
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW
from tests.integration.scores.arrange import OCTOBER, items_of, judge, roll_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]


@pytest.fixture
def cast() -> Cast:
    """Lan works behind the scenes here, so that the supervisor alone is expected to speak."""
    found = make_cast()
    found.lan_posting.serves_citizens = False
    found.lan_posting.save()
    judge(found.lan_posting, found.adoption, [4, 4, 4], found.minh)
    return found


def examine(cast: Cast, on: date = DAY, *, place: int = 1, done: bool = True) -> InspectionLine:
    """Lan is examined on an item: the second one, unless told otherwise, can be judged so."""
    visit = Inspection.objects.create(
        agency=cast.one_stop, kind="weekly", on=on, subject="Giờ giấc", inspector=cast.phuong,
        done_at=NOW if done else None,
    )  # fmt: skip
    return InspectionLine.objects.create(
        inspection=visit, posting=cast.lan_posting, adoption=cast.adoption,
        item=items_of(cast.adoption)[place],
    )  # fmt: skip


def find(
    cast: Cast, line: InspectionLine, state: str = "confirmed", *, breach: bool = False, late: bool = False,
    counts_in: date = OCTOBER.first,
) -> Finding:  # fmt: skip
    decided = state in {"confirmed", "dropped"}
    return Finding.objects.create(
        line=line, state=state, text="Vắng mặt lúc 14 giờ", is_breach=breach, answer_by=DAY,
        decided_by=cast.phuong if decided else None, decided_at=NOW if decided else None,
        decision="Có mặt ở nơi khác" if decided else "", is_late=late,
        counts_in=counts_in if state == "confirmed" else None,
    )  # fmt: skip


def heard(cast: Cast) -> tuple[int, int] | None:
    """Judged and kept by inspection at the second item."""
    parts = person_from_data(PersonScore.objects.get(posting=cast.lan_posting).parts).items
    key = items_of(cast.adoption)[1].pk
    [item] = [part for part in parts if part.key == key]
    found = [(part.judged, part.kept) for part in item.sources if part.source is Source.INSPECTION]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([None], (1, 1)),
        ([None, None], (2, 2)),
        (["confirmed"], (1, 0)),
        (["dropped"], (1, 1)),
        (["waiting"], None),
        (["answered"], None),
        ([None, "confirmed", "waiting", "dropped"], (3, 2)),
    ],
)
def test_a_line_counts_unless_its_finding_waits(
    cast: Cast, states: list[str | None], expected: tuple[int, int] | None
) -> None:
    for state in states:
        line = examine(cast)
        if state:
            find(cast, line, state)
    roll_up()
    assert heard(cast) == expected


def test_a_visit_that_is_not_finished_or_of_another_month_does_not_count(cast: Cast) -> None:
    examine(cast, done=False)
    examine(cast, date(2026, 9, 30))
    roll_up()
    assert heard(cast) is None


def test_an_item_that_inspections_cannot_judge_hears_nothing_of_them(cast: Cast) -> None:
    examine(cast, place=0)
    roll_up()
    parts = person_from_data(PersonScore.objects.get(posting=cast.lan_posting).parts).items
    assert not [one for part in parts for one in part.sources if one.source is Source.INSPECTION]


def test_a_confirmed_finding_that_is_no_breach_lowers_the_score_and_caps_nothing(cast: Cast) -> None:
    find(cast, examine(cast))
    roll_up()
    score = PersonScore.objects.get(posting=cast.lan_posting)
    assert score.score == Decimal("86.67")  # (100 + (30 × 1 + 20 × 0) / 50 × 100 + 100) / 3
    assert not any(part.breach for part in person_from_data(score.parts).items)


def test_a_confirmed_breach_makes_the_item_zero_and_the_score_at_most_60(cast: Cast) -> None:
    find(cast, examine(cast), breach=True)
    roll_up()
    score = PersonScore.objects.get(posting=cast.lan_posting)
    parts = person_from_data(score.parts)
    assert (score.score, parts.mean) == (Decimal(60), Decimal("66.67"))
    assert [item.score for item in parts.items] == [100, 0, 100]
    breach = parts.items[1].breach
    assert breach is not None
    assert not breach.late


def test_a_breach_whose_month_was_closed_counts_in_the_month_of_the_confirmation_and_says_so(
    cast: Cast,
) -> None:
    find(cast, examine(cast, date(2026, 8, 14)), breach=True, late=True)
    roll_up(OCTOBER.plus(-2))
    roll_up()
    assert not PersonScore.objects.get(posting=cast.lan_posting, month=date(2026, 8, 1)).score
    score = PersonScore.objects.get(posting=cast.lan_posting, month=OCTOBER.first)
    assert score.score == 60
    breach = person_from_data(score.parts).items[1].breach
    assert breach is not None
    assert breach.late


@pytest.mark.parametrize("state", ["waiting", "answered", "dropped"])
def test_a_breach_that_is_not_confirmed_caps_nothing(cast: Cast, state: str) -> None:
    find(cast, examine(cast), state, breach=True)
    roll_up()
    assert PersonScore.objects.get(posting=cast.lan_posting).score == 100


def test_an_office_is_scored_by_its_breaches_per_hundred_postings(cast: Cast) -> None:
    find(cast, examine(cast), breach=True)
    examine(cast)
    roll_up()
    stored = AgencyCount.objects.get(agency=cast.commune, component="breaches")
    assert (stored.judged, stored.kept) == (2, 1), "lines examined, breaches among them"
    above = AgencyCount.objects.get(agency=cast.province, component="breaches")
    assert (above.judged, above.kept) == (2, 1)
    parts = office_from_data(AgencyScore.objects.get(agency=cast.commune).parts)
    [part] = [one for one in parts if one.component is Component.BREACHES]
    assert (part.judged, part.kept, part.points) == (4, 1, Decimal(0)), (
        "postings, breaches: 25 per 100 are too many"
    )


def test_where_nobody_inspected_breaches_prove_nothing(cast: Cast) -> None:
    roll_up()
    assert not AgencyCount.objects.filter(component__in=("breaches", "corrective")).exists()
    parts = office_from_data(AgencyScore.objects.get(agency=cast.commune).parts)
    assert not [one for one in parts if one.component is Component.BREACHES]


def test_where_somebody_inspected_and_found_nothing_no_breach_is_full_points(cast: Cast) -> None:
    examine(cast)
    roll_up()
    parts = office_from_data(AgencyScore.objects.get(agency=cast.commune).parts)
    [part] = [one for one in parts if one.component is Component.BREACHES]
    assert (part.judged, part.kept, part.points) == (4, 0, Decimal(100))


def test_corrective_actions_count_in_the_month_in_which_they_are_due(cast: Cast) -> None:
    finding = find(cast, examine(cast))

    def order(due_on: date, done_at: datetime | None = None) -> None:
        CorrectiveAction.objects.create(finding=finding, text="Sắp lịch trực", due_on=due_on, done_at=done_at)

    order(DAY - timedelta(days=5), NOW - timedelta(days=5))
    order(DAY - timedelta(days=5), NOW)
    order(DAY - timedelta(days=1))
    order(DAY + timedelta(days=3))
    order(date(2026, 9, 30), NOW)
    roll_up()
    stored = AgencyCount.objects.get(agency=cast.commune, component="corrective")
    assert (stored.judged, stored.kept) == (3, 1)
