"""The list of what I must sign, what I signed, and how far the offices are."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import Client

from conduct.commitments.models import Campaign, Pledge
from tests.cast import Cast
from tests.factories import NOW, adopt, make_version

URL = "/commitments/"


def page(client: Client, who: object, url: str = URL) -> str:
    client.force_login(who)  # type: ignore[arg-type]
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_staff_see_what_waits_for_them(client: Client, cast: Cast, campaign: Campaign) -> None:
    shown = page(client, cast.lan)
    assert "bản cam kết chờ ký" in shown
    assert f"/commitments/{campaign.pk}/sign/{cast.lan_posting.pk}/" in shown
    assert "Đợt ký của các cơ quan" not in shown


def test_signed_pledge_no_longer_waits(client: Client, cast: Cast, campaign: Campaign) -> None:
    pledge = Pledge.objects.create(
        campaign=campaign,
        posting=cast.lan_posting,
        text="x",
        sha256="0" * 64,
        method="password",
        signed_at=NOW,
    )
    shown = page(client, cast.lan)
    assert "Đã ký đủ" in shown
    assert f"/commitments/pledges/{pledge.pk}/" in shown
    assert "/sign/" not in shown


def test_those_who_lead_see_the_coverage(client: Client, cast: Cast, campaign: Campaign) -> None:
    for who in (cast.tam, cast.quan, cast.phuong, cast.minh):
        assert "0/4</span> đã ký" in page(client, who)


def test_nothing_of_another_office_is_shown(client: Client, cast: Cast, campaign: Campaign) -> None:
    shown = page(client, cast.hoa)
    assert "Xã An Thuận" not in shown
    assert "2 không, 1 biết" not in shown
    assert "Chưa có đợt ký nào được mở" in shown


def test_retired_or_future_campaign_waits_for_nobody(client: Client, cast: Cast, campaign: Campaign) -> None:
    Campaign.objects.update(opens_on=date(2026, 11, 1))
    assert "Hiện không có cam kết nào cần ký" in page(client, cast.lan)


def test_list_is_filtered_and_paged_on_the_server(client: Client, cast: Cast, campaign: Campaign) -> None:
    for _ in range(21):
        Campaign.objects.create(
            agency=cast.other_commune, adoption=adopt(cast.other_commune, make_version()), year=2026,
            opens_on=NOW.date(), due_on=date(2026, 12, 1), opened_at=NOW,
        )  # fmt: skip
    assert "page=2" in page(client, cast.phuong)
    found = page(client, cast.phuong, f"{URL}?q=AN THUAN&year=2026&page=1")
    assert "Xã An Thuận" in found
    assert "Xã Bình Lâm" not in found


@pytest.mark.parametrize("query", ["?year=abc", "?page=99999", "?page=-1", "?q=%00", "?year=9999"])
def test_strange_filters_are_no_fault(client: Client, cast: Cast, campaign: Campaign, query: str) -> None:
    page(client, cast.tam, URL + query)


def test_partial_is_only_the_one_allowed(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    led = client.get(URL, headers={"HX-Request": "true", "HX-Target": "led"}).content.decode()
    assert led.strip().startswith('<div id="led">')
    forged = client.get(URL, headers={"HX-Request": "true", "HX-Target": "content"}).content.decode()
    assert "<!doctype html>" in forged


def test_page_asks_few_questions(
    client: Client,
    cast: Cast,
    campaign: Campaign,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    client.force_login(cast.tam)
    client.get(URL)
    with django_assert_max_num_queries(12):
        client.get(URL)
