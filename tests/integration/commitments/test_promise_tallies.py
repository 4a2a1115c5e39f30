"""Promises as a source of the score: which are counted, and which of them as kept."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conduct.agencies.models import Posting
from conduct.commitments.models import Promise
from conduct.commitments.tallies.promises import PromiseCount, tally_figures, tally_promises
from conduct.kernel.months import Month
from conduct.kernel.sealing import seal
from tests.cast import Cast
from tests.factories import NOW, make_posting, make_user
from tests.integration.commitments.promising import DUE, stored

OCTOBER = Month(2026, 10)
END = datetime(2026, 11, 1, tzinfo=UTC)


def counts(*postings: Posting, month: Month = OCTOBER, until: datetime = END) -> list[PromiseCount]:
    tz = timezone.get_default_timezone()
    return tally_promises([posting.pk for posting in postings], month, tz, until=until)


@pytest.mark.parametrize(
    ("outcome", "judged", "kept"),
    [("kept", 1, 1), ("kept_late", 1, 0), ("broken", 1, 0), ("open", 1, 0), ("withdrawn", 0, 0)],
)
def test_only_what_was_kept_in_time_counts_as_kept(cast: Cast, outcome: str, judged: int, kept: int) -> None:
    stored(cast.lan_posting, outcome)
    expected = [PromiseCount(cast.lan_posting.pk, judged, kept)] if judged else []
    assert counts(cast.lan_posting) == expected


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({"dossier_code": "H1.24"}, True),
        ({"dossier_code": "", "contact_sealed": seal("0900 000 000")}, True),
        ({"dossier_code": "", "name_sealed": seal("Cụ Tư")}, False),
        ({"dossier_code": ""}, False),
    ],
)
def test_a_promise_that_nobody_can_check_is_left_out(
    cast: Cast, fields: dict[str, Any], counted: bool
) -> None:
    stored(cast.lan_posting, **fields)
    assert bool(counts(cast.lan_posting)) is counted


def test_the_month_is_that_of_the_due_day_in_local_time(cast: Cast) -> None:
    last = datetime(2026, 10, 31, 16, 59, tzinfo=UTC)  # 23:59 in Hà Nội
    stored(cast.lan_posting, due_at=last)
    stored(cast.lan_posting, due_at=last + timedelta(minutes=1))
    stored(cast.lan_posting, "broken", due_at=datetime(2026, 9, 30, 17, 0, tzinfo=UTC))  # 1/10, 0:00
    assert counts(cast.lan_posting) == [PromiseCount(cast.lan_posting.pk, 2, 1)]
    assert counts(cast.lan_posting, month=OCTOBER.next()) == [PromiseCount(cast.lan_posting.pk, 1, 1)]


def test_an_open_promise_counts_once_its_time_has_passed(cast: Cast) -> None:
    stored(cast.lan_posting, "open")
    assert counts(cast.lan_posting, until=DUE) == []
    assert counts(cast.lan_posting, until=DUE + timedelta(minutes=1)) == [
        PromiseCount(cast.lan_posting.pk, 1, 0)
    ]


def test_each_posting_has_its_own_row_and_others_have_none(cast: Cast) -> None:
    stored(cast.lan_posting)
    stored(cast.minh_posting, "broken")
    stored(cast.hoa_posting)
    assert counts(cast.minh_posting, cast.lan_posting) == [
        PromiseCount(cast.lan_posting.pk, 1, 1),
        PromiseCount(cast.minh_posting.pk, 1, 0),
    ]
    assert counts() == []


@pytest.mark.parametrize("n", [2, 20])
def test_any_number_of_postings_takes_one_statement(cast: Cast, n: int) -> None:
    postings = [make_posting(make_user(), cast.one_stop) for _ in range(n)]
    for posting in postings:
        stored(posting)
    with CaptureQueriesContext(connection) as queries:
        assert len(counts(*postings)) == n
    assert len(queries) == 1


def test_the_figures_add_up_and_show_what_was_rewritten(cast: Cast) -> None:
    rows: list[tuple[str, dict[str, Any]]] = [
        ("kept", {}),
        ("kept", {}),
        ("kept_late", {}),
        ("broken", {"was_broken": True}),
        ("withdrawn", {}),
        ("withdrawn", {"was_broken": True}),
        ("open", {}),
        ("open", {"due_at": NOW + timedelta(days=1)}),
    ]
    for outcome, fields in rows:
        stored(cast.lan_posting, outcome, **{"due_at": NOW - timedelta(hours=1), **fields})
    figures = tally_figures(Promise.objects.all(), NOW)
    assert (figures.n_all, figures.n_judged, figures.n_kept, figures.n_kept_late) == (8, 5, 2, 1)
    assert (figures.n_broken, figures.n_overdue, figures.n_waiting, figures.n_withdrawn) == (1, 1, 1, 2)
    assert (figures.n_rewritten, figures.n_once_broken, figures.rewritten_share) == (1, 2, Fraction(1, 2))
    assert tally_figures(Promise.objects.none(), NOW).rewritten_share is None
