"""The form that opens a campaign."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from conduct.commitments.models import Campaign
from tests.cast import Cast
from tests.factories import DAY, NOW, adopt, make_agency, make_posting, make_user, make_version

URL = "/commitments/open/"


def asked(cast: Cast, **changed: object) -> dict[str, object]:
    days = {"opens_on": "2026-10-20", "due_on": "2026-12-01"}
    return {"target": cast.adoption.pk, "year": 2026, **days, **changed}


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
        {"target": "0"},
        {"target": "abc"},
        {"target": "9" * 40},
        {"target": "1@"},
        {"target": "@"},
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
    assert client.post(URL, asked(cast, target=other.pk)).status_code == 422
    assert not Campaign.objects.exists()


def test_staff_are_told_who_opens(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    for response in (client.get(URL), client.post(URL, asked(cast))):
        assert response.status_code == 403
        assert "Chỉ người đứng đầu hoặc quản trị viên" in response.content.decode()


def test_office_without_a_model_is_told_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa)
    assert "Áp dụng mô hình trước" in client.get(URL).content.decode()


def everywhere(cast: Cast) -> str:
    """The target of all offices of the province that keep the model."""
    return f"{cast.adoption.version.model_id}@{cast.province.pk}"


def spread(cast: Cast, n: int) -> None:
    """So many further communes keep the model, with one person each."""
    for number in range(n):
        commune = make_agency(f"Xã Thử {number:02}", parent=cast.province)
        make_posting(make_user(f"Nguyễn Văn Thử {number:02}"), commune)
        adopt(commune, cast.adoption.version)


def test_province_opens_for_every_office_that_keeps_the_model(client: Client, cast: Cast) -> None:
    adopt(cast.other_commune, cast.adoption.version)
    adopt(make_agency("Xã Ngoài tỉnh"), cast.adoption.version)
    client.force_login(cast.phuong)
    assert "2 không, 1 biết · 2 cơ quan thuộc Tỉnh Mực Giang" in client.get(URL).content.decode()
    client.post(URL, asked(cast, target=everywhere(cast), confirmed="1"))
    assert {(one.agency.name, one.opened_by, one.due_on) for one in Campaign.objects.all()} == {
        ("Xã An Thuận", cast.phuong, date(2026, 12, 1)),
        ("Xã Bình Lâm", cast.phuong, date(2026, 12, 1)),
    }
    trail = AuditEvent.objects.filter(act="commitments.open_campaign")
    assert set(trail.values_list("agency_name", flat=True)) == {"Xã An Thuận", "Xã Bình Lâm"}


def test_what_would_be_opened_is_shown_first(client: Client, cast: Cast) -> None:
    adopt(cast.other_commune, cast.adoption.version, audience="front_desk")
    client.force_login(cast.phuong)
    response = client.post(URL, asked(cast, target=everywhere(cast)))
    shown = response.content.decode()
    assert response.status_code == 200
    assert '<span class="n strong">2</span> cơ quan với <span class="n strong">4</span> người' in shown
    assert "Mở 2 đợt ký" in shown
    assert not Campaign.objects.exists()


def test_offices_with_a_campaign_are_left_and_named(client: Client, cast: Cast) -> None:
    adopt(cast.other_commune, cast.adoption.version)
    Campaign.objects.create(
        agency=cast.commune, adoption=cast.adoption, year=2026, opens_on=DAY, due_on=DAY, opened_at=NOW
    )
    client.force_login(cast.phuong)
    preview = client.post(URL, asked(cast, target=everywhere(cast))).content.decode()
    assert "Đã có đợt ký, giữ nguyên: Xã An Thuận" in " ".join(preview.split())
    response = client.post(URL, asked(cast, target=everywhere(cast), confirmed="1"), follow=True)
    assert "Đã có đợt ký từ trước, giữ nguyên: Xã An Thuận." in response.content.decode()
    assert Campaign.objects.get(agency=cast.commune).due_on == DAY
    assert Campaign.objects.count() == 2


def test_second_click_opens_nothing_more(client: Client, cast: Cast) -> None:
    adopt(cast.other_commune, cast.adoption.version)
    client.force_login(cast.phuong)
    for _ in range(2):
        client.post(URL, asked(cast, target=everywhere(cast), confirmed="1"))
    assert Campaign.objects.count() == AuditEvent.objects.count() == 2


def test_one_office_that_cannot_leaves_all_unopened(client: Client, cast: Cast) -> None:
    """The wording of one office ends before signing begins."""
    adopt(cast.other_commune, cast.adoption.version, valid_to=date(2026, 10, 25))
    client.force_login(cast.phuong)
    response = client.post(URL, asked(cast, target=everywhere(cast), opens_on="01/11/2026", confirmed="1"))
    assert response.status_code == 403
    assert "Xã Bình Lâm" in response.content.decode()
    assert not Campaign.objects.exists()
    assert not AuditEvent.objects.exists()


def test_offices_of_others_are_no_target(client: Client, cast: Cast) -> None:
    adopt(cast.other_commune, cast.adoption.version)
    client.force_login(cast.tam)
    assert client.post(URL, asked(cast, target=everywhere(cast), confirmed="1")).status_code == 422
    assert not Campaign.objects.exists()


def test_thirty_offices_ask_few_questions(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    spread(cast, 29)
    client.force_login(cast.phuong)
    with django_assert_max_num_queries(12):
        client.get(URL)
    with django_assert_max_num_queries(12):
        client.post(URL, asked(cast, target=everywhere(cast)))
    client.post(URL, asked(cast, target=everywhere(cast), confirmed="1"))
    assert Campaign.objects.count() == 30
    with django_assert_max_num_queries(12):
        client.get("/commitments/")
