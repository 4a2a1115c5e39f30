"""The register of a campaign on paper and as a sheet, opened and read."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from conduct.agencies.models import Agency
from conduct.commitments.models import Campaign
from conduct.commitments.services import registers
from conduct.commitments.services.registers import read_register, register_pdf, register_xlsx, signer
from conduct.documents import parts
from tests.cast import Cast
from tests.factories import DAY, NOW, make_agency, make_posting, make_user
from tests.integration.commitments.papers import (
    have_signed,
    pages_of,
    sign,
    staff,
    words_of,
)

HEADINGS = "TT Họ và tên Chức vụ Ngày ký Cách ký Mã kiểm tra SHA-256"


@pytest.fixture
def signed(cast: Cast, campaign: Campaign) -> Campaign:
    """Lan, Tâm and Khánh signed in three ways, Minh is excused, Quân declined."""
    have_signed(cast, campaign)
    return campaign


def pdf_of(campaign: Campaign, agency: Agency) -> list[str]:
    register = read_register(campaign, agency, DAY)
    return pages_of(register_pdf(register, at=NOW, tell=lambda _share: None))


def test_register_lists_by_department_and_given_name(cast: Cast, signed: Campaign) -> None:
    found = read_register(signed, cast.commune, DAY)
    assert [(group.unit, [line.name for line in group.lines]) for group in found.groups] == [
        ("Xã An Thuận", ["Lê Thị Tâm"]),
        ("Trung tâm Phục vụ hành chính công", ["Đặng Quốc Khánh", "Tôn Nữ Hoàng Thảo Lan"]),
    ]
    assert [one.name for one in found.excused] == ["Phạm Hữu Minh"]
    assert [one.name for one in found.declined] == ["Đỗ Anh Quân"]
    assert (found.total.in_scope, found.total.signed, found.total.excused, found.total.declined) == (
        5,
        3,
        1,
        1,
    )


def test_paper_says_who_signed_when_and_how(cast: Cast, signed: Campaign) -> None:
    said = " ".join(pdf_of(signed, cast.commune))
    for words in (
        "UBND TỈNH MỰC GIANG", "ỦY BAN NHÂN DÂN XÃ AN THUẬN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "An Thuận, ngày 20 tháng 10 năm 2026", "SỔ ĐĂNG KÝ CAM KẾT",
        "Thực hiện “2 không, 1 biết” năm 2026", "Tôn Nữ Hoàng Thảo Lan", "Công chức Tư pháp – Hộ tịch",
        "20/10/2026", "Mật khẩu", "Khóa truy cập", "Trên giấy", "7K3M-9PQR-ABCD-EFGH-JK01",
        "Tổng số người thuộc diện ký: 5. Đã ký: 3. Được miễn ký: 1. Từ chối ký: 1. Chưa ký: 0.",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH", "Nơi nhận:",
    ):  # fmt: skip
        assert words in said, words


def test_paper_gives_no_reasons(cast: Cast, signed: Campaign) -> None:
    said = " ".join(pdf_of(signed, cast.commune))
    assert "Phạm Hữu Minh" in said
    assert "thai sản" not in said
    assert "đồng ý" not in said


def test_register_of_a_department_holds_nobody_else(cast: Cast, signed: Campaign) -> None:
    said = " ".join(pdf_of(signed, cast.one_stop))
    assert "Thảo Lan" in said
    assert "Thị Tâm" not in said
    assert "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG" in said
    assert "UBND XÃ AN THUẬN" in said


def test_register_of_a_province_names_department_and_office(cast: Cast, signed: Campaign) -> None:
    signed.agency = cast.province
    signed.save()
    units = [group.unit for group in read_register(signed, cast.province, DAY).groups]
    assert units == ["Xã An Thuận", "Trung tâm Phục vụ hành chính công, Xã An Thuận"]


def test_who_signed_and_moved_on_stays_in_the_register(cast: Cast, signed: Campaign) -> None:
    cast.lan_posting.ends_on = DAY - timedelta(days=1)
    cast.lan_posting.save()
    found = read_register(signed, cast.commune, DAY)
    assert [line.name for line in found.left] == ["Tôn Nữ Hoàng Thảo Lan"]
    assert found.total.in_scope == 4
    assert "Đã ký, nay không còn ở vị trí đó (1 người)" in " ".join(pdf_of(signed, cast.commune))


def test_register_without_signatures_says_so(cast: Cast, campaign: Campaign) -> None:
    assert "Chưa có người ký." in " ".join(pdf_of(campaign, cast.commune))


def test_head_is_repeated_on_every_page_and_pages_are_counted(cast: Cast, campaign: Campaign) -> None:
    staff(cast.one_stop, campaign, 60)
    pages = pdf_of(campaign, cast.commune)
    assert len(pages) >= 3
    tables = [page for page in pages if "Nguyễn Thị Hoàng Bảo Ngọc" in page]
    assert len(tables) >= 3
    for page in tables:
        assert page.count(HEADINGS) == 1
        assert "Trung tâm Phục vụ hành chính công (60 người)" in page
    assert not pages[0].startswith("1/")
    for number, page in enumerate(pages[1:], 2):
        assert page.startswith(f"{number}/{len(pages)} "), page[:30]


def test_long_register_is_made_in_parts_that_count_on(
    cast: Cast, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "PART_ROWS", 25)
    staff(cast.one_stop, campaign, 60)
    staff(cast.department, campaign, 8)
    told: list[float] = []
    pages = pages_of(register_pdf(read_register(campaign, cast.commune, DAY), at=NOW, tell=told.append))
    for number, page in enumerate(pages[1:], 2):
        assert page.startswith(f"{number}/{len(pages)} "), page[:30]
    numbers = [int(one) for one in re.findall(r"(\d+) Nguyễn Thị Hoàng Bảo Ngọc", " ".join(pages))]
    assert numbers == list(range(1, 69))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert " ".join(pages).count("SỔ ĐĂNG KÝ CAM KẾT") == " ".join(pages).count("Nơi nhận:") == 1


def test_parts_end_with_departments(cast: Cast, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """20 and 20 do not fit into 25: two parts; 60 alone are cut."""
    monkeypatch.setattr(registers, "PART_ROWS", 25)
    staff(cast.one_stop, campaign, 20)
    staff(cast.department, campaign, 20)
    made: list[Any] = []

    def keep(_template: str, some: list[Any], **_options: Any) -> bytes:
        made.extend(some)
        return b""

    monkeypatch.setattr(registers, "compile_parts", keep)
    register_pdf(read_register(campaign, cast.commune, DAY), at=NOW, tell=lambda _: None)
    assert [[len(group["rows"]) for group in part["groups"]] for part in made] == [[20], [20]]


def test_every_word_of_long_names_is_on_the_paper(cast: Cast, campaign: Campaign) -> None:
    long = make_agency(
        "Trung tâm Phục vụ hành chính công và tiếp nhận, trả kết quả giải quyết thủ tục hành chính",
        kind="one_stop", parent=cast.commune,
    )  # fmt: skip
    person = make_user("Công Tằng Tôn Nữ Nguyễn Phước Quỳnh Hoàng Thảo Uyên")
    title = "Viên chức Văn hóa – Xã hội, phụ trách công tác gia đình, trẻ em và bình đẳng giới"
    sign(campaign, make_posting(person, long, title=title))
    said = words_of(" ".join(pdf_of(campaign, long)))
    assert words_of(f"{person.full_name} {title} {long.name.upper()}") <= said


def test_head_of_the_office_signs_it(cast: Cast) -> None:
    assert signer(cast.commune, DAY) == ("Lê Thị Tâm", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"))
    assert signer(cast.one_stop, DAY) == (
        "Phạm Hữu Minh",
        ("KT. GIÁM ĐỐC TRUNG TÂM", "PHÓ GIÁM ĐỐC TRUNG TÂM"),
    )
    assert signer(cast.department, DAY) == ("", ("THỦ TRƯỞNG ĐƠN VỊ",))


def test_sheet_holds_the_same(cast: Cast, signed: Campaign) -> None:
    content = register_xlsx(read_register(signed, cast.commune, DAY))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "SỔ ĐĂNG KÝ CAM KẾT"
    table = [row for row in rows if isinstance(row[0], float)]
    assert [(row[1], row[4]) for row in table] == [
        ("Lê Thị Tâm", "Đã ký"), ("Đặng Quốc Khánh", "Đã ký"), ("Tôn Nữ Hoàng Thảo Lan", "Đã ký"),
        ("Phạm Hữu Minh", "Được miễn ký"), ("Đỗ Anh Quân", "Từ chối ký"),
    ]  # fmt: skip
    assert table[2][5] == DAY
    assert table[2][7] == "7K3M-9PQR-ABCD-EFGH-JK01"
    assert "thai sản" not in str(rows)


def test_typst_is_made_to_forget(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []
    monkeypatch.setattr("conduct.documents.parts.typst.compile", lambda source, **_: made.append(source))
    parts.forget_layouts()
    assert len(made) > 10
