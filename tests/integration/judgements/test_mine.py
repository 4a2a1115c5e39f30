"""How my month was judged."""

import pytest
from django.test import Client

from conduct.agencies.models import Period
from conduct.judgements.services import reply_to_judgement
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import NOW

from .conftest import Judge

URL = "/judgements/mine/"


def test_person_reads_values_reasons_who_and_when(client: Client, cast: Cast, judged: Judge) -> None:
    judged({1: (2, "Đi muộn hai buổi")})
    client.force_login(cast.lan)
    shown = client.get(URL).content.decode()
    for words in (
        "2/4",
        "lúc giữ lúc không",
        "Đi muộn hai buổi",
        "Phạm Hữu Minh",
        "20/10/2026",
        "Gửi ý kiến",
    ):
        assert words in shown


def test_empty_page_says_what_comes(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    response = client.get(URL)
    assert response.status_code == 200
    assert "Chưa có tháng nào được chấm" in response.content.decode()


def test_only_the_own_sheets_are_shown(client: Client, cast: Cast, judged: Judge) -> None:
    judged({1: (2, "Đi muộn hai buổi")})
    for who in (cast.minh, cast.tam, cast.hoa):
        client.force_login(who)
        assert "Đi muộn hai buổi" not in client.get(URL).content.decode()


def test_months_lead_to_each_other(client: Client, cast: Cast, judged: Judge) -> None:
    judged(month=Month(2026, 8))
    judged()
    client.force_login(cast.lan)
    assert f"{URL}2026-08/" in client.get(URL).content.decode()
    assert client.get(f"{URL}2026-08/").status_code == 200
    assert client.get(f"{URL}2026-09/").status_code == 404


def test_closed_month_shows_the_reply_without_a_form(client: Client, cast: Cast, judged: Judge) -> None:
    sheet, _ = judged()
    reply_to_judgement(sheet=sheet, text="Hôm đó nước ngập.", by=cast.lan, now=NOW)
    Period.objects.create(office=cast.commune, month=Month(2026, 10).first, state="closed", closed_at=NOW)
    client.force_login(cast.lan)
    shown = client.get(URL).content.decode()
    assert "Hôm đó nước ngập." in shown
    assert "<textarea" not in shown


@pytest.mark.parametrize("month", ["2026-13", "1900-01", "2199-12"])
def test_absurd_month_is_not_found(client: Client, cast: Cast, month: str) -> None:
    client.force_login(cast.lan)
    assert client.get(f"{URL}{month}/").status_code == 404
