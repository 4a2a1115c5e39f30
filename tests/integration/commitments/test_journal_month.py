"""The month to bring to the meeting."""

from datetime import date

from django.test import Client

from tests.cast import Cast
from tests.factories import DAY
from tests.integration.commitments.journaling import (
    KEPT_WORDS,
    REMEDY_WORDS,
    SLIP_WORDS,
    item_of,
    write_kept,
    write_slip,
)

URL = "/commitments/journal/2026-10/"


def test_counts_slips_and_remedies_are_shown(client: Client, cast: Cast) -> None:
    first, third = item_of(cast.adoption), item_of(cast.adoption, 2)
    write_kept(cast.lan_posting, third)
    write_kept(cast.lan_posting, third, text="Một việc khác")
    write_slip(cast.lan_posting, first)
    write_slip(
        cast.lan_posting, first, was_remedied=True, followed_up_on=DAY, follow_up="20/10/2026: Đã xin lỗi"
    )
    client.force_login(cast.lan)
    shown = client.get(URL).content.decode()
    assert ">2</span> lần giữ được" in shown
    assert ">2</span> lần chưa" in shown
    assert 'đã khắc phục <span class="n">1</span>' in shown
    assert f'{first.text}</th><td class="r n">0</td><td class="r n">2</td>' in shown
    assert f'{third.text}</th><td class="r n">2</td><td class="r n">0</td>' in shown
    for words in (KEPT_WORDS, SLIP_WORDS, REMEDY_WORDS, "20/10/2026: Đã xin lỗi", "Chưa đến hạn"):
        assert words in shown
    assert "Tôn Nữ Hoàng Thảo Lan, Công chức Tư pháp – Hộ tịch, Xã An Thuận" in shown


def test_months_lead_back_and_forth_but_not_ahead(client: Client, cast: Cast) -> None:
    write_kept(cast.lan_posting, item_of(cast.adoption), on=date(2026, 9, 30))
    client.force_login(cast.lan)
    shown = client.get(URL).content.decode()
    assert "/commitments/journal/2026-09/" in shown
    assert "/commitments/journal/2026-11/" not in shown
    assert KEPT_WORDS not in shown
    earlier = client.get("/commitments/journal/2026-09/").content.decode()
    assert KEPT_WORDS in earlier
    assert "/commitments/journal/2026-10/" in earlier


def test_months_that_cannot_be_are_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    for month in ("2026-11", "2026-13", "1800-01", "2026-1"):
        assert client.get(f"/commitments/journal/{month}/").status_code == 404
    assert client.get("/commitments/journal/2026-11/submit/").status_code == 404


def test_empty_month_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    assert "Tháng này chưa ghi gì." in client.get(URL).content.decode()
