"""One campaign: numbers for everybody it concerns, names for those who lead or administer."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.test import Client

from conduct.agencies.models import Posting
from conduct.commitments.models import Campaign, NotSigning, Pledge
from tests.cast import Cast
from tests.factories import DAY, NOW, make_posting, make_user


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


def stand(campaign: Campaign, posting: Posting, kind: str, reason: str) -> NotSigning:
    return NotSigning.objects.create(
        campaign=campaign, posting=posting, kind=kind, reason=reason, stated_by=posting.person, stated_at=NOW
    )


def test_both_numbers_are_shown(client: Client, cast: Cast, campaign: Campaign) -> None:
    sign(campaign, cast)
    stand(campaign, cast.minh_posting, "excused", "Đi học")
    stand(campaign, cast.tam_posting, "declined", "Chưa đồng ý")
    client.force_login(cast.lan)
    shown = " ".join(client.get(url(campaign)).content.decode().split())
    assert '<span class="figure">1/3</span>' in shown
    assert "(không tính người được miễn ký)" in shown
    for words in (
        ">4</span> người thuộc diện",
        ">1</span> được miễn ký",
        ">1</span> từ chối",
        ">1</span> chưa ký",
    ):
        assert words in shown
    assert "100 %" not in shown


def test_signed_or_excused_is_complete(client: Client, cast: Cast, campaign: Campaign) -> None:
    sign(campaign, cast)
    for posting in Posting.objects.exclude(person__in=(cast.lan, cast.hoa, cast.phuong)):
        stand(campaign, posting, "excused", "Đi học")
    client.force_login(cast.lan)
    assert "đủ 100 %: đã ký hoặc được miễn ký" in client.get(url(campaign)).content.decode()


@pytest.mark.parametrize(
    ("state", "name"),
    [("signed", "Thảo Lan"), ("excused", "Hữu Minh"), ("declined", "Lê Thị Tâm"), ("open", "Anh Quân")],
)
def test_the_list_shows_one_state(
    client: Client, cast: Cast, campaign: Campaign, state: str, name: str
) -> None:
    sign(campaign, cast)
    stand(campaign, cast.minh_posting, "excused", "Đi học")
    stand(campaign, cast.tam_posting, "declined", "Chưa đồng ý")
    client.force_login(cast.quan)
    people = client.get(url(campaign), {"state": state}).content.decode().split('id="people"')[1]
    names = ("Thảo Lan", "Hữu Minh", "Lê Thị Tâm", "Anh Quân")
    assert [one for one in names if one in people] == [name]


def test_reasons_are_read_by_those_in_charge_alone(client: Client, cast: Cast, campaign: Campaign) -> None:
    stand(campaign, cast.lan_posting, "excused", "Điều trị dài ngày")
    for who, reads in ((cast.quan, True), (cast.minh, True), (cast.lan, True), (cast.phuong, True)):
        client.force_login(who)
        assert ("Điều trị dài ngày" in client.get(url(campaign)).content.decode()) is reads
    colleague = make_user("Đồng nghiệp")
    make_posting(colleague, cast.one_stop)
    client.force_login(colleague)
    assert "Điều trị dài ngày" not in client.get(url(campaign)).content.decode()


def test_new_staff_are_in_scope_by_themselves(client: Client, cast: Cast, campaign: Campaign) -> None:
    new = make_user("Hồ Văn Mới")
    posting = make_posting(new, cast.department, starts_on=DAY)
    make_posting(make_user("Đến sau"), cast.department, starts_on=DAY + timedelta(days=1))
    client.force_login(new)
    shown = client.get(url(campaign)).content.decode()
    assert "0/5" in shown
    assert f"/sign/{posting.pk}/" in shown


def test_only_the_audience_is_asked(client: Client, cast: Cast, campaign: Campaign) -> None:
    cast.adoption.audience, cast.adoption.categories = "categories", ["cong_chuc"]
    cast.adoption.save()
    Posting.objects.filter(person=cast.minh).update(category="can_bo")
    client.force_login(cast.tam)
    shown = client.get(url(campaign)).content.decode()
    assert "0/3" in shown
    assert "Phạm Hữu Minh" not in shown
    assert "Đợt ký dành cho: Công chức" in shown
    client.force_login(cast.minh)
    assert "/sign/" not in client.get("/commitments/").content.decode()


def test_ended_wording_asks_for_no_signature(client: Client, cast: Cast, campaign: Campaign) -> None:
    cast.adoption.valid_to = DAY - timedelta(days=1)
    cast.adoption.save()
    client.force_login(cast.lan)
    shown = client.get(url(campaign)).content.decode()
    assert "/sign/" not in shown
    assert "Xã An Thuận" in shown


def test_those_in_charge_tick_whom_to_excuse(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.tam)
    shown = client.get(url(campaign)).content.decode()
    assert f'action="/commitments/{campaign.pk}/excuse/"' in shown
    assert f'name="posting" value="{cast.lan_posting.pk}"' in shown
    assert f'name="posting" value="{cast.tam_posting.pk}"' not in shown


def test_head_and_administrator_record_for_others(client: Client, cast: Cast, campaign: Campaign) -> None:
    stand(campaign, cast.minh_posting, "declined", "Chưa đồng ý")
    client.force_login(cast.quan)
    shown = client.get(url(campaign)).content.decode()
    assert f"/commitments/{campaign.pk}/paper/" in shown
    assert f"/behalf/{cast.lan_posting.pk}/" in shown
    assert f"/behalf/{cast.minh_posting.pk}/" not in shown
    client.force_login(cast.minh)
    assert "/behalf/" not in client.get(url(campaign)).content.decode()


def test_filters_of_the_list_cost_no_more_questions(
    client: Client,
    cast: Cast,
    campaign: Campaign,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    client.force_login(cast.tam)
    for query in ("", "?state=open", "?q=lan&state=open"):
        with django_assert_max_num_queries(12):
            client.get(url(campaign) + query)
