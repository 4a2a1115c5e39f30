"""Promises as a source of the score: which are counted, and which of them as kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conduct.agencies.models import Posting
from conduct.commitments.models import Promise
from conduct.commitments.tallies.promises import PromiseCount, tally_promises
from conduct.kernel.months import Month
from conduct.kernel.sealing import seal
from tests.cast import Cast
from tests.factories import make_posting, make_user

OCTOBER = Month(2026, 10)
DUE = datetime(2026, 10, 15, 3, 0, tzinfo=UTC)
END = datetime(2026, 11, 1, tzinfo=UTC)


def promise(posting: Posting, outcome: str = "kept", due_at: datetime = DUE, **fields: Any) -> Promise:
    values: dict[str, Any] = {"dossier_code": "H1.24", "apology": "Xin lỗi" if outcome == "broken" else ""}
    ended_at = None if outcome == "open" else due_at
    return Promise.objects.create(
        posting=posting, what="Trả bản sao", made_at=due_at - timedelta(days=2), due_at=due_at,
        outcome=outcome, ended_at=ended_at, **{**values, **fields},
    )  # fmt: skip


def counts(*postings: Posting, month: Month = OCTOBER, until: datetime = END) -> list[PromiseCount]:
    tz = timezone.get_default_timezone()
    return tally_promises([posting.pk for posting in postings], month, tz, until=until)


@pytest.mark.parametrize(
    ("outcome", "judged", "kept"),
    [("kept", 1, 1), ("kept_late", 1, 0), ("broken", 1, 0), ("open", 1, 0), ("withdrawn", 0, 0)],
)
def test_only_what_was_kept_in_time_counts_as_kept(cast: Cast, outcome: str, judged: int, kept: int) -> None:
    promise(cast.lan_posting, outcome)
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
    promise(cast.lan_posting, **fields)
    assert bool(counts(cast.lan_posting)) is counted


def test_the_month_is_that_of_the_due_day_in_local_time(cast: Cast) -> None:
    last = datetime(2026, 10, 31, 16, 59, tzinfo=UTC)  # 23:59 in Hà Nội
    promise(cast.lan_posting, due_at=last)
    promise(cast.lan_posting, due_at=last + timedelta(minutes=1))
    promise(cast.lan_posting, "broken", due_at=datetime(2026, 9, 30, 17, 0, tzinfo=UTC))  # 1/10, 0:00
    assert counts(cast.lan_posting) == [PromiseCount(cast.lan_posting.pk, 2, 1)]
    assert counts(cast.lan_posting, month=OCTOBER.next()) == [PromiseCount(cast.lan_posting.pk, 1, 1)]


def test_an_open_promise_counts_once_its_time_has_passed(cast: Cast) -> None:
    promise(cast.lan_posting, "open")
    assert counts(cast.lan_posting, until=DUE) == []
    assert counts(cast.lan_posting, until=DUE + timedelta(minutes=1)) == [
        PromiseCount(cast.lan_posting.pk, 1, 0)
    ]


def test_each_posting_has_its_own_row_and_others_have_none(cast: Cast) -> None:
    promise(cast.lan_posting)
    promise(cast.minh_posting, "broken")
    promise(cast.hoa_posting)
    assert counts(cast.minh_posting, cast.lan_posting) == [
        PromiseCount(cast.lan_posting.pk, 1, 1),
        PromiseCount(cast.minh_posting.pk, 1, 0),
    ]
    assert counts() == []


@pytest.mark.parametrize("n", [2, 20])
def test_any_number_of_postings_takes_one_statement(cast: Cast, n: int) -> None:
    postings = [make_posting(make_user(), cast.one_stop) for _ in range(n)]
    for posting in postings:
        promise(posting)
    with CaptureQueriesContext(connection) as queries:
        assert len(counts(*postings)) == n
    assert len(queries) == 1
