"""One campaign: numbers for everybody it concerns, names for those who lead or administer."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import Client

from conduct.commitments.models import Campaign, Pledge
from tests.cast import Cast
from tests.factories import NOW, make_posting, make_user


def url(campaign: Campaign) -> str:
    return f"/commitments/{campaign.pk}/"


def sign(campaign: Campaign, cast: Cast) -> Pledge:
    return Pledge.objects.create(
        campaign=campaign,
        posting=cast.lan_posting,
        text="x",
        sha256="0" * 64,
        method="password",
        signed_at=NOW,
    )


def test_head_sees_coverage_and_names(client: Client, cast: Cast, campaign: Campaign) -> None:
    pledge = sign(campaign, cast)
    client.force_login(cast.tam)
    shown = client.get(url(campaign)).content.decode()
    assert "1/4" in shown
    assert "Phòng Văn hóa – Xã hội" in shown
    assert f"/commitments/pledges/{pledge.pk}/" in shown
    names = ["Tôn Nữ Hoàng Thảo Lan", "Phạm Hữu Minh", "Đỗ Anh Quân", "Lê Thị Tâm"]
    assert [shown.index(name, shown.index('id="people"')) for name in names] == sorted(
        shown.index(name, shown.index('id="people"')) for name in names
    )


def test_supervisor_sees_the_names_of_the_own_people_only(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    client.force_login(cast.minh)
    people = client.get(url(campaign)).content.decode().split('id="people"')[1]
    assert "Tôn Nữ Hoàng Thảo Lan" in people
    assert "Đỗ Anh Quân" not in people


def test_staff_see_numbers_and_the_own_state(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.lan)
    shown = client.get(url(campaign)).content.decode()
    assert "0/4" in shown
    assert f"/sign/{cast.lan_posting.pk}/" in shown
    assert "Phạm Hữu Minh" not in shown


def test_stranger_finds_no_such_page(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.hoa)
    assert client.get(url(campaign)).status_code == 404


@pytest.mark.parametrize("pk", ["0", "99999999999999999999", "1e5", "-1"])
def test_unknown_campaign_is_not_found(client: Client, cast: Cast, pk: str) -> None:
    client.force_login(cast.tam)
    assert client.get(f"/commitments/{pk}/").status_code == 404


def test_coverage_refreshes_as_a_part(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.lan)
    part = client.get(url(campaign), headers={"HX-Request": "true", "HX-Target": "coverage"})
    assert part.content.decode().strip().startswith('<div id="coverage">')
    assert "0/4" in part.content.decode()
    assert "HX-Target" in part.headers["Vary"]


@pytest.mark.parametrize("target", ["people", "led", "x", "../base"])
def test_forged_part_shows_staff_no_names(
    client: Client, cast: Cast, campaign: Campaign, target: str
) -> None:
    client.force_login(cast.lan)
    response = client.get(url(campaign), headers={"HX-Request": "true", "HX-Target": target})
    assert response.status_code == 200
    assert "Phạm Hữu Minh" not in response.content.decode()


def test_people_are_filtered_and_paged_on_the_server(client: Client, cast: Cast, campaign: Campaign) -> None:
    sign(campaign, cast)
    for number in range(60):
        make_posting(make_user(f"Nguyễn Văn Đông {number:02}"), cast.department)
    client.force_login(cast.quan)
    not_signed = client.get(url(campaign), {"state": "open"}).content.decode().split('id="people"')[1]
    assert "Tôn Nữ Hoàng Thảo Lan" not in not_signed
    assert "page=2" in not_signed
    found = client.get(url(campaign), {"q": "THAO LAN"}).content.decode().split('id="people"')[1]
    assert "Tôn Nữ Hoàng Thảo Lan" in found
    assert "Nguyễn Văn Đông" not in found


@pytest.mark.parametrize("query", ["?state=x", "?q=%00", "?page=x", "?q=" + "a" * 10_000])
def test_strange_filters_are_no_fault(client: Client, cast: Cast, campaign: Campaign, query: str) -> None:
    client.force_login(cast.tam)
    assert client.get(url(campaign) + query).status_code == 200


def test_overdue_is_said(client: Client, cast: Cast, campaign: Campaign) -> None:
    Campaign.objects.update(due_on=date(2026, 10, 10))
    client.force_login(cast.tam)
    assert "Quá hạn" in client.get(url(campaign)).content.decode()


def test_page_asks_few_questions(
    client: Client,
    cast: Cast,
    campaign: Campaign,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    client.force_login(cast.tam)
    client.get(url(campaign))
    with django_assert_max_num_queries(12):
        client.get(url(campaign))
