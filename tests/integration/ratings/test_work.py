"""``/ratings/work/``: the list of kinds of work, its dated entries, bringing it in and giving it out."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.ratings.models import WorkItem
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.integration.ratings.tasking import make_work, text_of

pytestmark = [pytest.mark.django_db]
URL = "/ratings/work/"
NEW = {
    "code": "HT02", "name": "Chứng thực bản sao", "unit": "hồ sơ", "group": "1", "factor": "0,5",
    "legal_act": "Quyết định 12/QĐ-UBND", "valid_from": "01/10/2026",
}  # fmt: skip
LIST = (
    "Mã;Sản phẩm, công việc;Đơn vị tính;Nhóm;Hệ số quy đổi\n"
    "HT01;Đăng ký khai sinh;hồ sơ;3;2\nHT02;Chứng thực;;1;0,5"
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10:00 on 20/10/2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def add(client: Client, cast: Cast, **fields: Any) -> Any:
    return client.post(f"{URL}add/", {"agency": cast.commune.pk, **NEW, **fields})


def test_administrator_enters_a_kind_of_work_once(client: Client, cast: Cast) -> None:
    client.force_login(cast.quan)
    for _click in range(2):
        assert add(client, cast).status_code == 302
    item = WorkItem.objects.get()
    assert (item.agency, item.factor, item.group) == (cast.commune, Decimal("0.5"), 1)
    assert AuditEvent.objects.filter(act="ratings.keep_work").count() == 1
    client.force_login(cast.lan)
    assert "Chứng thực bản sao" in text_of(client, URL)


def test_change_is_a_new_entry_and_the_old_one_ends(client: Client, cast: Cast) -> None:
    old = make_work(cast)
    client.force_login(cast.tam)
    said = {**NEW, "act": "change", "name": old.name, "factor": "2", "valid_from": "01/11/2026"}
    for _click in range(2):
        client.post(f"{URL}{old.pk}/", said)
    old.refresh_from_db()
    new = WorkItem.objects.exclude(pk=old.pk).get()
    assert (old.valid_to, old.factor) == (date(2026, 10, 31), Decimal("1.5"))
    assert (new.code, new.factor, new.valid_from, new.valid_to) == (
        "HT01",
        Decimal(2),
        date(2026, 11, 1),
        None,
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"group": "6"}, "6"),
        ({"factor": "0"}, "quá nhỏ hoặc quá lớn"),
        ({"factor": "1.500"}, "có thể hiểu theo hai cách"),
        ({"code": ""}, "Xin điền mục này"),
        ({"valid_from": "32/10/2026"}, "ngày"),
        ({"code": "HT01", "valid_from": "01/07/2025"}, "Mã này đã có dòng áp dụng từ đúng ngày đó"),
        ({"code": "ht01", "valid_from": "01/01/2025"}, "ngày muộn hơn"),
    ],
)
def test_bad_entry_is_said(client: Client, cast: Cast, fields: dict[str, str], words: str) -> None:
    make_work(cast)
    client.force_login(cast.quan)
    answer = add(client, cast, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert WorkItem.objects.count() == 1


def test_entry_ends_after_a_day(client: Client, cast: Cast) -> None:
    item = make_work(cast)
    client.force_login(cast.quan)
    before = {"act": "end", "end-last_day": "01/01/2025"}
    assert client.post(f"{URL}{item.pk}/", before).status_code == 422
    for _click in range(2):
        client.post(f"{URL}{item.pk}/", {"act": "end", "end-last_day": "19/10/2026"})
    item.refresh_from_db()
    assert item.valid_to == date(2026, 10, 19)
    assert AuditEvent.objects.filter(act="ratings.end_work").count() == 1
    assert "Đăng ký khai sinh" not in text_of(client, URL)
    assert "Đăng ký khai sinh" in text_of(client, f"{URL}?ended=on")


@pytest.mark.parametrize(
    ("who", "read", "keep"),
    [("quan", 200, 302), ("tam", 200, 302), ("phuong", 200, 302), ("lan", 200, 403), ("minh", 200, 403),
     ("hoa", 404, 404)],
)  # fmt: skip
def test_rights_by_person(client: Client, cast: Cast, who: str, read: int, keep: int) -> None:
    item = make_work(cast)
    client.force_login(getattr(cast, who))
    assert client.get(f"{URL}{item.pk}/").status_code == read
    end = {"act": "end", "end-last_day": "31/12/2026"}
    assert client.post(f"{URL}{item.pk}/", end).status_code == keep
    if who in ("lan", "minh"):
        assert client.get(f"{URL}add/").status_code == 403
        assert client.get(f"{URL}import/").status_code == 403


def test_head_of_another_office_cannot_write_into_this_list(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa)
    assert add(client, cast).status_code == 422
    assert not WorkItem.objects.exists()


def test_list_is_searched_filtered_and_given_out(client: Client, cast: Cast) -> None:
    make_work(cast)
    make_work(cast, code="VP09", name="=Báo cáo", group=4)
    client.force_login(cast.lan)
    assert "Báo cáo" not in text_of(client, f"{URL}?q=khai")
    assert "khai sinh" not in text_of(client, f"{URL}?group=4")
    assert client.get(f"{URL}?group=9").status_code == 422
    assert client.get(f"{URL}?sort=agency__name&page=x").status_code == 200
    file = client.get(f"{URL}list.xlsx?group=4").content
    again = SimpleUploadedFile("danh-muc.xlsx", file)
    client.force_login(cast.quan)
    said = {"agency": cast.commune.pk, "valid_from": "01/11/2026", "file": again}
    page = client.post(f"{URL}import/", said, follow=True).content.decode()
    assert "=Báo cáo" in page
    assert "không đổi" in page


def test_list_is_brought_in_whole_and_the_same_once(client: Client, cast: Cast) -> None:
    old = make_work(cast)
    client.force_login(cast.quan)
    for _time in range(2):
        file = SimpleUploadedFile("danh-muc.csv", LIST.encode())
        said = {"agency": cast.commune.pk, "valid_from": "01/11/2026", "file": file}
        address = client.post(f"{URL}import/", said)["Location"]
        assert client.get(address).status_code == 200
        assert client.post(address).status_code == 302
    old.refresh_from_db()
    assert old.valid_to == date(2026, 10, 31)
    rows = WorkItem.objects.filter(valid_to=None).values_list("code", "group", "factor")
    assert list(rows.order_by("code")) == [("HT01", 3, 2), ("HT02", 1, Decimal("0.5"))]
    assert AuditEvent.objects.filter(act="ratings.import_tasks").count() == 1


def test_wrong_rows_are_named_and_nothing_is_stored(client: Client, cast: Cast) -> None:
    make_work(cast, valid_from=date(2026, 12, 1))
    client.force_login(cast.quan)
    file = SimpleUploadedFile("danh-muc.csv", f"{LIST}\nHT02;Lặp;;1;1\nX;;;9;0".encode())
    said = {"agency": cast.commune.pk, "valid_from": "01/11/2026", "file": file}
    answer = client.post(f"{URL}import/", said, follow=True)
    page = answer.content.decode()
    assert "mã này đã có dòng áp dụng từ 01/12/2026" in page
    assert '<span class="n">3</span> dòng sai' in page
    assert client.post(answer.redirect_chain[-1][0]).status_code == 422
    assert WorkItem.objects.count() == 1
