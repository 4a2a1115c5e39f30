"""Reform: months before the day belong to the old tree, months after it to the new one; totals agree."""

from datetime import date, timedelta

import pytest

from conduct.agencies.models import Agency, AgencyParent, Succession
from conduct.kernel.months import Month
from conduct.scores.models import AgencyCount, AgencyScore
from conduct.scores.services.why_office import around_in, below_in, months_before
from tests.cast import Cast, make_cast
from tests.factories import make_agency
from tests.integration.scores.arrange import OCTOBER, answer, make_point, roll_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]
SEPTEMBER, NOVEMBER = OCTOBER.previous(), OCTOBER.next()
STARTS = {"at the start of the month": date(2026, 10, 1), "in mid-month": date(2026, 10, 15)}


@pytest.fixture
def cast(schemes: None) -> Cast:
    return make_cast()


def end(agency: Agency, on: date) -> None:
    """The agency is gone from that day."""
    last = on - timedelta(days=1)
    AgencyParent.objects.filter(agency=agency, valid_to=None).update(valid_to=last)
    Agency.objects.filter(pk=agency.pk).update(valid_to=last)


def begin(name: str, cast: Cast, on: date) -> Agency:
    agency = make_agency(name)
    Agency.objects.filter(pk=agency.pk).update(valid_from=on)
    agency.refresh_from_db()
    AgencyParent.objects.create(agency=agency, parent=cast.province, valid_from=on)
    return agency


def voices(agency: Agency, month: Month) -> tuple[int, int] | None:
    return (
        AgencyCount.objects.filter(agency=agency, month=month.first, component="satisfied")
        .values_list("kept", "judged")
        .first()
    )


def total_of_children(cast: Cast, month: Month) -> tuple[int, int]:
    found = [voices(agency, month) or (0, 0) for agency in below_in(cast.province, month)]
    return sum(kept for kept, _ in found), sum(judged for _, judged in found)


@pytest.mark.parametrize("on", STARTS.values(), ids=STARTS)
def test_two_communes_that_merge_count_for_the_old_tree_before_and_the_new_one_after(
    cast: Cast, on: date
) -> None:
    old = [make_agency(f"Xã Cũ {number}", parent=cast.province) for number in (1, 2)]
    for number, agency in enumerate(old, 1):
        point = make_point(agency, f"cu{number}")
        answer(point, [5] * 4 + [2] * number, month=SEPTEMBER)
        if on.day > 1:  # what they were told before the day itself
            answer(point, [5, 1], month=OCTOBER)
        end(agency, on)
    new = begin("Xã Mới", cast, on)
    for agency in old:
        Succession.objects.create(predecessor=agency, successor=new, kind="merge", on=on, legal_act="NQ 1")
    point = make_point(new, "moi")
    answer(point, [4] * 6, month=OCTOBER)
    answer(point, [4] * 7, month=NOVEMBER)
    for month in (SEPTEMBER, OCTOBER, NOVEMBER):
        roll_up(month)
    told_before = [(1, 2), (1, 2)] if on.day > 1 else [None, None]
    assert [voices(agency, SEPTEMBER) for agency in (*old, new)] == [(4, 5), (4, 6), None]
    assert [voices(agency, OCTOBER) for agency in (*old, new)] == [*told_before, (6, 6)]
    assert [voices(agency, NOVEMBER) for agency in (*old, new)] == [None, None, (7, 7)]
    events = {SEPTEMBER: (8, 11), OCTOBER: (8, 10) if on.day > 1 else (6, 6), NOVEMBER: (7, 7)}
    for month, expected in events.items():
        assert voices(cast.province, month) == expected
        assert total_of_children(cast, month) == expected
    assert not AgencyScore.objects.filter(agency=new, month=SEPTEMBER.first).exists()
    assert not AgencyScore.objects.filter(agency__in=old, month=NOVEMBER.first).exists()
    shown = months_before(new, NOVEMBER, around_in(new, NOVEMBER), closed_only=False)
    row = {one.month: one for one in shown}
    assert [cut.predecessor for cut in row[OCTOBER].breaks] == old
    assert not row[SEPTEMBER].breaks
    assert row[SEPTEMBER].score is None


def test_a_commune_that_splits_leaves_the_parents_total_whole(cast: Cast) -> None:
    on = date(2026, 10, 1)
    old = make_agency("Xã Lớn", parent=cast.province)
    answer(make_point(old, "lon"), [5] * 9 + [1], month=SEPTEMBER)
    end(old, on)
    parts = [begin(f"Xã Nhỏ {number}", cast, on) for number in (1, 2)]
    for number, agency in enumerate(parts, 1):
        Succession.objects.create(
            predecessor=old, successor=agency, kind="split", is_whole=False, on=on, legal_act="NQ 2"
        )
        answer(make_point(agency, f"nho{number}"), [5] * 4 + [1], month=OCTOBER)
    for month in (SEPTEMBER, OCTOBER):
        roll_up(month)
    assert (voices(old, SEPTEMBER), voices(cast.province, SEPTEMBER)) == ((9, 10), (9, 10))
    assert [voices(agency, OCTOBER) for agency in (old, *parts)] == [None, (4, 5), (4, 5)]
    assert voices(cast.province, OCTOBER) == total_of_children(cast, OCTOBER) == (8, 10)


def test_rolling_up_an_old_month_again_after_the_reform_changes_nothing(cast: Cast) -> None:
    answer(make_point(cast.other_commune, "binh"), [5] * 6, month=SEPTEMBER)
    roll_up(SEPTEMBER)
    before = voices(cast.other_commune, SEPTEMBER), voices(cast.province, SEPTEMBER)
    end(cast.other_commune, date(2026, 10, 1))
    roll_up(SEPTEMBER)
    assert (voices(cast.other_commune, SEPTEMBER), voices(cast.province, SEPTEMBER)) == before
