"""``/ratings/tasks/<sheet>/``: what counts, the own report, assigning, the order, and who may."""

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from conduct.agencies.models import Delegation, Role, RoleGrant
from conduct.audit.models import AuditEvent
from conduct.ratings.models import Sheet, SheetTask
from conduct.ratings.services.sheets import SheetChanged
from conduct.ratings.services.tasks import TaskSaid, add_task
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, grant, make_agency, make_posting, make_user
from tests.integration.ratings.arrange import add_task as arrange_task
from tests.integration.ratings.arrange import make_sheet
from tests.integration.ratings.tasking import TASK, act, close_october, make_work, text_of, url

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


def test_page_shows_what_the_tasks_come_to(client: Client, cast: Cast, sheet: Sheet) -> None:
    arrange_task(sheet, factor=Decimal("1.5"), done=Decimal(8), delays=1)
    arrange_task(sheet, name="Việc đột xuất", kind="unplanned", done=Decimal(2))
    client.force_login(cast.lan)
    page = " ".join(text_of(client, url(sheet)).split())
    # 8 × 1,5 + 2 of 10 × 1,5 standard units; a quarter off the twelve that were late once.
    assert "93,33 %" in page
    assert "73,33 %" in page
    assert "60,67" in page  # (93,33 + 93,33 + 73,33) / 3 of 70
    assert "đột xuất, phát sinh, ngoài số được giao ban đầu" in page


def test_page_asks_at_most_twelve_times(
    client: Client, cast: Cast, sheet: Sheet, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        arrange_task(
            sheet, name=f"Việc {number}", delays=1, excused_delays=1, excused_by=cast.minh, cause="Mưa bão"
        )
    for user in (cast.lan, cast.minh):
        client.force_login(user)
        with django_assert_max_num_queries(12):
            assert client.get(url(sheet)).status_code == 200


def test_person_reports_what_is_done(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = arrange_task(sheet, done=Decimal(0), delays=1)
    client.force_login(cast.lan)
    said = {f"done_{task.pk}": "7,5", f"cause_{task.pk}": "Mất điện hai ngày"}
    assert client.post(url(sheet), act(sheet, **said)).status_code == 302
    task.refresh_from_db()
    sheet.refresh_from_db()
    assert (task.done, task.cause) == (Decimal("7.5"), "Mất điện hai ngày")
    assert (sheet.revision, sheet.changed_by, sheet.changed_at) == (2, cast.lan, NOW)
    event = AuditEvent.objects.get(act="ratings.report_tasks")
    assert event.actor_id == cast.lan.pk
    assert "Mất điện" not in str(event.data)


def test_second_click_on_the_report_changes_nothing(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = arrange_task(sheet)
    client.force_login(cast.lan)
    said = act(sheet, **{f"done_{task.pk}": "3"})
    for _click in range(2):
        assert client.post(url(sheet), said).status_code == 302
    sheet.refresh_from_db()
    assert sheet.revision == 2
    assert AuditEvent.objects.filter(act="ratings.report_tasks").count() == 1


def test_htmx_gets_the_list_alone(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = arrange_task(sheet)
    client.force_login(cast.lan)
    head = {"HX-Request": "true", "HX-Target": "task-list"}
    answer = client.post(url(sheet), act(sheet, **{f"done_{task.pk}": "3"}), headers=head)
    assert answer.status_code == 200
    assert answer.content.decode().strip().startswith('<div id="task-list">')
    assert 'name="revision" value="2"' in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("mười", "không phải là số"),
        ("1.234", "có thể hiểu theo hai cách"),
        ("-1", "không phải là số"),
        ("1,234", "có quá nhiều chữ số thập phân"),
        ("99999999", "quá nhỏ hoặc quá lớn"),
        ("NaN", "không phải là số"),
        ("1e3", "không phải là số"),
        ("", "Xin điền mục này"),
    ],
)
def test_bad_amount_is_said(client: Client, cast: Cast, sheet: Sheet, typed: str, words: str) -> None:
    task = arrange_task(sheet)
    client.force_login(cast.lan)
    answer = client.post(url(sheet), act(sheet, **{f"done_{task.pk}": typed}))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    task.refresh_from_db()
    assert task.done == 10


def test_second_writer_is_told_and_keeps_what_was_typed(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = arrange_task(sheet)
    stale = act(sheet, **{f"done_{task.pk}": "6"})
    add_task(sheet_id=sheet.pk, revision=1, said=TaskSaid("Việc mới", Decimal(1)), by=cast.minh, now=NOW)
    client.force_login(cast.lan)
    answer = client.post(url(sheet), stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Phạm Hữu Minh đã sửa phiếu này" in page
    assert 'value="6"' in page
    assert "Việc mới" in page
    task.refresh_from_db()
    assert task.done == 10
    new = SheetTask.objects.get(name="Việc mới")
    again = act(sheet, **{f"done_{task.pk}": "6", f"done_{new.pk}": "0"})
    assert client.post(url(sheet), again).status_code == 302


def test_handed_back_task_takes_no_report(client: Client, cast: Cast, sheet: Sheet) -> None:
    task = arrange_task(sheet, done=Decimal(2), handed_back_at=NOW, handed_back_reason="Ốm")
    client.force_login(cast.lan)
    client.post(url(sheet), act(sheet, **{f"done_{task.pk}": "9"}))
    task.refresh_from_db()
    assert task.done == 2


@pytest.mark.parametrize(
    ("who", "state", "read", "report", "assign"),
    [
        ("lan", "draft", 200, 302, 403),
        ("lan", "submitted", 200, 403, 403),
        ("minh", "draft", 200, 403, 302),
        ("minh", "submitted", 200, 403, 302),
        ("minh", "reviewed", 200, 403, 403),
        ("tam", "draft", 200, 403, 302),
        ("tam", "approved", 200, 403, 403),
        ("phuong", "draft", 200, 403, 302),
        ("quan", "draft", 404, 404, 404),
        ("yen", "draft", 404, 404, 404),
        ("hoa", "draft", 404, 404, 404),
    ],
)
def test_rights_by_person_and_state(
    client: Client, cast: Cast, sheet: Sheet, who: str, state: str, read: int, report: int, assign: int
) -> None:
    task = arrange_task(sheet)
    later = {
        "submitted_at": NOW,
        "reviewed_at": NOW,
        "reviewer": cast.minh,
        "approver": cast.tam,
        "approved_at": NOW,
    }
    Sheet.objects.filter(pk=sheet.pk).update(state=state, **later)
    client.force_login(getattr(cast, who))
    assert client.get(url(sheet)).status_code == read
    assert client.post(url(sheet), act(sheet, **{f"done_{task.pk}": "1"})).status_code == report
    assert client.post(url(sheet, "add"), act(sheet, **TASK)).status_code == assign
    assert SheetTask.objects.count() == (2 if assign == 302 else 1)


def test_former_supervisor_assigns_no_more(client: Client, cast: Cast, sheet: Sheet) -> None:
    RoleGrant.objects.filter(person=cast.minh).update(ends_on=DAY.replace(day=19))
    client.force_login(cast.minh)
    assert client.get(url(sheet)).status_code == 404
    assert client.post(url(sheet, "add"), act(sheet, **TASK)).status_code == 404


def test_supervisor_does_not_assign_to_who_leads_beside_or_above(client: Client, cast: Cast) -> None:
    beside, above = make_user("Ngô Thị Mai"), make_user("Phan Văn Sáu")
    grant(beside, cast.one_stop, Role.SUPERVISOR)
    grant(above, cast.one_stop, Role.HEAD)
    client.force_login(cast.minh)
    for person in (beside, above):
        other = make_sheet(make_posting(person, cast.one_stop, is_leader=True))
        assert client.get(url(other)).status_code == 404
        assert client.post(url(other, "add"), act(other, **TASK)).status_code == 404


def test_delegate_assigns_in_the_place_of_the_supervisor(client: Client, cast: Cast, sheet: Sheet) -> None:
    stand_in = make_user("Ngô Thị Mai")
    make_posting(stand_in, cast.one_stop)
    client.force_login(stand_in)
    assert client.get(url(sheet)).status_code == 404
    Delegation.objects.create(
        absent=cast.minh, delegate=stand_in, agency=cast.one_stop, starts_on=DAY, ends_on=DAY,
        reason="Nghỉ phép", made_by=cast.minh, made_at=NOW,
    )  # fmt: skip
    assert client.post(url(sheet, "add"), act(sheet, **TASK)).status_code == 302


def test_nobody_assigns_their_own_tasks(client: Client, cast: Cast) -> None:
    own = make_sheet(cast.minh_posting)
    client.force_login(cast.minh)
    answer = client.post(url(own, "add"), act(own, **TASK))
    assert answer.status_code == 403
    assert "Không ai tự giao nhiệm vụ" in answer.content.decode()


def test_closed_month_takes_no_tasks(client: Client, cast: Cast, sheet: Sheet) -> None:
    close_october(cast)
    client.force_login(cast.minh)
    answer = client.post(url(sheet, "add"), act(sheet, **TASK))
    assert answer.status_code == 403
    assert not SheetTask.objects.exists()


def test_kind_of_work_gives_name_unit_and_factor(client: Client, cast: Cast, sheet: Sheet) -> None:
    item = make_work(cast)
    client.force_login(cast.minh)
    assert "Nhóm 2 · Đăng ký khai sinh · hệ số 1,5" in text_of(client, url(sheet, "add"))
    said = {**TASK, "work": item.pk, "name": "", "unit": "", "factor": ""}
    assert client.post(url(sheet, "add"), act(sheet, **said)).status_code == 302
    task = sheet.tasks.get()
    assert (task.name, task.unit, task.factor) == ("Đăng ký khai sinh", "hồ sơ", Decimal("1.5"))
    assert task.assigned_by == cast.minh


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Ghi tên nhiệm vụ"),
        ({"assigned": ""}, "Xin điền mục này"),
        ({"assigned": "2 buổi"}, "không phải là số"),
        ({"factor": "0"}, "quá nhỏ hoặc quá lớn"),
        ({"due_on": "31/02/2026"}, "ngày"),
        ({"kind": "taken_over"}, "taken_over"),
        ({"work": "999999"}, "999999"),
        ({"name": "a" * 301}, "300"),
    ],
)
def test_bad_task_is_said(
    client: Client, cast: Cast, sheet: Sheet, wrong: dict[str, str], words: str
) -> None:
    client.force_login(cast.minh)
    answer = client.post(url(sheet, "add"), act(sheet, **{**TASK, **wrong}))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not SheetTask.objects.exists()


def test_factor_other_than_the_list_is_refused(client: Client, cast: Cast, sheet: Sheet) -> None:
    item = make_work(cast)
    client.force_login(cast.minh)
    answer = client.post(url(sheet, "add"), act(sheet, **{**TASK, "work": item.pk, "factor": "3"}))
    assert answer.status_code == 422
    assert "Danh mục ghi 1,5" in answer.content.decode()


def test_work_of_another_office_is_no_choice(client: Client, cast: Cast, sheet: Sheet) -> None:
    foreign = make_work(cast, agency=cast.other_commune)
    client.force_login(cast.minh)
    assert client.post(url(sheet, "add"), act(sheet, **{**TASK, "work": foreign.pk})).status_code == 422


def test_second_click_assigns_once(client: Client, cast: Cast, sheet: Sheet) -> None:
    client.force_login(cast.minh)
    said = act(sheet, **TASK)
    for _click in range(2):
        assert client.post(url(sheet, "add"), said).status_code == 302
    assert sheet.tasks.count() == 1
    assert AuditEvent.objects.filter(act="ratings.assign_task").count() == 1


def test_forged_revision_is_a_conflict_and_no_fault(client: Client, cast: Cast, sheet: Sheet) -> None:
    client.force_login(cast.minh)
    for revision in ("", "x", "９", "9" * 40, "-1"):
        answer = client.post(url(sheet, "add"), {**TASK, "revision": revision})
        assert answer.status_code == 409
    assert not SheetTask.objects.exists()


def test_order_is_changed_by_buttons(client: Client, cast: Cast, sheet: Sheet) -> None:
    one, two, three = (arrange_task(sheet, name=name) for name in "ABC")
    client.force_login(cast.minh)
    assert client.post(url(sheet, three.pk, "move"), act(sheet, to="up")).status_code == 302
    assert [task.name for task in sheet.tasks.all()] == ["A", "C", "B"]
    assert client.post(url(sheet, one.pk, "move"), act(sheet, to="up")).status_code == 302
    assert [task.name for task in sheet.tasks.all()] == ["A", "C", "B"]
    assert client.post(url(sheet, two.pk, "move"), {"to": "up", "revision": 1}).status_code == 409
    assert client.post(url(sheet, two.pk, "move"), act(sheet, to="left")).status_code == 404
    client.force_login(cast.lan)
    assert client.post(url(sheet, two.pk, "move"), act(sheet, to="up")).status_code == 403


def test_task_of_another_sheet_is_not_found(client: Client, cast: Cast, sheet: Sheet) -> None:
    other = make_sheet(cast.minh_posting)
    task = arrange_task(other)
    client.force_login(cast.tam)
    assert client.get(url(sheet, task.pk)).status_code == 404
    assert client.post(url(sheet, task.pk, "move"), act(sheet, to="up")).status_code == 404


def test_colleague_of_the_same_unit_sees_nothing(client: Client, cast: Cast, sheet: Sheet) -> None:
    colleague = make_user("Ngô Thị Mai")
    make_posting(colleague, cast.one_stop)
    client.force_login(colleague)
    assert client.get(url(sheet)).status_code == 404
    head = make_user("Phan Văn Sáu")
    grant(head, make_agency("Xã Cẩm Hà", parent=cast.province), Role.HEAD)
    client.force_login(head)
    assert client.get(url(sheet)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_who_assign_at_once_do_not_overwrite_each_other() -> None:
    cast = make_cast()
    sheet = make_sheet(cast.lan_posting)
    start, told = threading.Barrier(2), []

    def assign(name: str) -> None:
        start.wait()
        try:
            said = TaskSaid(name, Decimal(1))
            add_task(sheet_id=sheet.pk, revision=1, said=said, by=cast.minh, now=NOW)
        except SheetChanged as changed:
            told.append(changed.sheet.revision)
        connection.close()

    threads = [threading.Thread(target=assign, args=(name,)) for name in ("Việc A", "Việc B")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert told == [2]
    assert sheet.tasks.count() == 1
