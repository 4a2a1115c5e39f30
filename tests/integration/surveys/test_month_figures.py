"""What the roll-up stores of citizens' answers is what counting gives, and large trees are read so."""

import pytest
from django.db import connection
from django.utils import timezone

from conduct.agencies.models import Agency
from conduct.kernel.months import Month
from conduct.scores.services.computing import roll_up_offices
from surveys.models import MonthCount, MonthFigure, Response, SetAside
from surveys.tallies import monthly
from surveys.tallies.figures import Rate, tally_further, tally_marks, tally_mix, tally_overall, tally_rates
from surveys.tallies.monthly import WHOLE, Asked, Dimension
from tests.cast import Cast, make_cast
from tests.integration.reports.arrange import answer, ask_about_payment, make_point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes", "questionnaires")]
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def asked_of(*agencies: Agency) -> Asked:
    return Asked({month: {one.pk: 7 for one in agencies} for month in (SEPTEMBER, OCTOBER)})


def everything(asked: Asked) -> list[list[object]]:
    """All that is read of citizens' answers."""
    return [
        list(tally_marks(asked, list(Dimension))),
        list(tally_overall(asked, [Dimension.DESK])),
        list(tally_mix(asked)),
        list(tally_further(asked)),
        sorted(tally_rates(asked), key=str),
    ]


def given(cast: Cast) -> None:
    """Two desks, two months, forms with and without factors, further answers and forms set aside."""
    ask_about_payment()
    first, second = make_point(cast.one_stop), make_point(cast.department)
    answer(first, SEPTEMBER, 5, 5, 4, 2, factors=(4, 3, None, 5, 1))
    answer(first, OCTOBER, *[5] * 7, 1, 3, respondent="business")
    answer(second, OCTOBER, 4, 4, 1, others=(1, 0), group="Hộ tịch")
    answer(first, OCTOBER, 1, channel="kiosk", set_aside="burst")


def store(cast: Cast) -> None:
    for month in (SEPTEMBER, OCTOBER):
        roll_up_offices([cast.commune.pk], month, timezone.now())


def read_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monthly, "COUNTED_NOW", 0)


def n_overall(asked: Asked) -> int:
    return sum(one.share.judged for one in tally_overall(asked) if one.by == WHOLE)


def test_what_is_stored_is_what_counting_gives(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    given(cast)
    asked = asked_of(cast.commune, cast.one_stop, cast.department)
    counted = everything(asked)
    assert [bool(one) for one in counted] == [True] * 5
    assert Rate("burst", OCTOBER.first, 0, 1) in counted[-1]
    store(cast)
    read_stored(monkeypatch)
    assert everything(asked) == counted


def test_a_large_tree_is_read_as_the_roll_up_left_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    given(cast)
    store(cast)
    asked = asked_of(cast.one_stop)
    before = everything(asked)
    answer(make_point(cast.one_stop, "Quầy thứ hai"), OCTOBER, 1, 1)
    assert n_overall(asked) == 15  # a small one is counted as it stands
    read_stored(monkeypatch)
    assert everything(asked) == before
    store(cast)
    assert n_overall(asked) == 15


def test_in_a_large_tree_what_was_never_rolled_up_is_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(cast)
    answer(make_point(cast.one_stop), OCTOBER, 5)
    answer(make_point(cast.other_commune), OCTOBER, 5, 5)
    read_stored(monkeypatch)
    assert n_overall(asked_of(cast.one_stop, cast.other_commune)) == 2


def test_a_month_without_answers_is_stored_as_such(cast: Cast) -> None:
    store(cast)
    rows = MonthFigure.objects.filter(agency=cast.commune, month=OCTOBER.first)
    assert [(row.by, row.m5, row.clusters) for row in rows] == [("", [0] * 6, [0] * 6)]


def test_a_second_roll_up_touches_no_row_and_removes_what_no_longer_counts(cast: Cast) -> None:
    given(cast)
    store(cast)
    stored = [versions("monthfigure"), versions("monthcount")]
    store(cast)
    assert [versions("monthfigure"), versions("monthcount")] == stored
    assert MonthFigure.objects.filter(by="respondent", value="business").exists()
    for response in Response.objects.filter(respondent="business"):
        SetAside.objects.create(response=response, reason=SetAside.Reason.SPEED)
    store(cast)
    assert not MonthFigure.objects.filter(by="respondent", value="business").exists()
    assert MonthCount.objects.get(kind="aside", value="speed").n == 9
    SetAside.objects.filter(reason="speed").update(reinstated_at=timezone.now(), reinstated_by=cast.khoi)
    store(cast)
    assert not MonthCount.objects.filter(kind="aside", value="speed").exists()


def versions(table: str) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, xmin::text FROM surveys_{table} ORDER BY id")
        return [(row_id, version) for row_id, version in cursor.fetchall()]
