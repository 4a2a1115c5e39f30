"""``/ratings/tasks/<sheet>/<task>/``: changing, taking off, handing back, giving on, confirming a cause."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from conduct.agencies.models import Posting
from conduct.audit.models import AuditEvent
from conduct.ratings.models import Sheet, SheetTask
from tests.cast import Cast, make_cast
from tests.factories import NOW, make_posting, make_user
from tests.integration.ratings.arrange import add_task, make_sheet
from tests.integration.ratings.tasking import act, sent, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rating_schemes")]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def sheet(cast: Cast) -> Sheet:
    return make_sheet(cast.lan_posting)


@pytest.fixture
def mai(cast: Cast) -> Posting:
    """A colleague of Lan's."""
    return make_posting(make_user("Ngô Thị Mai"), cast.one_stop)


def test_leader_records_returns_and_delays(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = add_task(sheet)
    client.force_login(cast.minh)
    said = sent(task, returns="1", delays="2", assigned="12,5", due_on="30/10/2026")
    for _click in range(2):
        assert client.post(url(sheet, task.pk), said).status_code == 302
    task.refresh_from_db()
    assert (task.returns, task.delays, task.assigned, task.done) == (1, 2, Decimal("12.5"), Decimal(10))
    assert AuditEvent.objects.filter(act="ratings.change_task").count() == 1
    sheet.refresh_from_db()
    assert sheet.revision == 2


def test_stale_change_is_told(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = add_task(sheet)
    client.force_login(cast.minh)
    said = {**sent(task, returns="1"), "revision": "7"}
    answer = client.post(url(sheet, task.pk), said)
    assert answer.status_code == 409
    task.refresh_from_db()
    assert task.returns == 0


def test_person_hands_back_and_leader_gives_it_to_a_colleague(
    client: Client, cast: Cast, sheet: Sheet, mai: Posting
) -> None:
    task = add_task(sheet, done=Decimal(3))
    client.force_login(cast.lan)
    said = act(sheet, act="hand_back", **{"why-reason": "Nghỉ ốm từ 15/10"})
    for _click in range(2):
        client.post(url(sheet, task.pk), said)
    task.refresh_from_db()
    assert (task.handed_back_at, task.assigned, task.done) == (NOW, Decimal(10), Decimal(3))
    assert AuditEvent.objects.filter(act="ratings.hand_back_task").count() == 1
    client.force_login(cast.minh)
    over = {"over-colleague": mai.pk, "over-assigned": "7"}
    for _click in range(2):
        client.post(url(sheet, task.pk), act(sheet, act="take_over", **over))
    taken = SheetTask.objects.get(came_from=task)
    assert (taken.sheet.posting, taken.kind, taken.assigned, taken.done) == (
        mai,
        "taken_over",
        Decimal(7),
        Decimal(0),
    )
    assert taken.sheet.revision == 2
    client.post(url(sheet, task.pk), act(sheet, act="give_again"))
    task.refresh_from_db()
    assert task.handed_back_at == NOW


def test_handing_back_by_mistake_is_undone_by_the_leader(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = add_task(sheet, handed_back_at=NOW, handed_back_reason="Nhầm")
    client.force_login(cast.lan)
    assert client.post(url(sheet, task.pk), act(sheet, act="give_again")).status_code == 403
    client.force_login(cast.minh)
    assert client.post(url(sheet, task.pk), act(sheet, act="give_again")).status_code == 302
    task.refresh_from_db()
    assert (task.handed_back_at, task.handed_back_reason) == (None, "")


@pytest.mark.parametrize(("amount", "words"), [("11", "lớn hơn số lượng đã giao"), ("", "Xin điền mục này")])
def test_no_more_is_taken_over_than_was_assigned(
    client: Client, cast: Cast, sheet: Sheet, mai: Posting, amount: str, words: str
) -> None:
    task = add_task(sheet, handed_back_at=NOW, handed_back_reason="Ốm")
    client.force_login(cast.minh)
    over = {"over-colleague": mai.pk, "over-assigned": amount}
    answer = client.post(url(sheet, task.pk), act(sheet, act="take_over", **over))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not SheetTask.objects.filter(came_from=task).exists()


@pytest.mark.parametrize("who", ["lan", "minh", "hoa"])
def test_who_is_no_colleague_one_leads_is_no_choice(
    client: Client, cast: Cast, sheet: Sheet, who: str
) -> None:
    task = add_task(sheet, handed_back_at=NOW, handed_back_reason="Ốm")
    client.force_login(cast.minh)
    over = {"over-colleague": getattr(cast, f"{who}_posting").pk, "over-assigned": "1"}
    assert client.post(url(sheet, task.pk), act(sheet, act="take_over", **over)).status_code == 422


def test_stated_cause_is_confirmed_by_the_leader(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = add_task(sheet, delays=2, returns=1, cause="Mất điện hai ngày")
    client.force_login(cast.minh)
    excuse = {"cause-excused_returns": "0", "cause-excused_delays": "2"}
    assert client.post(url(sheet, task.pk), act(sheet, act="excuse", **excuse)).status_code == 302
    task.refresh_from_db()
    assert (task.excused_returns, task.excused_delays, task.excused_by) == (0, 2, cast.minh)
    event = AuditEvent.objects.get(act="ratings.confirm_cause")
    assert "Mất điện" not in str(event.data)
    answer = client.post(url(sheet, task.pk), sent(task, returns="1", delays="1"))
    assert answer.status_code == 422
    none = {"cause-excused_returns": "", "cause-excused_delays": ""}
    client.post(url(sheet, task.pk), act(sheet, act="excuse", **none))
    task.refresh_from_db()
    assert (task.excused_delays, task.excused_by) == (0, None)


def test_nobody_excuses_themselves(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = add_task(sheet, delays=1, cause="Mưa bão")
    own = add_task(make_sheet(cast.minh_posting), delays=1, cause="Mưa bão")
    excuse = {"cause-excused_returns": "0", "cause-excused_delays": "1"}
    for user, one in ((cast.lan, task), (cast.minh, own)):
        client.force_login(user)
        answer = client.post(url(one.sheet, one.pk), act(one.sheet, act="excuse", **excuse))
        assert answer.status_code == 403
        assert "tự xác nhận nguyên nhân khách quan" in answer.content.decode()
        one.refresh_from_db()
        assert one.excused_delays == 0


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"cause-excused_returns": "0", "cause-excused_delays": "2"}, 422),
        ({"cause-excused_returns": "-1", "cause-excused_delays": "0"}, 422),
        ({"cause-excused_returns": "x", "cause-excused_delays": "0"}, 422),
    ],
)
def test_no_more_is_excused_than_went_wrong(
    client: Client, cast: Cast, sheet: Sheet, fields: dict[str, Any], status: int
) -> None:
    task = add_task(sheet, delays=1, cause="Mưa bão")
    client.force_login(cast.minh)
    assert client.post(url(sheet, task.pk), act(sheet, act="excuse", **fields)).status_code == status


def test_without_a_stated_cause_nothing_is_excused(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = add_task(sheet, delays=1)
    client.force_login(cast.minh)
    excuse = {"cause-excused_returns": "0", "cause-excused_delays": "1"}
    assert client.post(url(sheet, task.pk), act(sheet, act="excuse", **excuse)).status_code == 403


def test_leader_takes_a_task_off_with_a_reason(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = add_task(sheet)
    client.force_login(cast.minh)
    assert (
        client.post(url(sheet, task.pk), act(sheet, act="remove", **{"remove-reason": ""})).status_code == 422
    )
    client.force_login(cast.lan)
    off = {"remove-reason": "Ghi nhầm"}
    assert client.post(url(sheet, task.pk), act(sheet, act="remove", **off)).status_code == 403
    client.force_login(cast.minh)
    assert client.post(url(sheet, task.pk), act(sheet, act="remove", **off)).status_code == 302
    assert not sheet.tasks.exists()
    assert AuditEvent.objects.get(act="ratings.remove_task").reason == "Ghi nhầm"
    assert client.get(url(sheet, task.pk)).status_code == 404


def test_what_a_colleague_took_over_stays_in_what_was_assigned(
    client: Client, cast: Cast, sheet: Sheet, mai: Posting
) -> None:
    task = add_task(sheet, handed_back_at=NOW, handed_back_reason="Ốm")
    add_task(make_sheet(mai), kind="taken_over", came_from=task)
    client.force_login(cast.minh)
    off = {"remove-reason": "Ghi nhầm"}
    assert client.post(url(sheet, task.pk), act(sheet, act="remove", **off)).status_code == 403
    assert SheetTask.objects.filter(pk=task.pk).exists()


def test_taken_over_task_keeps_its_kind(client: Client, cast: Cast, sheet: Sheet, mai: Posting) -> None:
    task = add_task(sheet, handed_back_at=NOW, handed_back_reason="Ốm")
    taken = add_task(make_sheet(mai), kind="taken_over", came_from=task)
    client.force_login(cast.minh)
    assert client.post(url(taken.sheet, taken.pk), sent(taken, kind="planned", delays="1")).status_code == 302
    taken.refresh_from_db()
    assert (taken.kind, taken.delays) == ("taken_over", 1)


def test_unknown_act_is_not_found(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = add_task(sheet)
    client.force_login(cast.minh)
    assert client.post(url(sheet, task.pk), act(sheet, act="approve")).status_code == 404
