"""The list to sign by hand."""

import io
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from conduct.commitments.models import Campaign, Pledge
from conduct.commitments.rules.pledges import sha256_of
from conduct.commitments.services.signing import text_for
from models_catalog.models import Item, ItemGroup
from tests.cast import Cast
from tests.factories import NOW, make_posting, make_user


def words_of(client: Client, campaign: Campaign, **filters: Any) -> list[str]:
    """The text of each page, its blanks made single."""
    response = client.get(f"/commitments/{campaign.pk}/paper/form/", filters)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Cache-Control"] == "private, no-store"
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(response.content)).pages]


def test_paper_holds_the_text_once_and_a_row_for_everybody(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    group = ItemGroup.objects.create(
        adoption=cast.adoption, position=1, number=1, keyword="luôn", polarity=ItemGroup.Polarity.DUTY
    )
    Item.objects.create(group=group, position=1, text="Luôn ghi giấy hẹn", sources=["supervisor"])
    client.force_login(cast.quan)
    whole = " ".join(words_of(client, campaign))
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "ỦY BAN NHÂN DÂN XÃ AN THUẬN",
        "BẢN CAM KẾT",
        "1. Không thất hứa với dân.",
        "3. Biết vui vẻ khi tiếp xúc với dân.",
        "Nội dung bổ sung của Xã An Thuận:",
        "4. Luôn ghi giấy hẹn.",
        "DANH SÁCH KÝ CAM KẾT",
        "Danh sách có 4 người.",
    ):
        assert whole.count(said) == 1, said
    for name in ("Tôn Nữ Hoàng Thảo Lan", "Phạm Hữu Minh", "Lê Thị Tâm", "Đỗ Anh Quân"):
        assert name in whole
    assert "ngày ..... tháng ..... năm" in whole


def test_head_of_the_table_stands_on_every_page(client: Client, cast: Cast, campaign: Campaign) -> None:
    for number in range(60):
        make_posting(
            make_user(f"Nguyễn Thị Hoàng Số {number:02}"), cast.one_stop, title="Công chức Văn phòng"
        )
    client.force_login(cast.quan)
    pages = words_of(client, campaign)
    with_rows = [page for page in pages if "Hoàng Số" in page]
    assert len(with_rows) >= 3
    assert all("Họ và tên" in page and "Ngày ký, chữ ký" in page for page in with_rows)
    assert sum(page.count("Hoàng Số") for page in pages) == 60
    assert all(f"{number}/{len(pages)}" in page for number, page in enumerate(pages[1:], 2))


def test_who_has_signed_and_who_is_filtered_out_has_no_row(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    text = text_for(campaign, cast.lan_posting)
    Pledge.objects.create(
        campaign=campaign, posting=cast.lan_posting, text=text, sha256=sha256_of(text), method="password",
        signed_at=NOW,
    )  # fmt: skip
    client.force_login(cast.quan)
    assert "Thảo Lan" not in " ".join(words_of(client, campaign))
    part = " ".join(words_of(client, campaign, agency=cast.one_stop.pk))
    assert "Danh sách có 1 người." in part
    assert "Phạm Hữu Minh" in part


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("minh", 403), ("hoa", 404)])
def test_only_who_enters_paper_prints_it(
    client: Client, cast: Cast, campaign: Campaign, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"/commitments/{campaign.pk}/paper/form/").status_code == status


def test_retired_wording_is_not_printed(client: Client, cast: Cast, campaign: Campaign) -> None:
    cast.adoption.version.state = "retired"
    cast.adoption.version.save(update_fields=["state"])
    client.force_login(cast.quan)
    assert client.get(f"/commitments/{campaign.pk}/paper/form/").status_code == 403
