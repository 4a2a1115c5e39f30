"""The form that opens a campaign."""

import pytest
from django.test import Client

from conduct.commitments.models import Campaign
from tests.cast import Cast
from tests.factories import adopt, make_version

URL = "/commitments/open/"


def asked(cast: Cast, **changed: object) -> dict[str, object]:
    days = {"opens_on": "2026-10-20", "due_on": "2026-12-01"}
    return {"adoption": cast.adoption.pk, "year": 2026, **days, **changed}


def test_head_opens_a_campaign(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    assert "2 không, 1 biết · Xã An Thuận" in client.get(URL).content.decode()
    response = client.post(URL, asked(cast), follow=True)
    campaign = Campaign.objects.get()
    assert response.redirect_chain == [(f"/commitments/{campaign.pk}/", 302)]
    assert "Đã mở đợt ký" in response.content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"adoption": "0"},
        {"adoption": "abc"},
        {"adoption": "9" * 40},
        {"year": "2031"},
        {"opens_on": "hôm nay"},
        {"due_on": "2026-02-31"},
        {"due_on": "0001-01-01"},
        {"due_on": ""},
    ],
)
def test_invalid_form_opens_nothing(client: Client, cast: Cast, changed: dict[str, object]) -> None:
    client.force_login(cast.tam)
    response = client.post(URL, asked(cast, **changed))
    assert response.status_code == 422
    assert "Xin xem lại" in response.content.decode() or "errors" in response.content.decode()
    assert not Campaign.objects.exists()


def test_adoption_of_another_office_cannot_be_chosen(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    other = adopt(cast.other_commune, make_version())
    assert client.post(URL, asked(cast, adoption=other.pk)).status_code == 422
    assert not Campaign.objects.exists()


def test_staff_are_told_who_opens(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    for response in (client.get(URL), client.post(URL, asked(cast))):
        assert response.status_code == 403
        assert "Chỉ người đứng đầu hoặc quản trị viên" in response.content.decode()


def test_office_without_a_model_is_told_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa)
    assert "Áp dụng mô hình trước" in client.get(URL).content.decode()
