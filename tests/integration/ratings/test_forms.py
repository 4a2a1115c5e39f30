"""Mẫu số 01 and Mẫu số 02 of one person: drafts and confirmed ones, as paper and table, for whom."""

import io
from datetime import date
from decimal import Decimal

import pytest
import python_calamine
from django.test import Client
from pypdf import PdfReader

from conduct.agencies.models import RoleGrant
from conduct.ratings.models import Result, YearDecision, YearRating
from conduct.ratings.services.results import confirm_result
from tests.cast import Cast, make_cast
from tests.factories import NOW

from .arrange import add_task, give_points, make_sheet
from .petitioning import confirmed


@pytest.fixture
def cast(db: None, rating_schemes: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return make_cast()


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_draft_says_so_and_what_the_person_gave(client: Client, cast: Cast) -> None:
    sheet = make_sheet(cast.lan_posting)
    add_task(sheet, name="Tiếp nhận hồ sơ hộ tịch", returns=2, excused_returns=1, excused_by=cast.minh)
    give_points(sheet, "self", less="0.5")
    client.force_login(cast.lan)
    text = text_of(client, f"/ratings/forms/{sheet.pk}/form.pdf")
    for words in (
        "DỰ THẢO", "Mẫu số 01", "29,5 (cá nhân tự chấm)", "tháng 10 năm 2026", "Tiếp nhận hồ sơ hộ tịch",
        "2 (miễn 1)", "Trung tâm Phục vụ hành chính công, Xã An Thuận",
    ):  # fmt: skip
        assert words in text, words


def test_a_confirmed_one_keeps_what_was_confirmed(client: Client, cast: Cast) -> None:
    result = confirmed(cast)
    cast.lan.full_name = "Người Khác"
    cast.lan.save()
    client.force_login(cast.lan)
    address = f"/ratings/forms/{result.sheet_id}/form.pdf"
    text = text_of(client, address)
    for words in (
        "Tôn Nữ Hoàng Thảo Lan", "99 (cá nhân tự chấm: 99)", "Tận tụy với dân.", "Cần đúng giờ hơn.",
        "Đi làm muộn hai buổi.", "Người xác nhận kết quả: Lê Thị Tâm, Chủ tịch UBND xã",
    ):  # fmt: skip
        assert words in text, words
    assert "DỰ THẢO" not in text
    assert client.get(address).content == client.get(address).content
    confirm_result(
        sheet=result.sheet, cause=Result.Cause.RERATED, by=cast.tam, now=NOW, reason="Chấm nhầm.",
        points={"I.1": Decimal("3.5")},
    )  # fmt: skip
    assert "Kết quả số 2, thay thế kết quả số 1: Chấm nhầm." in text_of(client, address)


def test_the_form_as_a_table(client: Client, cast: Cast) -> None:
    result = confirmed(cast)
    client.force_login(cast.lan)
    content = client.get(f"/ratings/forms/{result.sheet_id}/form.xlsx").content
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python()
    total = next(row for row in rows if row[1] == "Tổng điểm theo dõi, đánh giá công chức")
    assert total[2:5] == [100.0, 99.0, 99.0]


def test_only_those_whom_the_sheet_concerns_get_the_form(client: Client, cast: Cast) -> None:
    result = confirmed(cast)
    draft = make_sheet(cast.minh_posting)
    for ending in ("pdf", "xlsx"):
        for user, status in (
            (cast.lan, 200), (cast.minh, 200), (cast.tam, 200), (cast.phuong, 200), (cast.quan, 200),
            (cast.hoa, 404), (cast.oanh, 404), (cast.hanh, 404),
        ):  # fmt: skip
            client.force_login(user)
            answer = client.get(f"/ratings/forms/{result.sheet_id}/form.{ending}")
            assert answer.status_code == status, (user, ending)
        for user, status in ((cast.lan, 404), (cast.quan, 404), (cast.minh, 200)):
            client.force_login(user)
            answer = client.get(f"/ratings/forms/{draft.pk}/form.{ending}")
            assert answer.status_code == status, (user, ending)
    RoleGrant.objects.filter(person=cast.quan).update(ends_on=date(2026, 10, 19))
    client.force_login(cast.quan)
    assert client.get(f"/ratings/forms/{result.sheet_id}/form.pdf").status_code == 404


def decided(cast: Cast, result: Result) -> YearRating:
    decision = YearDecision.objects.create(
        office=cast.commune, year=2026, number="15/QĐ-UBND", decided_on=NOW.date(), signed_by=cast.tam,
        signed_at=NOW, cap_base="good_only", sha256="0" * 64,
    )  # fmt: skip
    months = [
        {"month": month, "total": "88.5", "leaves": [], "office": "", "by_quarter": False, "state": "rated"}
        for month in range(1, 13)
    ]
    return YearRating.objects.create(
        posting=cast.lan_posting, person=cast.lan, office=cast.commune, year=2026, scheme=result.sheet.scheme,
        state="decided", months=months, mean=Decimal("88.5"), self_level="htxsnv", level="httnv",
        self_rated_at=NOW, decision=decision, notified_at=NOW,
    )  # fmt: skip


def test_the_year_form(client: Client, cast: Cast) -> None:
    rating = decided(cast, confirmed(cast))
    client.force_login(cast.lan)
    text = text_of(client, f"/ratings/forms/year/{rating.pk}/form.pdf")
    for words in ("Mẫu số 02", "Năm 2026", "88,5", "Quyết định số 15/QĐ-UBND", "Lê Thị Tâm"):
        assert words in text, words
    assert "DỰ THẢO" not in text
    assert client.get(f"/ratings/forms/year/{rating.pk}/form.xlsx").status_code == 200
    client.force_login(cast.hoa)
    assert client.get(f"/ratings/forms/year/{rating.pk}/form.pdf").status_code == 404
