"""Replying to a judgement."""

from datetime import timedelta

import pytest
from django.test import Client

from conduct.agencies.models import Period
from conduct.judgements.models import JudgementSheet
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import NOW

from .conftest import Judge


def url(sheet: JudgementSheet) -> str:
    return f"/judgements/{sheet.pk}/reply/"


def test_reply_is_stored_and_read_by_the_supervisor(client: Client, cast: Cast, judged: Judge) -> None:
    sheet, _ = judged({1: (2, "Đi muộn hai buổi")})
    client.force_login(cast.lan)
    response = client.post(url(sheet), {"text": "Hôm đó nước ngập."}, follow=True)
    assert response.redirect_chain == [("/judgements/mine/2026-10/", 302)]
    assert "Đã lưu ý kiến" in response.content.decode()
    client.force_login(cast.minh)
    judge = client.get(f"/judgements/2026-10/{cast.lan_posting.pk}/{cast.adoption.pk}/").content.decode()
    assert "Hôm đó nước ngập." in judge


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_000, "a\x00b"])
def test_unfit_reply_is_said_and_not_stored(client: Client, cast: Cast, judged: Judge, text: str) -> None:
    sheet, _ = judged()
    client.force_login(cast.lan)
    response = client.post(url(sheet), {"text": text})
    assert response.status_code == 422
    assert "id_text_error" in response.content.decode()
    sheet.refresh_from_db()
    assert sheet.reply == ""


@pytest.mark.parametrize("who", ["minh", "tam", "hoa", "quan"])
def test_nobody_else_finds_the_page(client: Client, cast: Cast, judged: Judge, who: str) -> None:
    sheet, _ = judged()
    client.force_login(getattr(cast, who))
    assert client.get(url(sheet)).status_code == 404
    assert client.post(url(sheet), {"text": "Thay lời"}).status_code == 404


def test_too_late_is_said(client: Client, cast: Cast, judged: Judge) -> None:
    sheet, _ = judged(now=NOW - timedelta(days=8))
    Period.objects.create(office=cast.commune, month=Month(2026, 10).first, state="closed", closed_at=NOW)
    client.force_login(cast.lan)
    assert "Đã hết hạn gửi ý kiến" in client.get(url(sheet)).content.decode()
    response = client.post(url(sheet), {"text": "Quá muộn"})
    assert response.status_code == 403
    assert "Đã hết hạn" in response.content.decode()
