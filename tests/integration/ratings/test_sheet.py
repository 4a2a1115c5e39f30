"""Reading a sheet: what the person and those who lead see at each step."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from conduct.agencies.models import User
from conduct.ratings.models import Sheet, SheetEvent
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.ratings.arrange import approved_sheet, give_points, make_sheet, reviewed_sheet

pytestmark = [pytest.mark.django_db]


def shown(client: Client, user: User, sheet: Sheet) -> str:
    client.force_login(user)
    return client.get(f"/ratings/sheets/{sheet.pk}/").content.decode()


def test_a_draft_is_read_by_nobody_else(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting, strengths="Chưa gửi, chưa nói")
    give_points(sheet, "self")
    assert "Chưa gửi, chưa nói" in shown(client, october.lan, sheet)
    page = shown(client, october.minh, sheet)
    assert "Phiếu còn là bản nháp" in page
    assert "Chưa gửi, chưa nói" not in page


def test_the_person_reads_the_review_once_it_is_confirmed(client: Client, october: Cast) -> None:
    sheet = reviewed_sheet(october.lan_posting, october.minh, less="1")
    assert "Đi làm muộn hai buổi" not in shown(client, october.lan, sheet)
    assert "Đi làm muộn hai buổi" in shown(client, october.tam, sheet)
    confirmed = approved_sheet(october.minh_posting, october.tam, october.phuong)
    page = shown(client, october.minh, confirmed)
    assert "Kết quả được xác nhận" in page
    assert "100,00" in page
    assert "Hoàn thành xuất sắc nhiệm vụ" in page


def test_a_step_after_its_day_is_marked(client: Client, october: Cast) -> None:
    sheet = reviewed_sheet(october.lan_posting, october.minh)
    assert "quá hạn" not in shown(client, october.lan, sheet)
    SheetEvent.objects.create(sheet=sheet, kind="submitted", at=NOW + timedelta(days=6), by=october.lan)
    assert "quá hạn" in shown(client, october.lan, sheet)


def test_strangers_find_no_sheet(client: Client, october: Cast) -> None:
    sheet = make_sheet(october.lan_posting)
    for user in (october.hoa, october.quan, october.hanh):
        client.force_login(user)
        assert client.get(f"/ratings/sheets/{sheet.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["lan", "minh", "tam"])
def test_a_sheet_asks_the_database_at_most_twelve_times(
    client: Client, october: Cast, who: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sheet = approved_sheet(october.lan_posting, october.minh, october.tam)
    client.force_login(getattr(october, who))
    with django_assert_max_num_queries(12):
        assert client.get(f"/ratings/sheets/{sheet.pk}/").status_code == 200
