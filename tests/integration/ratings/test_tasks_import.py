"""``/ratings/tasks/import/``: a file, a look at every row, all of it or nothing."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conduct.agencies.models import RoleGrant
from conduct.audit.models import AuditEvent
from conduct.documents.xlsx import Column, make_xlsx
from conduct.ratings.models import Sheet, SheetTask, TaskImport
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, make_posting, make_user
from tests.integration.ratings.arrange import OCTOBER, add_task, make_sheet
from tests.integration.ratings.tasking import close_october, make_work, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rating_schemes")]
URL = "/ratings/tasks/import/"
HEADS = ("Tên đăng nhập", "Nhiệm vụ", "Mã công việc", "Hệ số quy đổi", "Số lượng giao", "Số lượng hoàn thành",
         "Thời hạn", "Số lần chưa đạt", "Số lần chậm", "Loại")  # fmt: skip
RIGHT = ("lan", "Tiếp công dân", "", "1,5", "20", "18", "28/10/2026", "0", "1", "giao")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def csv(*rows: Sequence[str]) -> bytes:
    return "\n".join(";".join(row) for row in (HEADS, *rows)).encode()


def upload(client: Client, cast: Cast, content: bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile("giao-viec.csv", content)
    return client.post(URL, {"office": cast.one_stop.pk, "month": "2026-10", "file": file, **fields})


def taken(client: Client, cast: Cast, content: bytes) -> str:
    """The address of the preview."""
    answer = upload(client, cast, content)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_file_is_looked_at_and_then_stored_whole(client: Client, cast: Cast) -> None:
    item = make_work(cast)
    client.force_login(cast.minh)
    address = taken(
        client, cast, csv(RIGHT, ("LAN", "Khai sinh", "ht01", "", "3", "", "", "", "", "đột xuất"))
    )
    assert "Cả" in text_of(client, address)
    assert not SheetTask.objects.exists()
    assert client.post(address).status_code == 302
    one, two = SheetTask.objects.order_by("place")
    assert (one.name, one.factor, one.assigned, one.done, one.delays) == (
        "Tiếp công dân", Decimal("1.5"), Decimal(20), Decimal(18), 1,
    )  # fmt: skip
    assert (one.due_on, one.assigned_by) == (date(2026, 10, 28), cast.minh)
    assert (two.work, two.factor, two.unit, two.kind) == (item, Decimal("1.5"), "hồ sơ", "unplanned")
    found = TaskImport.objects.get()
    assert (found.n_tasks, found.n_people, bytes(found.content), found.confirmed_at) == (2, 1, b"", NOW)
    assert AuditEvent.objects.filter(act="ratings.import_tasks").count() == 1
    assert Sheet.objects.get().revision == 2


def test_same_file_twice_changes_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    address = taken(client, cast, csv(RIGHT))
    for _click in range(2):
        assert client.post(address).status_code == 302
    again = taken(client, cast, csv(RIGHT))
    assert "Tệp này đã nhập trước đó" in text_of(client, again)
    client.post(again)
    assert SheetTask.objects.count() == 1
    assert Sheet.objects.get().revision == 2


def test_known_task_takes_what_the_file_says_of_it(client: Client, cast: Cast) -> None:
    sheet = make_sheet(cast.lan_posting)
    task = add_task(sheet, name="Tiếp công dân", product="", delays=2, returns=1, factor=Decimal(3))
    client.force_login(cast.minh)
    client.post(taken(client, cast, csv(("lan", "tiếp công dân", "", "", "12", "9", "", "", "", ""))))
    task.refresh_from_db()
    assert (task.assigned, task.done, task.delays, task.returns, task.factor) == (
        Decimal(12),
        Decimal(9),
        2,
        1,
        Decimal(3),
    )
    assert sheet.tasks.count() == 1


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("ai do", *RIGHT[1:]), "Tên đăng nhập", "không ai trong đơn vị có tên đăng nhập “ai do”"),
        (("minh", *RIGHT[1:]), "Tên đăng nhập", "không có thẩm quyền giao nhiệm vụ cho Phạm Hữu Minh"),
        (("hoa", *RIGHT[1:]), "Tên đăng nhập", "không ai trong đơn vị"),
        (("lan", "", *RIGHT[2:]), "Nhiệm vụ", "bỏ trống"),
        ((*RIGHT[:2], "X9", "", *RIGHT[4:]), "Mã công việc", "“X9” không có trong danh mục"),
        ((*RIGHT[:2], "HT01", "2", *RIGHT[4:]), "Hệ số quy đổi", "danh mục sản phẩm, công việc ghi 1,5"),
        ((*RIGHT[:4], "hai mươi", *RIGHT[5:]), "Số lượng giao", "“hai mươi” không phải là số"),
        ((*RIGHT[:5], "1.234", *RIGHT[6:]), "Số lượng hoàn thành", "“1.234” có thể hiểu theo hai cách"),
        ((*RIGHT[:6], "31/02/2026", *RIGHT[7:]), "Thời hạn hoàn thành", "“31/02/2026”"),
        ((*RIGHT[:9], "mượn"), "Loại nhiệm vụ", "“mượn” không phải là nhiệm vụ giao"),
    ],
)
def test_every_wrong_row_is_named_and_nothing_is_stored(
    client: Client, cast: Cast, row: tuple[str, ...], column: str, words: str
) -> None:
    make_work(cast)
    client.force_login(cast.minh)
    address = taken(client, cast, csv(RIGHT, row))
    page = text_of(client, address)
    assert 'dòng <span class="n">3</span>' in page
    assert words in page
    assert column in page
    assert client.post(address).status_code == 422
    assert not SheetTask.objects.exists()
    assert not Sheet.objects.exists()


def test_row_that_stands_there_twice_and_a_reviewed_sheet_are_said(client: Client, cast: Cast) -> None:
    mai = make_posting(make_user("Ngô Thị Mai", username="mai"), cast.one_stop)
    make_sheet(mai, state="reviewed", submitted_at=NOW, reviewed_at=NOW, reviewer=cast.minh)
    client.force_login(cast.minh)
    page = text_of(client, taken(client, cast, csv(RIGHT, RIGHT, ("mai", *RIGHT[1:]))))
    assert "đã có ở dòng 2" in page
    assert "không có phiếu để ghi: phiếu đã được đánh giá" in page


def test_what_changed_between_look_and_confirmation_is_seen(client: Client, cast: Cast) -> None:
    sheet = make_sheet(cast.lan_posting)
    client.force_login(cast.minh)
    address = taken(client, cast, csv(RIGHT))
    Sheet.objects.filter(pk=sheet.pk).update(
        state="reviewed", submitted_at=NOW, reviewed_at=NOW, reviewer=cast.minh
    )
    assert client.post(address).status_code == 422
    assert not SheetTask.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "không có nội dung"),
        (b"\0\1\2", "Tệp"),
        (b"PK\x03\x04rubbish", "Tệp"),
        ("Tên đăng nhập;Nhiệm vụ\nlan;Họp".encode(), "Tệp thiếu các cột: Số lượng giao"),
        (csv(), "không"),
        (csv(RIGHT) + b"\n" + b"x" * (5 * 1024 * 1024), "tối đa 5 MB"),
        (csv(*[RIGHT] * 20_001), "20.000 dòng"),
    ],
    ids=["empty", "binary", "no zip", "no column", "no rows", "too big", "too long"],
)
def test_what_is_no_such_list_is_said(client: Client, cast: Cast, content: bytes, words: str) -> None:
    client.force_login(cast.minh)
    answer = upload(client, cast, content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not TaskImport.objects.exists()


def test_rights_of_files(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    address = taken(client, cast, csv(RIGHT))
    for user, status in ((cast.lan, 403), (cast.quan, 403), (cast.hoa, 422)):
        client.force_login(user)
        assert client.get(address).status_code == 404
        assert upload(client, cast, csv(RIGHT)).status_code == status
    RoleGrant.objects.filter(person=cast.minh).update(ends_on=DAY.replace(day=19))
    client.force_login(cast.minh)
    assert client.post(address).status_code == 403
    assert not SheetTask.objects.exists()


def test_closed_month_takes_no_file(client: Client, cast: Cast) -> None:
    close_october(cast)
    client.force_login(cast.minh)
    assert upload(client, cast, csv(RIGHT)).status_code == 403


def test_template_can_be_brought_in_and_computes_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.minh)
    content = client.get("/ratings/tasks/template.xlsx").content
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    heads = next(place for place, row in enumerate(rows) if "Tên đăng nhập" in row)
    filled = make_xlsx(
        "Giao nhiệm vụ", [], [Column(str(head)) for head in rows[heads]],
        [["lan", "=1+1", "+x", None, None, 2.5, None, None, None, None, None]],
    )  # fmt: skip
    client.post(taken(client, cast, filled))
    task = SheetTask.objects.get()
    assert (task.name, task.product, task.assigned) == ("=1+1", "+x", Decimal("2.5"))
    assert task.sheet.period == OCTOBER.first


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.binary(max_size=200), cut=st.integers(0, 120))
def test_no_bytes_make_it_fail(client: Client, cast: Cast, tail: bytes, cut: int) -> None:
    client.force_login(cast.minh)
    answer = upload(client, cast, csv(RIGHT)[: 240 - cut] + tail)
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        assert client.get(answer["Location"]).status_code == 200
    assert not SheetTask.objects.exists()
