"""The list of people to judge in a month."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from conduct.agencies.models import Period, RoleGrant
from conduct.judgements.services import reply_to_judgement
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import DAY, NOW, adopt, make_posting, make_user, make_version

from .conftest import Judge

URL = "/judgements/team/"


def people(client: Client, who: object, url: str = URL) -> str:
    client.force_login(who)  # type: ignore[arg-type]
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_people_are_listed_by_given_name_with_their_state(client: Client, cast: Cast, judged: Judge) -> None:
    judged()
    shown = people(client, cast.tam)
    listed = shown.split('id="people"')[1]
    assert listed.index("Tôn Nữ Hoàng Thảo Lan") < listed.index("Phạm Hữu Minh") < listed.index("Đỗ Anh Quân")
    assert "Lê Thị Tâm" not in listed
    assert (listed.count("Chưa chấm"), listed.count("Đã chấm")) == (2, 1)
    assert 'còn <span class="n">2/3</span> người chưa chấm' in shown


def test_supervisor_sees_only_the_own_people(client: Client, cast: Cast) -> None:
    shown = people(client, cast.minh)
    assert "Tôn Nữ Hoàng Thảo Lan" in shown
    assert "Đỗ Anh Quân" not in shown


def test_head_of_another_office_sees_nothing_of_this_one(client: Client, cast: Cast) -> None:
    shown = people(client, cast.hoa)
    assert "Tôn Nữ" not in shown
    assert "không có gì để chấm" in shown


@pytest.mark.parametrize("who", ["lan", "quan"])
def test_those_who_lead_nobody_are_told_so(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    response = client.get(URL)
    assert response.status_code == 403
    assert "không phụ trách ai" in response.content.decode()


def test_former_supervisor_is_refused(client: Client, cast: Cast) -> None:
    RoleGrant.objects.filter(person=cast.minh).update(ends_on=DAY - timedelta(days=1))
    client.force_login(cast.minh)
    assert client.get(URL).status_code == 403


def test_state_filters_on_the_server(client: Client, cast: Cast, judged: Judge) -> None:
    sheet, _ = judged()
    judged(posting=cast.minh_posting, by=cast.tam)
    reply_to_judgement(sheet=sheet, text="Hôm đó nước ngập.", by=cast.lan, now=NOW)
    client.force_login(cast.tam)
    found = {
        state: [
            member.posting.person.username for member in client.get(f"{URL}?state={state}").context["members"]
        ]
        for state in ("open", "judged", "replied")
    }
    assert found == {"open": ["quan"], "judged": ["lan", "minh"], "replied": ["lan"]}


def test_person_with_two_models_is_judged_when_both_are(client: Client, cast: Cast, judged: Judge) -> None:
    adopt(cast.one_stop, make_version(name="3 sát"))
    judged()
    shown = people(client, cast.minh, f"{URL}?state=open").split('id="people"')[1]
    assert "Thảo Lan" in shown
    assert "3 sát" in shown
    assert "Thảo Lan" not in people(client, cast.minh, f"{URL}?state=judged").split('id="people"')[1]


def test_part_and_name_filter_on_the_server(client: Client, cast: Cast) -> None:
    part = people(client, cast.tam, f"{URL}?agency={cast.department.pk}").split('id="people"')[1]
    assert "Anh Quân" in part
    assert "Thảo Lan" not in part
    name = people(client, cast.tam, f"{URL}?q=thao LAN").split('id="people"')[1]
    assert "Thảo Lan" in name
    assert "Anh Quân" not in name


def test_long_list_is_paged(client: Client, cast: Cast) -> None:
    for number in range(60):
        make_posting(make_user(f"Nguyễn {number:02} An"), cast.department)
    assert "page=2" in people(client, cast.tam)
    assert "Anh Quân" in people(client, cast.tam, f"{URL}?page=2")


def test_person_who_left_before_the_month_is_not_listed(client: Client, cast: Cast) -> None:
    cast.lan_posting.ends_on = Month(2026, 9).last
    cast.lan_posting.save()
    assert "Thảo Lan" not in people(client, cast.tam)
    assert "Thảo Lan" in people(client, cast.tam, f"{URL}2026-09/")


@pytest.mark.parametrize("month", ["2026-11", "2026-13", "2199-12"])
def test_month_that_has_not_begun_is_not_found(client: Client, cast: Cast, month: str) -> None:
    client.force_login(cast.tam)
    assert client.get(f"{URL}{month}/").status_code == 404


def test_early_in_a_month_the_last_one_is_judged(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 10, 2, 3, tzinfo=UTC))
    assert 'class="now n">9/2026' in people(client, cast.tam)
    Period.objects.create(office=cast.commune, month=Month(2026, 9).first, state="closed", closed_at=NOW)
    assert 'class="now n">10/2026' in people(client, cast.tam)


@pytest.mark.parametrize("query", ["?state=x", "?agency=abc", "?agency=0", "?q=%00", "?page=x", "?page=0"])
def test_strange_filters_are_no_fault(client: Client, cast: Cast, query: str) -> None:
    people(client, cast.tam, URL + query)


def test_only_the_allowed_part_is_given(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    part = client.get(URL, headers={"HX-Request": "true", "HX-Target": "people"}).content.decode()
    assert part.strip().startswith('<div id="people">')
    forged = client.get(URL, headers={"HX-Request": "true", "HX-Target": "roster"}).content.decode()
    assert "<!doctype html>" in forged


def test_more_people_ask_no_more(
    client: Client, cast: Cast, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    for number in range(20):
        make_posting(make_user(f"Nguyễn Văn Đông {number:02}"), cast.department)
    client.force_login(cast.tam)
    client.get(URL)
    with django_assert_max_num_queries(12):
        client.get(URL)
