"""The roll-up: new, dirty, again, vanished input, closed period. Others are in test_workers.py."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conduct.agencies.models import Agency, AgencyParent, Period
from conduct.audit.models import AuditEvent
from conduct.judgements.models import Judgement, JudgementSheet
from conduct.kernel.months import Month
from conduct.scores.models import AgencyCount, AgencyScore, PersonScore, RollUpChunk
from conduct.scores.rules.parts import person_from_data
from conduct.scores.services import computing, evidence
from conduct.scores.services.rollup import ask_for_open_months, ask_for_roll_up, claim_chunk, run_chunk
from conduct.scores.services.schemes import NoScheme
from conduct.scores.tallies import tally_ready_chunks
from surveys.models import Response, Stratum
from tests.cast import Cast, make_cast
from tests.factories import NOW, adopt, make_agency, make_posting, make_user, make_version
from tests.integration.scores.arrange import (
    OCTOBER,
    answer,
    chunk_of,
    closing,
    fill,
    judge,
    make_point,
    make_questionnaire,
    roll_up,
    work,
)
from tests.integration.scores.checksum import checksum

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def counts(agency: Agency, month: Month = OCTOBER) -> dict[str, tuple[int, int]]:
    """(kept, judged) by component."""
    rows = AgencyCount.objects.filter(agency=agency, month=month.first)
    return {row.component: (row.kept, row.judged) for row in rows}


def row_versions() -> list[tuple[int, str]]:
    """Which transaction wrote each score."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text FROM scores_personscore ORDER BY id")
        return [(pk, version) for pk, version in cursor.fetchall()]


def test_new_evidence_becomes_a_score_with_its_parts(cast: Cast) -> None:
    fill(cast)
    roll_up()
    lan = PersonScore.objects.get(posting=cast.lan_posting)
    # Promise and friendliness: citizens (8 + 5 × 0.84) / 15 = 81.33 × 40, supervisor 100 × 30; hours 75;
    # the officer's line 81.33, stressed twice: (89.33 + 75 + 89.33 + 2 × 81.33) / 5 = 83.2666…
    assert (lan.state, lan.score, lan.band, lan.is_pooled) == ("scored", Decimal("83.27"), "meets", False)
    assert [(item.emphasis, str(item.score)) for item in person_from_data(lan.parts).items] == [
        (1, "89.33"), (1, "75.00"), (1, "89.33"), (2, "81.33"),
    ]  # fmt: skip
    assert lan.office == cast.commune


def test_who_was_not_judged_has_a_state_and_no_score(cast: Cast) -> None:
    fill(cast)
    roll_up()
    minh = PersonScore.objects.get(posting=cast.minh_posting)
    assert (minh.state, minh.score, minh.band) == ("insufficient", None, "")


def test_counts_add_up_the_tree(cast: Cast) -> None:
    point = make_point(cast.other_commune, "ban-hai")
    answer(point, [5, 5, 1])
    fill(cast)
    roll_up()
    assert counts(cast.one_stop) == {
        "conduct": (27, 32), "satisfied": (8, 10), "open": (2, 4), "signing": (2, 2), "postings": (1, 2),
    }  # fmt: skip
    assert counts(cast.commune)["satisfied"] == (8, 10)
    assert counts(cast.commune)["signing"] == (2, 4)
    assert counts(cast.department) == {"signing": (0, 1), "postings": (0, 1)}
    assert counts(cast.province)["satisfied"] == (10, 13)
    assert counts(cast.province)["postings"] == (1, 6)


def test_sums_over_desk_days_add_up_the_tree(cast: Cast) -> None:
    answer(make_point(cast.other_commune, "ban-hai"), [5, 5, 1])
    answer(make_point(cast.one_stop, "ban-ba"), [5, 5, 5, 1], clusters=2)
    roll_up()
    row = AgencyCount.objects.get(agency=cast.province, component="satisfied")
    assert (row.clusters, row.nn, row.nk, row.kk) == (3, 9 + 4 + 4, 6 + 4 + 2, 4 + 4 + 1)


def test_an_office_is_scored_by_its_components(cast: Cast) -> None:
    fill(cast)
    roll_up()
    office = AgencyScore.objects.get(agency=cast.commune)
    # (35 × 80 + 20 × 27/32 × 100 + 10 × 50) / 65
    assert (office.score, office.band, office.n_postings) == (Decimal("76.73"), "meets", 4)
    assert AgencyScore.objects.get(agency=cast.department).score is None


def test_open_answers_change_no_person_and_no_office_score(cast: Cast) -> None:
    point = fill(cast)
    roll_up()
    before = checksum()["scores_personscore"], AgencyScore.objects.get(agency=cast.commune).score
    answer(point, [1] * 50, verified=False)
    roll_up()
    assert (checksum()["scores_personscore"], AgencyScore.objects.get(agency=cast.commune).score) == before
    assert counts(cast.commune)["open"] == (2, 54)


def test_again_changes_nothing_and_writes_nothing(cast: Cast) -> None:
    fill(cast)
    roll_up()
    before = checksum()
    versions = list(
        PersonScore.objects.order_by("pk").extra(select={"x": "xmin::text"}).values_list("pk", "x")
    )
    assert roll_up() == 3
    assert checksum() == before
    assert versions == list(
        PersonScore.objects.order_by("pk").extra(select={"x": "xmin::text"}).values_list("pk", "x")
    )


def test_dirty_rows_are_put_right(cast: Cast) -> None:
    fill(cast)
    roll_up()
    before = checksum()
    PersonScore.objects.update(score=None, state="insufficient", parts={})
    AgencyCount.objects.update(kept=0)
    AgencyScore.objects.filter(agency=cast.commune).delete()
    roll_up()
    assert checksum() == before


def test_changed_evidence_changes_the_score(cast: Cast) -> None:
    fill(cast)
    roll_up()
    Judgement.objects.filter(sheet__posting=cast.lan_posting).update(value=4)
    roll_up()
    assert PersonScore.objects.get(posting=cast.lan_posting).score == Decimal("88.27")


def test_rows_whose_input_vanished_are_deleted(cast: Cast) -> None:
    fill(cast)
    roll_up()
    cast.adoption.valid_to = date(2026, 9, 30)
    cast.adoption.save()
    roll_up()
    assert not PersonScore.objects.exists()
    assert "conduct" not in counts(cast.commune)


def test_a_closed_month_is_left_alone(cast: Cast) -> None:
    fill(cast)
    roll_up()
    before = checksum()
    Period.objects.create(office=cast.commune, month=OCTOBER.first, state="closed", closed_at=NOW)
    Judgement.objects.update(value=0, reason="x")
    chunk = chunk_of(cast.commune)
    RollUpChunk.objects.filter(pk=chunk.pk).update(requested_at=chunk.requested_at + timedelta(seconds=1))
    assert work() == 1
    assert checksum() == before
    assert not ask_for_roll_up(month=OCTOBER, roots=[cast.commune.pk])


def test_the_final_roll_up_closes_the_month_and_says_so(cast: Cast) -> None:
    fill(cast)
    period = closing(cast.commune)
    roll_up()
    period.refresh_from_db()
    assert period.state == "closed"
    event = AuditEvent.objects.get(act="scores.close_month")
    assert (event.agency_name, event.actor_id, event.data["month"]) == ("Xã An Thuận", None, "2026-10")


def test_a_failed_final_roll_up_leaves_the_month_closing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    period = closing(cast.commune)
    ask_for_roll_up(month=OCTOBER, roots=[cast.commune.pk])

    def refuse(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("conduct.scores.services.rollup.record", refuse)
    with pytest.raises(RuntimeError):
        run_chunk(chunk_id=chunk_of(cast.commune).pk, worker="w", lease=timedelta(minutes=2), now=NOW)
    period.refresh_from_db()
    assert period.state == "closing"
    assert not PersonScore.objects.exists()
    chunk = chunk_of(cast.commune)
    assert (chunk.error, chunk.finished_from, chunk.claimed_by) == ("RuntimeError: no audit", None, "w")


def test_citizens_are_pooled_with_two_months_before(cast: Cast) -> None:
    point = make_point(cast.one_stop)
    judge(cast.lan_posting, cast.adoption, [4, 4, 4], cast.minh)
    for month, marks in (
        (OCTOBER, [5, 5]),
        (Month(2026, 9), [5, 1]),
        (Month(2026, 8), [4]),
        (Month(2026, 7), [1] * 9),
    ):
        answer(point, marks, posting=cast.lan_posting, month=month)
    roll_up()
    lan = PersonScore.objects.get(posting=cast.lan_posting)
    officer = person_from_data(lan.parts).items[-1].sources[0]
    assert (officer.judged, officer.kept, officer.months) == (5, 4, 3)
    assert lan.is_pooled
    assert counts(cast.one_stop)["satisfied"] == (2, 2)


def test_a_marks_kept_answers_come_from_the_questionnaire(cast: Cast) -> None:
    point = make_point(cast.one_stop)
    make_questionnaire(kept=(3, 4, 5))
    answer(point, [3] * 6, posting=cast.lan_posting)
    roll_up()
    officer = person_from_data(PersonScore.objects.get(posting=cast.lan_posting).parts).items[-1].sources[0]
    assert (officer.kept, officer.judged) == (6, 6)


def test_fewer_than_ten_working_days_are_not_considered(cast: Cast) -> None:
    cast.lan_posting.ends_on = date(2026, 10, 14)  # nine working days after 1/10
    cast.lan_posting.starts_on = date(2026, 10, 2)
    cast.lan_posting.save()
    judge(cast.lan_posting, cast.adoption, [4, 4, 4], cast.minh)
    roll_up()
    assert PersonScore.objects.get(posting=cast.lan_posting).state == "not_considered"


def test_the_nearest_adoption_of_a_version_counts(cast: Cast) -> None:
    own = adopt(cast.one_stop, cast.adoption.version)
    roll_up()
    assert PersonScore.objects.get(posting=cast.lan_posting).adoption == own
    assert PersonScore.objects.get(posting=cast.tam_posting).adoption == cast.adoption


def test_a_provinces_adoption_reaches_its_communes(cast: Cast) -> None:
    adoption = adopt(cast.province, make_version(name="4 xin, 4 luôn"))
    roll_up()
    assert PersonScore.objects.filter(adoption=adoption).count() == 6
    assert PersonScore.objects.filter(posting=cast.lan_posting).count() == 2


def test_a_month_has_the_tree_of_that_month(cast: Cast) -> None:
    """Bình Lâm moved to another province in November: October's counts stay where they were."""
    other = make_agency("Tỉnh khác", kind="province")
    link = AgencyParent.objects.get(agency=cast.other_commune)
    link.valid_to = OCTOBER.last
    link.save()
    AgencyParent.objects.create(agency=cast.other_commune, parent=other, valid_from=date(2026, 11, 1))
    answer(make_point(cast.other_commune), [5] * 6)
    answer(make_point(cast.one_stop, "khac"), [5] * 7, month=Month(2026, 11))
    roll_up()
    roll_up(Month(2026, 11))
    assert counts(cast.province)["satisfied"] == (6, 6)
    assert "satisfied" not in counts(other)
    assert counts(other, Month(2026, 11)) == {"postings": (0, 1)}


def test_a_merged_office_keeps_its_last_month(cast: Cast) -> None:
    cast.other_commune.valid_to = date(2026, 10, 15)
    cast.other_commune.save()
    AgencyParent.objects.filter(agency=cast.other_commune).update(valid_to=date(2026, 10, 15))
    answer(make_point(cast.other_commune), [5] * 6)
    roll_up()
    assert counts(cast.province)["satisfied"] == (6, 6)
    ask_for_roll_up(month=Month(2026, 11))
    assert not RollUpChunk.objects.filter(agency=cast.other_commune, month=date(2026, 11, 1)).exists()


def test_an_empty_office_changes_nothing(cast: Cast) -> None:
    fill(cast)
    roll_up()
    before = checksum()
    make_agency("Xã Trống", parent=cast.province)
    roll_up()
    assert checksum() == before


def test_children_come_before_their_province(cast: Cast) -> None:
    ask_for_roll_up(month=OCTOBER)
    assert chunk_of(cast.province).pk not in tally_ready_chunks(NOW, limit=9)
    for office in (cast.commune, cast.other_commune):
        run_chunk(chunk_id=chunk_of(office).pk, worker="w", lease=timedelta(minutes=2), now=NOW)
    assert tally_ready_chunks(NOW, limit=9) == [chunk_of(cast.province).pk]


def test_a_changed_office_makes_its_province_due_again(cast: Cast) -> None:
    point = fill(cast)
    roll_up()
    answer(point, [5])
    ask_for_roll_up(month=OCTOBER, roots=[cast.one_stop.pk, cast.commune.pk])
    assert work() == 2
    assert counts(cast.province)["satisfied"] == (9, 11)


def test_a_chunk_is_claimed_once_until_its_lease_ends(cast: Cast) -> None:
    ask_for_roll_up(month=OCTOBER)
    pk, lease = chunk_of(cast.commune).pk, timedelta(seconds=120)
    assert claim_chunk(chunk_id=pk, worker="one", lease=lease, now=NOW)
    assert not claim_chunk(chunk_id=pk, worker="two", lease=lease, now=NOW + timedelta(seconds=119))
    assert pk not in tally_ready_chunks(NOW + timedelta(seconds=119), limit=9)
    assert pk in tally_ready_chunks(NOW + timedelta(seconds=121), limit=9)
    assert claim_chunk(chunk_id=pk, worker="two", lease=lease, now=NOW + timedelta(seconds=121))


def test_a_request_during_a_run_is_not_lost(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real = evidence.gather_offices

    def gather_and_ask(*args: object, **options: object) -> object:
        result = real(*args, **options)  # type: ignore[arg-type]
        ask_for_roll_up(month=OCTOBER, roots=[cast.commune.pk])
        return result

    ask_for_roll_up(month=OCTOBER, roots=[cast.commune.pk])
    monkeypatch.setattr(computing, "gather_offices", gather_and_ask)
    pk = chunk_of(cast.commune).pk
    assert run_chunk(chunk_id=pk, worker="w", lease=timedelta(minutes=2), now=NOW)
    assert pk in tally_ready_chunks(NOW, limit=9)


def test_without_a_scheme_a_chunk_fails_and_says_why(cast: Cast) -> None:
    old = Month(2025, 6)
    cast.commune.valid_from = date(2025, 1, 1)
    cast.commune.save()
    ask_for_roll_up(month=old, roots=[cast.commune.pk])
    pk = chunk_of(cast.commune, old).pk
    with pytest.raises(NoScheme):
        run_chunk(chunk_id=pk, worker="w", lease=timedelta(minutes=2), now=NOW)
    assert "no scheme is in force in 2025-06" in chunk_of(cast.commune, old).error


def test_the_nightly_run_asks_for_open_months_only(cast: Cast) -> None:
    Period.objects.create(office=cast.commune, month=date(2026, 9, 1), state="closed", closed_at=NOW)
    ask_for_open_months(now=NOW)
    asked = RollUpChunk.objects.filter(agency=cast.commune).values_list("month", flat=True)
    assert date(2026, 10, 1) in asked
    assert date(2026, 8, 1) in asked
    assert date(2026, 9, 1) not in asked
    assert max(asked) == date(2026, 10, 1)


@pytest.mark.parametrize("people", [2, 20])
def test_the_number_of_statements_does_not_grow_with_people(cast: Cast, people: int) -> None:
    point = fill(cast)
    for _ in range(people):
        posting = make_posting(make_user(), cast.one_stop, serves_citizens=True)
        judge(posting, cast.adoption, [4, 4, 4], cast.minh)
        answer(point, [5] * 5, posting=posting)
    ask_for_roll_up(month=OCTOBER)
    with CaptureQueriesContext(connection) as captured:
        run_chunk(chunk_id=chunk_of(cast.commune).pk, worker="w", lease=timedelta(minutes=2), now=NOW)
    assert len(captured) == 43


def test_nothing_of_the_evidence_is_changed(cast: Cast) -> None:
    fill(cast)
    before = (Response.objects.count(), Stratum.objects.count(), JudgementSheet.objects.get().revision)
    roll_up()
    assert (
        Response.objects.count(),
        Stratum.objects.count(),
        JudgementSheet.objects.get().revision,
    ) == before
