"""One office in the campaign of an agency above."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import Client

from conduct.commitments.models import Campaign, Pledge
from tests.cast import Cast
from tests.factories import NOW, adopt, make_agency, make_posting, make_user


@pytest.fixture
def above(cast: Cast) -> Campaign:
    """The province asks everybody, in all its communes."""
    return Campaign.objects.create(
        agency=cast.province, adoption=adopt(cast.province, cast.adoption.version), year=2026,
        opens_on=date(2026, 10, 1), due_on=date(2026, 11, 30), opened_by=cast.phuong, opened_at=NOW,
    )  # fmt: skip


def url(campaign: Campaign, code: str) -> str:
    return f"/commitments/{campaign.pk}/offices/{code}/"


def test_province_goes_down_to_an_office(client: Client, cast: Cast, above: Campaign) -> None:
    Pledge.objects.create(
        campaign=above, posting=cast.lan_posting, text="x", sha256="0" * 64, method="password", signed_at=NOW
    )
    client.force_login(cast.phuong)
    campaign = client.get(f"/commitments/{above.pk}/").content.decode()
    assert '<span class="figure">1/6</span>' in campaign
    assert url(above, cast.commune.code) in campaign
    office = client.get(url(above, cast.commune.code)).content.decode()
    assert '<span class="figure">1/4</span>' in office
    assert "Phòng Văn hóa – Xã hội" in office
    assert "Tôn Nữ Hoàng Thảo Lan" in office
    assert "Trần Thị Hoa" not in office


def test_head_of_an_office_sees_the_own_one_alone(client: Client, cast: Cast, above: Campaign) -> None:
    client.force_login(cast.tam)
    assert "Phạm Hữu Minh" in client.get(url(above, cast.commune.code)).content.decode()
    assert client.get(url(above, cast.other_commune.code)).status_code == 404
    assert url(above, cast.other_commune.code) not in client.get(f"/commitments/{above.pk}/").content.decode()


def test_staff_see_the_numbers_of_their_office(client: Client, cast: Cast, above: Campaign) -> None:
    client.force_login(cast.lan)
    shown = client.get(url(above, cast.commune.code)).content.decode()
    assert '<span class="figure">0/4</span>' in shown
    assert "Phạm Hữu Minh" not in shown


def test_stranger_finds_no_such_page(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.hoa)
    assert client.get(url(campaign, cast.one_stop.code)).status_code == 404


@pytest.mark.parametrize("code", ["KHONG-CO", "X" * 40])
def test_unknown_office_is_not_found(client: Client, cast: Cast, above: Campaign, code: str) -> None:
    client.force_login(cast.phuong)
    assert client.get(url(above, code)).status_code == 404


def test_an_agency_outside_the_campaign_is_not_found(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.phuong)
    assert client.get(url(campaign, cast.other_commune.code)).status_code == 404


def test_the_agency_itself_leads_to_its_campaign(client: Client, cast: Cast, above: Campaign) -> None:
    client.force_login(cast.phuong)
    response = client.get(url(above, cast.province.code))
    assert response.headers["Location"] == f"/commitments/{above.pk}/"


def test_coverage_refreshes_as_a_part(client: Client, cast: Cast, above: Campaign) -> None:
    client.force_login(cast.phuong)
    headers = {"HX-Request": "true", "HX-Target": "coverage"}
    part = client.get(url(above, cast.commune.code), headers=headers).content.decode()
    assert part.strip().startswith('<div id="coverage">')
    assert "0/4" in part


def test_thirty_offices_ask_few_questions(
    client: Client,
    cast: Cast,
    above: Campaign,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    for number in range(30):
        commune = make_agency(f"Xã Thử {number:02}", parent=cast.province)
        part = make_agency(f"Văn phòng {number:02}", kind="department", parent=commune)
        make_posting(make_user(f"Người {number:02}"), part)
    client.force_login(cast.phuong)
    for address in (f"/commitments/{above.pk}/", url(above, cast.commune.code)):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
