"""Who leads reads what was submitted; nobody reads the rest."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Role
from conduct.commitments.models import JournalEntry
from tests.cast import Cast
from tests.factories import NOW, grant, make_posting, make_user
from tests.integration.commitments.journaling import KEPT_WORDS, item_of, write_kept, write_slip

URL = "/commitments/journal/2026-10/submitted/"
SHEET = "/commitments/journal/2026-10/submitted.xlsx"
PRIVATE, PRIVATE_REMEDY, SHARED = "Cáu với bà cụ hỏi lại", "Xin lỗi bà cụ tại nhà", "Quên báo trễ hẹn"


@pytest.fixture
def entries(cast: Cast) -> list[JournalEntry]:
    item = item_of(cast.adoption)
    return [
        write_slip(cast.lan_posting, item, text=PRIVATE, remedy=PRIVATE_REMEDY),
        write_slip(cast.lan_posting, item, text=SHARED, submitted_at=NOW),
        write_kept(cast.lan_posting, item),
    ]


def test_leaders_read_submitted_slips_alone(client: Client, cast: Cast, entries: list[JournalEntry]) -> None:
    for user in (cast.minh, cast.tam, cast.phuong):
        client.force_login(user)
        shown = client.get(URL).content.decode()
        assert SHARED in shown
        assert "Tôn Nữ Hoàng Thảo Lan" in shown
        assert 'đã gửi <span class="n">1</span> lần' in shown
        for words in (PRIVATE, PRIVATE_REMEDY, KEPT_WORDS):
            assert words not in shown


def test_withdrawn_slip_is_read_no_more(client: Client, cast: Cast, entries: list[JournalEntry]) -> None:
    JournalEntry.objects.update(submitted_at=None)
    client.force_login(cast.tam)
    shown = client.get(URL).content.decode()
    assert SHARED not in shown
    assert "Tháng này chưa có ai gửi." in shown


def test_others_are_refused(client: Client, cast: Cast, entries: list[JournalEntry]) -> None:
    inspector, auditor = make_user(username="thanhtra"), make_user(username="kiemtoan")
    grant(inspector, cast.province, Role.INSPECTOR)
    grant(auditor, cast.province, Role.AUDITOR)
    for user in (cast.lan, cast.quan, inspector, auditor):
        client.force_login(user)
        for address in (URL, SHEET):
            response = client.get(address)
            assert response.status_code == 403
            assert SHARED not in response.content.decode()


def test_leader_of_another_office_sees_none_of_them(
    client: Client, cast: Cast, entries: list[JournalEntry]
) -> None:
    client.force_login(cast.hoa)
    assert SHARED not in client.get(URL).content.decode()
    assert SHARED not in cells(client)


def test_own_slips_are_not_among_those_of_the_people(client: Client, cast: Cast) -> None:
    write_slip(cast.minh_posting, item_of(cast.adoption), text="Của chính mình", submitted_at=NOW)
    client.force_login(cast.minh)
    assert "Của chính mình" not in client.get(URL).content.decode()
    client.force_login(cast.tam)
    assert "Của chính mình" in client.get(URL).content.decode()


def cells(client: Client, query: str = "") -> str:
    """Everything that the sheet holds."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{SHEET}{query}").content))
    return str(book.get_sheet_by_index(0).to_python())


def test_export_holds_what_the_list_shows(client: Client, cast: Cast, entries: list[JournalEntry]) -> None:
    write_slip(cast.minh_posting, item_of(cast.adoption), text="=1+1", submitted_at=NOW)
    client.force_login(cast.tam)
    found = cells(client)
    assert SHARED in found
    assert "=1+1" in found
    for words in (PRIVATE, PRIVATE_REMEDY, KEPT_WORDS):
        assert words not in found
    assert SHARED not in cells(client, "?q=minh")


def test_list_is_filtered_by_name_without_diacritics(
    client: Client, cast: Cast, entries: list[JournalEntry]
) -> None:
    client.force_login(cast.tam)
    assert SHARED in client.get(f"{URL}?q=thao+lan").content.decode()
    shown = client.get(f"{URL}?q=binh").content.decode()
    assert "Không có ai tên này đã gửi." in shown
    assert client.get(f"{URL}?q={'x' * 200}&page=zzz").status_code == 200


def test_list_stays_within_the_limit_of_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(60):
        posting = make_posting(make_user(f"Ngô Văn {number}"), cast.department)
        write_slip(posting, item_of(cast.adoption), submitted_at=NOW)
    client.force_login(cast.tam)
    with django_assert_max_num_queries(12):
        shown = client.get(URL).content.decode()
    assert "1–50" in shown
