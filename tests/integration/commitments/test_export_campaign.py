"""The lists of a campaign as XLSX, for those who may see names."""

import io
from datetime import date

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from conduct.commitments.models import Campaign, NotSigning, Pledge
from tests.cast import Cast
from tests.factories import NOW, adopt

HEADINGS: list[object] = ["Người", "Chức danh", "Bộ phận", "Trạng thái", "Ngày ký", "Lý do"]


def url(campaign: Campaign) -> str:
    return f"/commitments/{campaign.pk}/export/"


def rows(content: bytes) -> list[list[object]]:
    return [
        list(row)
        for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    ]


@pytest.fixture
def campaign(campaign: Campaign, cast: Cast) -> Campaign:
    """Lan signed, Minh is excused, Tâm declined."""
    Pledge.objects.create(
        campaign=campaign,
        posting=cast.lan_posting,
        text="x",
        sha256="0" * 64,
        method="password",
        signed_at=NOW,
    )
    for posting, kind in ((cast.minh_posting, "excused"), (cast.tam_posting, "declined")):
        NotSigning.objects.create(
            campaign=campaign, posting=posting, kind=kind, reason="=1+1", stated_by=cast.tam, stated_at=NOW
        )
    return campaign


def test_the_list_says_who_signed_and_why_not(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.quan)
    response = client.get(url(campaign))
    assert response.headers["Content-Disposition"].startswith('attachment; filename="signing-')
    sheet = rows(response.content)
    assert sheet[0][0] == "Ký cam kết “2 không, 1 biết” năm 2026"
    assert sheet[3][0] == "Đã ký 1/3 (không tính người được miễn ký); miễn ký 1 trong 4 người thuộc diện."
    top = sheet.index(HEADINGS)
    told = {str(row[0]): (row[3], row[5]) for row in sheet[top + 1 :]}
    assert told == {
        "Tôn Nữ Hoàng Thảo Lan": ("Đã ký", ""),
        "Phạm Hữu Minh": ("Được miễn ký", "=1+1"),
        "Đỗ Anh Quân": ("Chưa ký", ""),
        "Lê Thị Tâm": ("Từ chối ký", "=1+1"),
    }


def test_the_list_is_filtered_as_on_the_page(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    sheet = rows(client.get(url(campaign), {"state": "open"}).content)
    assert [row[0] for row in sheet[sheet.index(HEADINGS) + 1 :]] == ["Đỗ Anh Quân"]


def test_supervisor_exports_the_own_people_only(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.minh)
    sheet = rows(client.get(url(campaign)).content)
    names = [row[0] for row in sheet[sheet.index(HEADINGS) + 1 :]]
    assert names == ["Tôn Nữ Hoàng Thảo Lan", "Phạm Hữu Minh"]


def test_coverage_adds_up(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    sheet = rows(client.get(url(campaign), {"list": "coverage"}).content)
    at = [str(row[0]) for row in sheet].index("Cơ quan")
    assert sheet[at] == [
        "Cơ quan",
        "Bộ phận",
        "Thuộc diện",
        "Cần ký",
        "Đã ký",
        "Được miễn ký",
        "Từ chối ký",
        "Chưa ký",
    ]
    assert sheet[at + 1 :] == [
        ["Xã An Thuận", "", 1, 1, 0, 0, 1, 0],
        ["Xã An Thuận", "Phòng Văn hóa – Xã hội", 1, 1, 0, 0, 0, 1],
        ["Xã An Thuận", "Trung tâm Phục vụ hành chính công", 2, 1, 1, 1, 0, 0],
        ["Cộng", "", 4, 3, 1, 1, 1, 1],
    ]


def test_one_office_of_a_province_is_exported(client: Client, cast: Cast) -> None:
    above = Campaign.objects.create(
        agency=cast.province, adoption=adopt(cast.province, cast.adoption.version), year=2026,
        opens_on=date(2026, 10, 1), due_on=date(2026, 11, 30), opened_at=NOW,
    )  # fmt: skip
    client.force_login(cast.phuong)
    whole = rows(client.get(url(above)).content)
    office = rows(client.get(url(above), {"office": cast.commune.code}).content)
    assert len(whole) - len(office) == 2
    assert "Trần Thị Hoa" not in {row[0] for row in office}
    client.force_login(cast.tam)
    assert client.get(url(above), {"office": cast.other_commune.code}).status_code == 404
    assert "Trần Thị Hoa" not in {row[0] for row in rows(client.get(url(above)).content)}


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("hoa", 404)])
@pytest.mark.parametrize("query", ["", "?list=coverage"])
def test_staff_and_strangers_export_nothing(
    client: Client, cast: Cast, campaign: Campaign, who: str, status: int, query: str
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(url(campaign) + query).status_code == status


@pytest.mark.parametrize("query", ["?list=x", "?office=KHONG-CO", "?office=" + "x" * 5000])
def test_strange_lists_are_not_found(client: Client, cast: Cast, campaign: Campaign, query: str) -> None:
    client.force_login(cast.tam)
    assert client.get(url(campaign) + query).status_code == 404


@pytest.mark.parametrize("code", ["%00", "KHONG-CO", "%20"])
def test_an_office_that_is_none_is_not_found(
    client: Client, cast: Cast, campaign: Campaign, code: str
) -> None:
    client.force_login(cast.tam)
    assert client.get(f"/commitments/{campaign.pk}/export/?office={code}").status_code == 404
