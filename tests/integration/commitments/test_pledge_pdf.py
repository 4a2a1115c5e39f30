"""The signed pledge as an official paper, opened and read."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.rules.pledges import in_fours
from conduct.commitments.services.papers import pledge_pdf, verify_url
from tests.cast import Cast
from tests.factories import NOW, adopt, make_agency, make_posting, make_user, make_version
from tests.integration.commitments.papers import CODE, make_sheet, pages_of, sign, words_of

LONG_ITEM = (
    "Không gây phiền hà, sách nhiễu, không để người dân phải đi lại nhiều lần vì hướng dẫn thiếu rõ ràng"
)


@pytest.fixture
def pledge(cast: Cast, campaign: Campaign) -> Pledge:
    return sign(campaign, cast.lan_posting, code=CODE)


@pytest.fixture
def long_pledge(cast: Cast) -> Pledge:
    """Sixty items, long names of everything."""
    office = make_agency(
        "Phường Nguyễn Thị Minh Khai – Hoàng Văn Thụ", parent=cast.province, place="Nguyễn Thị Minh Khai"
    )
    unit = make_agency(
        "Trung tâm Phục vụ hành chính công và tiếp nhận, trả kết quả giải quyết thủ tục hành chính",
        kind="one_stop", parent=office,
    )  # fmt: skip
    person = make_user("Công Tằng Tôn Nữ Nguyễn Phước Quỳnh Hoàng Thảo Uyên")
    posting = make_posting(person, unit, title="Phó Trưởng bộ phận Tiếp nhận và Trả kết quả")
    items = {word: [{"text": f"{LONG_ITEM} ({place})"} for place in range(30)] for word in ("không", "biết")}
    version = make_version(
        items, name="Ứng xử văn minh, trách nhiệm, tận tụy phục vụ nhân dân trong tình hình mới"
    )
    campaign = Campaign.objects.create(
        agency=office, adoption=adopt(office, version), year=2026, opens_on=date(2026, 2, 1),
        due_on=date(2026, 11, 30), opened_at=NOW,
    )  # fmt: skip
    return sign(campaign, posting, signed_at=datetime(2026, 2, 4, 18, 30, tzinfo=UTC))


def text_of(pledge: Pledge) -> str:
    return " ".join(pages_of(pledge_pdf(pledge)))


def test_every_word_of_the_signed_text_is_on_the_paper(pledge: Pledge) -> None:
    assert words_of(pledge.text) <= words_of(text_of(pledge))


def test_every_word_of_a_long_text_is_on_its_pages(long_pledge: Pledge) -> None:
    pages = pages_of(pledge_pdf(long_pledge))
    assert len(pages) >= 3
    assert words_of(long_pledge.text) <= words_of(" ".join(pages))


def test_paper_bears_hash_code_and_how_it_was_signed(pledge: Pledge) -> None:
    said = text_of(pledge)
    assert in_fours(pledge.sha256) in said
    assert "7K3M-9PQR-ABCD-EFGH-JK01" in said
    assert "xác nhận bằng mật khẩu" in said
    assert "10:00 ngày 20 tháng 10 năm 2026" in said
    assert "localhost:8000/v/" in said


def test_head_names_both_agencies_the_motto_place_and_date(pledge: Pledge) -> None:
    first = pages_of(pledge_pdf(pledge))[0]
    assert "UBND XÃ AN THUẬN" in first
    assert "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG" in first
    assert first.count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == 1
    assert first.count("Độc lập - Tự do - Hạnh phúc") == 1
    assert "An Thuận, ngày 20 tháng 10 năm 2026" in first


def test_date_is_that_of_the_office_and_bears_its_zeros(long_pledge: Pledge) -> None:
    """18:30 on 4/2 in Greenwich is 5/2 in Hà Nội."""
    assert "Nguyễn Thị Minh Khai, ngày 05 tháng 02 năm 2026" in pages_of(pledge_pdf(long_pledge))[0]


def test_pages_are_numbered_from_the_second_on(long_pledge: Pledge) -> None:
    pages = pages_of(pledge_pdf(long_pledge))
    assert not pages[0].startswith("1 ")
    for number, page in enumerate(pages[1:], 2):
        assert page.startswith(f"{number} "), page[:40]


def test_page_is_a4_with_the_margins_of_the_decree(long_pledge: Pledge) -> None:
    page = PdfReader(io.BytesIO(pledge_pdf(long_pledge))).pages[1]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    left: list[float] = []  # where each piece of text begins, in mm
    sizes: set[int] = set()

    def visit(text: str, outer: list[float], inner: list[float], _font: Any, size: float) -> None:
        if text.strip():
            left.append((inner[4] * outer[0] + outer[4]) * 25.4 / 72)
            sizes.add(round(size))

    page.extract_text(visitor_text=visit)
    assert min(left) == pytest.approx(30, abs=0.5)
    assert sizes <= {11, 12, 13, 14}


def test_paper_is_set_in_the_official_typeface(pledge: Pledge) -> None:
    page: Any = PdfReader(io.BytesIO(pledge_pdf(pledge))).pages[0]
    fonts = page["/Resources"]["/Font"].values()
    names = {font.get_object()["/BaseFont"].partition("+")[2] for font in fonts}
    assert names == {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic"}


def test_same_pledge_gives_the_same_bytes(pledge: Pledge) -> None:
    assert pledge_pdf(pledge) == pledge_pdf(pledge)


def test_qr_leads_to_the_public_page(pledge: Pledge) -> None:
    assert verify_url(pledge) == f"http://localhost:8000/v/{CODE}/"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"method": "passkey"}, ["xác nhận bằng khóa truy cập"]),
        (
            {"method": "paper", "entered_by": "quan"},
            ["Cách ký: Ký trên giấy", "Người ghi nhận: Đỗ Anh Quân", "(Đã ký trên giấy)"],
        ),
        (
            {"method": "on_behalf", "entered_by": "quan", "note": "Đang điều trị, đã đồng ý qua điện thoại"},
            ["Cách ký: Ký thay", "Đỗ Anh Quân", "Ghi chú: Đang điều trị, đã đồng ý qua điện thoại"],
        ),
    ],
)
def test_paper_says_who_recorded_it(
    cast: Cast, campaign: Campaign, fields: dict[str, Any], said: list[str]
) -> None:
    if "entered_by" in fields:
        fields = {**fields, "entered_by": getattr(cast, fields["entered_by"])}
    if fields["method"] == "paper":
        fields["sheet"] = make_sheet(campaign, cast.lan_posting)
    shown = text_of(sign(campaign, cast.lan_posting, **fields))
    assert [words for words in said if words not in shown] == []


def test_markup_in_a_name_stays_text(cast: Cast, campaign: Campaign) -> None:
    cast.lan.full_name = "#panic() *Lan* $x$ @a"
    cast.lan.save()
    posting = cast.lan_posting
    posting.refresh_from_db()
    assert "#panic() *Lan* $x$ @a" in text_of(sign(campaign, posting))


@pytest.mark.parametrize(
    ("who", "status"),
    [("lan", 200), ("minh", 200), ("tam", 200), ("quan", 200), ("phuong", 200), ("hoa", 404)],
)
def test_paper_is_given_to_those_who_may_read_the_pledge(
    client: Client, cast: Cast, pledge: Pledge, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"/commitments/pledges/{pledge.pk}/pdf/").status_code == status


def test_paper_is_a_file_that_no_cache_keeps(
    client: Client, cast: Cast, pledge: Pledge, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client.force_login(cast.lan)
    with django_assert_max_num_queries(8):
        response = client.get(f"/commitments/pledges/{pledge.pk}/pdf/")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="cam-ket-{CODE}.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    assert response.content.startswith(b"%PDF-")
