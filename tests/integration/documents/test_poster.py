"""The poster of a conduct model as PDF."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from conduct.documents.posters import PosterGroup, WallPaper, WallPoster, poster_pdf

AT = datetime(2026, 11, 22, tzinfo=UTC)
NOT = (
    "Không hách dịch, cửa quyền, gây phiền hà",
    "Không vi phạm giờ giấc làm việc",
    "Không thất hứa với dân",
    "Không nhận quà biếu dưới mọi hình thức",
    "Không vi phạm kỷ luật phát ngôn",
)
KNOW = ("Biết nghe dân nói, nói dân nghe, dân hiểu", "Biết vui vẻ khi tiếp xúc với dân", "Biết xin lỗi")
LONG = (
    "Chấp hành nghiêm chủ trương, đường lối của Đảng, chính sách, pháp luật của Nhà nước và nội quy cơ quan"
)


def make(*groups: PosterGroup, **fields: Any) -> WallPoster:
    values: dict[str, Any] = {
        "office": "Trung tâm Phục vụ hành chính công",
        "above": "Xã An Thuận",
        "model": "5 không, 3 biết",
        "since": date(2025, 7, 1),
        "decision": "12/QĐ-UBND",
        "address": "https://chuanmuc.example/r/hv2kmpx/",
    }
    return WallPoster(groups=groups, **{**values, **fields})


EIGHT = make(PosterGroup("5 không", NOT), PosterGroup("3 biết", KNOW))
SIZES = {
    "three": make(PosterGroup("3 biết", KNOW), model="3 biết"),
    "eight": EIGHT,
    "twenty-five": make(*(PosterGroup(f"{n} nên", (LONG,) * n) for n in (9, 9, 7))),
    "names": make(PosterGroup("5 không", NOT), office=LONG, model=LONG + " " + LONG),
}


def read(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(pdf))
    return reader, " ".join(reader.pages[0].extract_text().split())


def sizes(pdf: bytes) -> list[float]:
    """The sizes of type in points, in the order of the page."""
    found: list[float] = []

    def note(text: str, _user: Any, matrix: list[float], _font: Any, size: float) -> None:
        if text.strip():
            found.append(abs(size * matrix[3]))

    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=note)
    return found


@pytest.mark.parametrize("paper", ["a3", "a4"])
@pytest.mark.parametrize("size", SIZES)
def test_poster_is_one_page_with_every_word(size: str, paper: WallPaper) -> None:
    poster = SIZES[size]
    reader, text = read(poster_pdf(poster, at=AT, paper=paper))
    assert len(reader.pages) == 1
    width = float(reader.pages[0].mediabox.width)
    assert width == pytest.approx({"a3": 841.9, "a4": 595.3}[paper], abs=0.5)
    assert poster.office in text
    for group in poster.groups:
        for item in set(group.items):
            assert text.count(item) >= group.items.count(item), item
    assert "chuanmuc.example/r/hv2kmpx" in text
    assert "Thực hiện từ 01/07/2025 theo Quyết định 12/QĐ-UBND." in text


def test_fewer_items_are_set_larger() -> None:
    def largest(name: str) -> float:
        text = sizes(poster_pdf(SIZES[name], at=AT))
        return sorted(text)[len(text) // 2]

    assert largest("three") > largest("eight") > largest("twenty-five")
    assert largest("eight") >= 18  # points: to be read at three metres


def test_office_says_what_it_added() -> None:
    own = PosterGroup("1 nên", ("Nên gọi điện báo trước",), is_local=True)
    _reader, text = read(poster_pdf(make(PosterGroup("5 không", NOT), own), at=AT))
    assert "1 nên (cơ quan bổ sung)" in text
    assert "5 không (cơ quan bổ sung)" not in text


def test_poster_without_an_address_has_no_code() -> None:
    _reader, text = read(poster_pdf(make(PosterGroup("3 biết", KNOW), address="", decision=""), at=AT))
    assert "Quét mã" not in text
    assert text.endswith("Thực hiện từ 01/07/2025.")


def test_same_poster_gives_the_same_bytes() -> None:
    assert poster_pdf(EIGHT, at=AT) == poster_pdf(EIGHT, at=AT)


def test_text_of_an_office_is_no_typst() -> None:
    wild = "Không #pagebreak() $x$ *đậm* \\ `mã` @ai <nhãn>"
    _reader, text = read(poster_pdf(make(PosterGroup("1 không", (wild,))), at=AT))
    assert re.sub(r"\s", "", wild) in re.sub(r"\s", "", text)
