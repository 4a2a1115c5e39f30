"""The sheet of a service point as PDF."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from conduct.documents.sheets import DeskSheet, Paper, desk_sheet_pdf

AT = datetime(2026, 11, 22, tzinfo=UTC)
SHEET = DeskSheet(
    office="Trung tâm Phục vụ hành chính công",
    place="Xã An Thuận, tỉnh Mực Giang",
    desk="Quầy 2 · Hộ tịch, chứng thực",
    desk_en="Desk 2 · Civil status, certification",
    address="https://chuanmuc.example/r/at2k/",
)
LONG = DeskSheet(
    office="Trung tâm Phục vụ hành chính công và tiếp nhận, trả kết quả giải quyết thủ tục hành chính",
    place="Phường Nguyễn Thị Minh Khai – Hoàng Văn Thụ, tỉnh Mực Giang",
    desk="Quầy 12 · Đất đai, xây dựng, môi trường, nông nghiệp, giao thông và các lĩnh vực khác",
    desk_en="",
    address="http://localhost:8000/r/mot-dia-chi/",
)


def words(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


@pytest.mark.parametrize("paper", ["a4", "a5"])
@pytest.mark.parametrize("sheet", [SHEET, LONG], ids=["short", "long"])
def test_sheet_is_one_page(sheet: DeskSheet, paper: Paper) -> None:
    assert len(PdfReader(io.BytesIO(desk_sheet_pdf(sheet, at=AT, paper=paper))).pages) == 1


def test_sheet_asks_in_two_languages_and_shows_the_short_address() -> None:
    text = words(desk_sheet_pdf(SHEET, at=AT))
    assert "Ông/bà hài lòng thế nào" in text
    assert "How were you served today?" in text
    assert SHEET.office in text
    assert SHEET.desk in text
    assert SHEET.desk_en in text
    assert "chuanmuc.example/r/at2k" in text
    assert "https://" not in text


def test_sheet_is_set_in_the_official_typeface() -> None:
    page: Any = PdfReader(io.BytesIO(desk_sheet_pdf(SHEET, at=AT))).pages[0]
    fonts = page["/Resources"]["/Font"].values()
    names = {font.get_object()["/BaseFont"].partition("+")[2] for font in fonts}
    assert names == {"Tinos-Regular", "Tinos-Bold"}


def test_same_sheet_gives_the_same_bytes() -> None:
    assert desk_sheet_pdf(SHEET, at=AT) == desk_sheet_pdf(SHEET, at=AT)


def test_markup_in_a_name_stays_text() -> None:
    sheet = DeskSheet("#panic() *x*", "", '"] #eval("1")', "", SHEET.address)
    assert "#panic() *x*" in words(desk_sheet_pdf(sheet, at=AT))
