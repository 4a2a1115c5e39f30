"""Runs: who asked for what, pausing, going on, calling off, trying again; and the pages that show it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from conduct.agencies.models import Period
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.scores.models import AgencyScore, PersonScore, RollUpChunk, RollUpRun
from conduct.scores.services import rollup
from conduct.scores.services.months import close_month
from conduct.scores.services.rollup import ask_for_months, ask_for_open_months, run_chunk
from conduct.scores.services.runs import cancel_run, pause_run, resume_run, retry_run, settle_runs
from conduct.scores.tallies import tally_ready_chunks
from conduct.scores.tasks import lease
from tests.cast import Cast, make_cast
from tests.factories import NOW, make_agency
from tests.integration.scores.arrange import OCTOBER, chunk_of, fill, work
from tests.integration.scores.checksum import checksum

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]
State = RollUpRun.State
ENDED = NOW + timedelta(days=31)


@pytest.fixture
def cast(schemes: None) -> Cast:
    cast = make_cast()
    fill(cast)
    for number in range(3):
        make_agency(f"Xã {number}", parent=cast.province)
    return cast


def start(cast: Cast) -> RollUpRun:
    """The province in October: six offices, in bulk."""
    run, offices = ask_for_months(
        months=[OCTOBER], cause=RollUpRun.Cause.ASKED, root=cast.province, by=cast.phuong, now=NOW
    )
    assert (len(offices), run.lane) == (6, "bulk")
    return run


def fresh(run: RollUpRun) -> RollUpRun:
    return RollUpRun.objects.get(pk=run.pk)


def test_a_run_ends_with_its_last_chunk_and_says_what_it_did(cast: Cast) -> None:
    run = start(cast)
    assert fresh(run).state == State.RUNNING
    work()
    run = fresh(run)
    assert (run.state, run.n_chunks, run.n_done, run.n_failed) == (State.FINISHED, 6, 6, 0)
    rows = PersonScore.objects.filter(month=OCTOBER.first).count()
    assert run.n_rows == rows + AgencyScore.objects.filter(month=OCTOBER.first).count()


def test_the_night_makes_a_run_over_the_whole_tree(cast: Cast) -> None:
    assert ask_for_open_months(now=NOW)
    run = RollUpRun.objects.get()
    assert (run.cause, run.root, run.asked_by, run.lane) == ("night", None, None, "bulk")
    assert run.n_chunks == RollUpChunk.objects.filter(run=run).count()


def test_a_closing_goes_before_everything_in_bulk(cast: Cast) -> None:
    start(cast)
    close_month(office=cast.commune, month=OCTOBER, by=cast.tam, now=ENDED)
    chunk = chunk_of(cast.commune)
    assert chunk.is_prompt
    assert tally_ready_chunks(NOW, limit=1) == [chunk.pk]
    start(cast)  # the next one in bulk does not push it back
    chunk.refresh_from_db()
    assert chunk.run is not None
    assert (chunk.is_prompt, chunk.run.cause) == (True, "closing")


def test_a_paused_run_starts_no_chunk_until_it_goes_on(cast: Cast) -> None:
    run = start(cast)
    pk = chunk_of(cast.commune).pk
    assert pause_run(run=run, by=cast.phuong, now=NOW)
    assert not pause_run(run=run, by=cast.phuong, now=NOW)
    assert work() == 0
    assert not run_chunk(chunk_id=pk, worker="late message", lease=lease(), now=NOW)
    assert resume_run(run=run, by=cast.phuong, now=NOW)
    assert work() >= 6
    assert fresh(run).state == State.FINISHED
    acts = list(AuditEvent.objects.filter(act__contains="_run").order_by("pk").values_list("act", flat=True))
    assert acts == ["scores.pause_run", "scores.resume_run"]


def test_a_closing_is_not_held_up_by_a_paused_run_below(cast: Cast) -> None:
    run = start(cast)
    pause_run(run=run, by=cast.phuong, now=NOW)
    for office in (cast.commune, cast.other_commune):
        close_month(office=office, month=OCTOBER, by=cast.phuong, now=ENDED)
    assert work() == 2
    assert Period.objects.filter(month=OCTOBER.first, state="closed").count() == 2


def test_a_called_off_run_starts_nothing_and_holds_nobody_up(cast: Cast) -> None:
    work()
    before = checksum()
    run = start(cast)
    busy = chunk_of(cast.commune)
    rollup.claim_chunk(chunk_id=busy.pk, worker="busy", lease=lease(), now=NOW)
    assert cancel_run(run=run, by=cast.phuong, now=NOW)
    assert not cancel_run(run=run, by=cast.phuong, now=NOW)
    assert fresh(run).state == State.CANCELLED
    assert tally_ready_chunks(NOW, limit=10) == []
    assert checksum() == before
    again = start(cast)
    RollUpChunk.objects.filter(pk=busy.pk).update(lease_until=None)
    work()
    assert fresh(again).state == State.FINISHED


def test_a_later_run_takes_chunks_over_and_the_first_one_ends(cast: Cast) -> None:
    first = start(cast)
    second = start(cast)
    assert settle_runs(now=NOW) == 1
    assert (fresh(first).state, fresh(second).state) == (State.FINISHED, State.RUNNING)


def test_failed_chunks_are_named_and_tried_again(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(cast)
    pk = chunk_of(cast.commune).pk

    def fail(*_: object, **__: object) -> dict[int, int]:
        raise RuntimeError("no disk")

    with monkeypatch.context() as broken:
        broken.setattr(rollup, "roll_up_offices", fail)
        with pytest.raises(RuntimeError):
            run_chunk(chunk_id=pk, worker="w", lease=lease(), now=NOW)
    assert pk not in tally_ready_chunks(NOW, limit=10)
    client.force_login(cast.phuong)
    page = client.get(reverse("scores:run", args=[run.pk])).content.decode()
    assert "RuntimeError: no disk" in page
    work()
    assert (fresh(run).state, fresh(run).n_failed) == (State.FINISHED, 1)
    assert retry_run(run=run, by=cast.phuong, now=NOW) == 1
    assert fresh(run).state == State.RUNNING
    work()
    assert (fresh(run).state, fresh(run).n_failed) == (State.FINISHED, 0)
    assert retry_run(run=run, by=cast.phuong, now=NOW) == 0


def test_who_neither_heads_nor_administers_steers_nothing(cast: Cast) -> None:
    run = start(cast)
    for who in (cast.tam, cast.minh, cast.hoa):
        for act in (pause_run, resume_run, cancel_run, retry_run):
            with pytest.raises(Refused):
                act(run=run, by=who, now=NOW)


def test_a_run_of_a_few_offices_is_neither_paused_nor_called_off(cast: Cast) -> None:
    close_month(office=cast.commune, month=OCTOBER, by=cast.tam, now=ENDED)
    run = RollUpRun.objects.get()
    for act in (pause_run, cancel_run):
        with pytest.raises(Refused, match="vài cơ quan"):
            act(run=run, by=cast.tam, now=NOW)


@pytest.mark.parametrize(
    ("who", "status"), [("phuong", 200), ("tam", 404), ("hoa", 404), ("minh", 403), ("lan", 403)]
)
def test_a_run_is_seen_by_those_who_head_its_scope(cast: Cast, client: Client, who: str, status: int) -> None:
    run = start(cast)
    client.force_login(getattr(cast, who))
    assert client.get(reverse("scores:run", args=[run.pk])).status_code == status
    assert client.post(reverse("scores:steer_run", args=[run.pk]), {"act": "cancel"}).status_code in (
        {302} if status == 200 else {status}
    )
    assert client.get(reverse("scores:runs")).status_code == (403 if status == 403 else 200)


def test_the_page_of_runs_shows_progress_and_steers(cast: Cast, client: Client) -> None:
    run = start(cast)
    client.force_login(cast.phuong)
    page = client.get(reverse("scores:runs")).content.decode()
    assert "0/6" in page
    assert client.get(reverse("scores:runs"), {"state": "paused"}).content.decode().count("0/6") == 0
    url = reverse("scores:run", args=[run.pk])
    assert 'hx-trigger="every 2s"' in client.get(url).content.decode()
    answer = client.post(reverse("scores:steer_run", args=[run.pk]), {"act": "pause"}, follow=True)
    assert "hx-trigger" not in answer.content.decode().split('id="progress"')[1].split("</div>")[0]
    assert fresh(run).state == State.PAUSED
    for act in ("resume", "retry", "nonsense", "cancel", "cancel"):
        assert client.post(reverse("scores:steer_run", args=[run.pk]), {"act": act}).status_code == 302
    assert fresh(run).state == State.CANCELLED
