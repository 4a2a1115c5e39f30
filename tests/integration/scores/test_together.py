"""Offices beside each other are worked on in one transaction, and it shows nowhere but on the clock."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conduct.agencies.models import AgencyParent
from conduct.kernel.months import Month
from conduct.scores.models import RollUpChunk
from conduct.scores.services import computing, evidence
from conduct.scores.services.rollup import ask_for_roll_up, run_chunk, run_chunks
from tests.cast import Cast, make_cast
from tests.factories import NOW, make_agency, make_posting, make_user
from tests.integration.scores.arrange import OCTOBER, answer, chunk_of, fill, judge
from tests.integration.scores.checksum import checksum

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]
LEASE = timedelta(minutes=2)


@pytest.fixture
def cast() -> Cast:
    found = make_cast()
    point = fill(found)
    judge(found.hoa_posting, found.adoption, [4, 3, 4], found.phuong)
    answer(point, [1, 1], posting=found.hoa_posting)  # at a desk of an office where she does not serve
    ask_for_roll_up(month=OCTOBER)
    return found


def together(cast: Cast) -> int:
    return run_chunks(chunk_id=chunk_of(cast.commune).pk, worker="w", lease=LEASE, now=NOW)


def finished() -> set[int]:
    return set(RollUpChunk.objects.filter(finished_from__isnull=False).values_list("agency_id", flat=True))


def test_what_is_ready_beside_a_chunk_is_done_with_it(cast: Cast) -> None:
    assert together(cast) == 2
    assert finished() == {cast.commune.pk, cast.other_commune.pk}


def test_together_or_one_by_one_the_tables_are_the_same(cast: Cast) -> None:
    together(cast)
    expected = checksum()
    ask_for_roll_up(month=OCTOBER)
    for office in (cast.other_commune, cast.commune):
        assert run_chunk(chunk_id=chunk_of(office).pk, worker="w", lease=LEASE, now=NOW)
    assert checksum() == expected


def test_a_chunk_that_somebody_waits_for_is_done_alone(cast: Cast) -> None:
    RollUpChunk.objects.filter(agency=cast.commune).update(is_prompt=True)
    assert together(cast) == 1
    assert finished() == {cast.commune.pk}


def test_what_another_worker_holds_is_left_to_it(cast: Cast) -> None:
    RollUpChunk.objects.filter(agency=cast.other_commune).update(lease_until=NOW + LEASE)
    assert together(cast) == 1


def test_one_that_fails_holds_back_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real = evidence.gather_offices

    def fail_in_the_commune(office_ids: list[int], month: Month, **asked: Any) -> object:
        if cast.commune.pk in office_ids:
            raise RuntimeError("disk full")
        return real(office_ids, month, **asked)

    monkeypatch.setattr(computing, "gather_offices", fail_in_the_commune)
    with pytest.raises(RuntimeError, match="disk full"):
        together(cast)
    assert finished() == {cast.other_commune.pk}
    assert chunk_of(cast.commune).error == "RuntimeError: disk full"
    assert chunk_of(cast.other_commune).error == ""


def test_more_offices_take_no_more_statements(cast: Cast) -> None:
    def statements() -> int:
        ask_for_roll_up(month=OCTOBER)
        with CaptureQueriesContext(connection) as captured:
            together(cast)
        return len(captured)

    few = statements()
    for _ in range(3):
        commune = make_agency(parent=cast.province)
        make_posting(make_user(), commune)
    assert AgencyParent.objects.filter(parent=cast.province).count() == 5
    assert statements() == few
