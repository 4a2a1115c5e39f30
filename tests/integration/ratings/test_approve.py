"""The page on which one reviewed sheet is confirmed."""

import pytest
from django.test import Client

from conduct.ratings.models import Result, Sheet
from tests.cast import Cast, make_cast

from .reviewed import at_review as at_review
from .reviewed import colleague, reviewed, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_review", "rating_schemes")]


@pytest.fixture
def cast(rating_schemes: None) -> Cast:
    return make_cast()


def url(sheet: Sheet) -> str:
    return f"/ratings/review/sheets/{sheet.pk}/approve/"


def test_points_and_reasons_of_the_reviewer_are_read(client: Client, cast: Cast) -> None:
    sheet = reviewed(cast.lan_posting, cast, less="0.5", own_less="0.25")
    client.force_login(cast.tam)
    shown = client.get(url(sheet)).content.decode()
    assert "Đi làm muộn hai buổi." in shown
    assert "4,50" in shown
    assert "4,75" in shown
    assert "khác điểm tự chấm" in shown
    assert "Hoàn thành xuất sắc nhiệm vụ" in shown


def test_confirming_leads_to_the_next_person(client: Client, cast: Cast) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    other = reviewed(colleague(cast, "Hồ Thị Mai Vy"), cast)
    client.force_login(cast.tam)
    for _click in range(2):
        response = client.post(url(sheet), {"revision": 1})
        assert response.status_code == 302
    assert Result.objects.get().sheet == sheet
    assert client.post(url(other), {"revision": 1})["Location"] == "/ratings/review/2026-10/"


def test_a_sheet_that_changed_meanwhile_is_shown_again(client: Client, cast: Cast) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    Sheet.objects.filter(pk=sheet.pk).update(revision=4, changed_by=cast.minh)
    client.force_login(cast.tam)
    response = client.post(url(sheet), {"revision": 1})
    assert response.status_code == 409
    assert "Chưa phê duyệt gì." in response.content.decode()
    assert 'name="revision" value="4"' in response.content.decode()
    assert not Result.objects.exists()


def test_bad_input_confirms_nothing(client: Client, cast: Cast) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    client.force_login(cast.tam)
    for revision in ("", "x", "-1", "9" * 30):
        assert client.post(url(sheet), {"revision": revision}).status_code == 422
    assert not Result.objects.exists()


def test_a_sheet_that_was_not_reviewed_is_not_confirmed(client: Client, cast: Cast) -> None:
    sheet = submitted(cast.lan_posting)
    client.force_login(cast.tam)
    assert client.get(url(sheet)).status_code == 403
    assert client.post(url(sheet), {"revision": 1}).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [("tam", 200), ("minh", 403), ("phuong", 403), ("lan", 403), ("hoa", 404), ("quan", 404)],
)
def test_who_may_open_it(client: Client, cast: Cast, who: str, status: int) -> None:
    sheet = reviewed(cast.lan_posting, cast)
    client.force_login(getattr(cast, who))
    assert client.get(url(sheet)).status_code == status
    if status != 200:
        assert client.post(url(sheet), {"revision": 1}).status_code == status
        assert not Result.objects.exists()
