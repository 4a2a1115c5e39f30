"""Mẫu số 01 and Mẫu số 02 on paper: what they say, how they wrap, how their pages are numbered."""

import io
from datetime import date
from typing import Any

from pypdf import PdfReader

from conduct.documents.official import Head
from conduct.documents.ratings import (
    FormGroup,
    FormLine,
    RatingForm,
    SignatureBlock,
    YearForm,
    rating_forms_pdf,
    year_forms_pdf,
)
from tests.factories import NOW

LONG = "Nguyễn Phước Công Tằng Tôn Nữ Hoàng Thảo Nguyên Khánh Linh"


def signatures() -> tuple[SignatureBlock, SignatureBlock]:
    return (
        SignatureBlock(
            "An Thuận, ngày 25 tháng 10 năm 2026", ("CÔNG CHỨC TỰ ĐÁNH GIÁ",), ("(Đã xác nhận)",), LONG
        ),
        SignatureBlock("....., ngày .... tháng .... năm ......", ("CẤP CÓ THẨM QUYỀN",), (), ""),
    )


def form(**changes: Any) -> RatingForm:
    line = FormLine(
        "1", "Tinh thần trách nhiệm trong thực thi công vụ", "2,5", "2,25", "2", "Trễ hẹn hai lần."
    )
    group = FormGroup("I", "Năng lực chuyên môn, nghiệp vụ", "10", (line,) * 4)
    values: dict[str, Any] = {
        "head": Head("Tỉnh Mực Giang", "Xã An Thuận", "An Thuận", date(2026, 10, 30)),
        "is_draft": False, "period": "tháng 10 năm 2026", "name": LONG,
        "title": "Công chức Tư pháp – Hộ tịch",
        "unit": "Trung tâm Phục vụ hành chính công", "groups": (group,) * 3, "maximum": "30", "own_sum": "29",
        "given_sum": "28,5", "sums": (("1. Điểm tiêu chí chung", "28,5"),),
        "texts": (("4. Ưu điểm", "Tận tụy với dân.\n" * 3), ("5. Hạn chế, khuyết điểm", "")),
        "signatures": signatures(), "tasks": (("Giải quyết hồ sơ hộ tịch", "1", "10", "10", "0", "0", ""),),
        "shares": (("a) Số lượng", "100 %"),), "notes": ("Bộ tiêu chí: NĐ 335.",),
    }  # fmt: skip
    return RatingForm(**{**values, **changes})


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_the_form_says_what_the_decree_prints() -> None:
    text = pages(rating_forms_pdf([form()], at=NOW))
    whole = " ".join(text)
    for words in (
        "Mẫu số 01", "ỦY BAN NHÂN DÂN XÃ AN THUẬN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "PHIẾU THEO DÕI, ĐÁNH GIÁ CÔNG CHỨC", "(Kỳ theo dõi, đánh giá: tháng 10 năm 2026)", "Điểm tối đa",
        "Tổng cộng", "4. Ưu điểm", "CÔNG CHỨC TỰ ĐÁNH GIÁ", "Trễ hẹn hai lần.",
    ):  # fmt: skip
        assert words in whole, words
    assert LONG.split()[-1] in whole
    assert "DỰ THẢO" not in whole


def test_a_draft_says_so() -> None:
    assert "DỰ THẢO" in pages(rating_forms_pdf([form(is_draft=True)], at=NOW))[0]


def test_each_form_counts_its_own_pages_from_the_second_on() -> None:
    one = pages(rating_forms_pdf([form()], at=NOW))
    two = pages(rating_forms_pdf([form(), form(name="Phạm Hữu Minh")], at=NOW))
    assert len(two) == 2 * len(one)
    assert not one[0].startswith("1")
    assert one[1].startswith("2 ")
    assert not two[len(one)].startswith(str(len(one) + 1))
    assert two[len(one) + 1].startswith("2 ")


def test_the_same_form_gives_the_same_bytes() -> None:
    assert rating_forms_pdf([form()], at=NOW) == rating_forms_pdf([form()], at=NOW)


def test_the_year_form_ticks_one_box_a_side() -> None:
    year = YearForm(
        head=Head("Tỉnh Mực Giang", "Xã An Thuận", "An Thuận", date(2026, 12, 10)), is_draft=True,
        year="2026",
        name=LONG, title="Công chức", unit="Phòng Văn hóa – Xã hội",
        months=tuple((str(month), "88,67", "") for month in range(1, 13)), mean="88,67",
        boxes=(("Hoàn thành xuất sắc nhiệm vụ", False, False), ("Hoàn thành tốt nhiệm vụ", True, True)),
        decided="Theo Quyết định số 15/QĐ-UBND.", handling="", notes=(), signatures=signatures(),
    )  # fmt: skip
    text = " ".join(pages(year_forms_pdf([year], at=NOW)))
    for words in ("Mẫu số 02", "PHIẾU XẾP LOẠI CHẤT LƯỢNG CÔNG CHỨC", "Năm 2026",
                  "Tổng điểm trung bình cả năm",
                  "IV. ĐỀ XUẤT PHƯƠNG ÁN XỬ LÝ", "15/QĐ-UBND"):  # fmt: skip
        assert words in text, words
