"""Cases answered on time, by month and by the agency that has them."""

from datetime import date
from typing import Any

import pytest

from conduct.feedback.models import Case
from conduct.feedback.tallies.cases import tally_answered
from conduct.kernel.months import Month
from conduct.scores.models import AgencyCount
from tests.cast import Cast
from tests.factories import DAY, NOW
from tests.integration.feedback.arrange import received
from tests.integration.scores.arrange import OCTOBER, roll_up

LATE = date(2026, 10, 28)


def counted(cast: Cast, today: date = DAY, month: Month = OCTOBER) -> tuple[int, int]:
    rows = tally_answered([cast.commune.pk, cast.one_stop.pk], month, today)
    return (rows[0].judged, rows[0].kept) if rows else (0, 0)


def standing(cast: Cast, state: str, **fields: Any) -> None:
    """A case due on 27/10/2026 that stands so."""
    Case.objects.filter(pk=received(cast).pk).update(state=state, **fields)


@pytest.mark.parametrize(
    ("state", "fields", "today", "found"),
    [
        ("answered", {"closed_on": DAY}, DAY, (1, 1)),
        ("answered", {"closed_on": date(2026, 10, 27)}, DAY, (1, 1)),
        ("answered", {"closed_on": LATE}, LATE, (1, 0)),
        ("sorted", {}, DAY, (0, 0)),
        ("sorted", {}, date(2026, 10, 27), (0, 0)),
        ("new", {}, LATE, (1, 0)),
        # opened again: the first answer does not count any more
        ("assigned", {"answered_on": DAY, "reopened_on": DAY}, LATE, (1, 0)),
        ("forwarded", {"closed_on": LATE}, LATE, (0, 0)),
        ("merged", {"closed_on": LATE}, LATE, (0, 0)),
        ("closed", {"closed_on": LATE}, LATE, (0, 0)),
        ("answered", {"closed_on": DAY, "due_on": date(2026, 11, 1)}, DAY, (0, 0)),
        ("answered", {"closed_on": DAY, "due_on": date(2026, 9, 30)}, DAY, (0, 0)),
    ],
)
def test_a_case_counts_as_it_stands(
    cast: Cast, state: str, fields: dict[str, Any], today: date, found: tuple[int, int]
) -> None:
    standing(cast, state, **fields)
    assert counted(cast, today) == found


@pytest.mark.usefixtures("schemes")
def test_it_reaches_the_month_of_the_office_and_of_the_one_above(cast: Cast) -> None:
    standing(cast, "answered", closed_on=DAY)
    standing(cast, "answered", closed_on=LATE)
    standing(cast, "answered", closed_on=LATE, agency=cast.other_commune)
    roll_up()
    counts = AgencyCount.objects.filter(component="feedback", month=OCTOBER.first)
    assert {row.agency: (row.judged, row.kept) for row in counts} == {
        cast.commune: (2, 1),
        cast.other_commune: (1, 0),
        cast.province: (3, 1),
    }
    assert NOW.date() == DAY
