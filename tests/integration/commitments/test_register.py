"""The page of a campaign's register: who may have it, the list of files, downloads."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from conduct.commitments.models import Campaign, RegisterPrint
from conduct.commitments.services.prints import sweep_prints
from tests.cast import Cast
from tests.factories import NOW
from tests.integration.commitments.papers import (
    asked,
    have_signed,
    make,
)

STATE = RegisterPrint.State


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What would have been published; real workers are in test_register_workers."""
    told: list[int] = []
    monkeypatch.setattr(
        "conduct.commitments.views.registers.publish", lambda _task, *, print_id: told.append(print_id)
    )
    return told


@pytest.fixture
def signed(cast: Cast, campaign: Campaign) -> Campaign:
    """Lan, Tâm and Khánh signed in three ways, Minh is excused, Quân declined."""
    have_signed(cast, campaign)
    return campaign


def test_page_makes_the_register(
    client: Client, cast: Cast, signed: Campaign, no_broker: list[int],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    client.force_login(cast.tam)
    address = f"/commitments/{signed.pk}/register/"
    assert "Chưa lập sổ PDF nào" in client.get(address).content.decode()
    response = client.post(address, {"office": cast.commune.code}, follow=True)
    assert "Đang chờ" in response.content.decode()
    client.post(address, {"office": cast.commune.code})
    one = RegisterPrint.objects.get()
    assert no_broker == [one.pk]
    assert make(one.pk)
    with django_assert_max_num_queries(14):  # two of them read the session and the person
        page = client.get(address).content.decode()
    assert "Đã xong" in page
    assert f"/commitments/registers/{one.pk}/" in page
    file = client.get(f"/commitments/registers/{one.pk}/")
    assert file["Content-Disposition"].startswith('attachment; filename="so-dang-ky-cam-ket-')
    assert file["Cache-Control"] == "private, no-store"
    assert file.content.startswith(b"%PDF-")


def test_list_of_files_refreshes_alone_while_one_is_made(
    client: Client, cast: Cast, signed: Campaign
) -> None:
    client.force_login(cast.tam)
    one = asked(signed, cast)
    RegisterPrint.objects.filter(pk=one.pk).update(state=STATE.RUNNING, n_done=1200, n_all=5000)
    address = f"/commitments/{signed.pk}/register/?office={cast.commune.code}"
    headers = {"HX-Request": "true", "HX-Target": "prints"}
    part = client.get(address, headers=headers).content.decode()
    assert part.lstrip().startswith('<div id="prints"')
    assert 'hx-trigger="every 2s"' in part
    assert "1.200/5.000" in part
    RegisterPrint.objects.filter(pk=one.pk).update(state=STATE.FAILED, error="OSError")
    part = client.get(address, headers=headers).content.decode()
    assert "hx-trigger" not in part
    assert "Lập ba lần không được (OSError)" in part


def test_file_that_was_removed_is_not_offered(client: Client, cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    make(one.pk)
    sweep_prints(now=NOW + timedelta(days=8))
    client.force_login(cast.tam)
    assert "đã xóa khi hết hạn lưu" in client.get(f"/commitments/{signed.pk}/register/").content.decode()
    assert client.get(f"/commitments/registers/{one.pk}/").status_code == 404


def test_supervisor_starts_with_the_own_department(client: Client, cast: Cast, signed: Campaign) -> None:
    client.force_login(cast.minh)
    page = client.get(f"/commitments/{signed.pk}/register/").content.decode()
    assert "Trung tâm Phục vụ hành chính công: " in page
    page = client.get(f"/commitments/{signed.pk}/register/?office={cast.commune.code}").content.decode()
    assert "Trung tâm Phục vụ hành chính công: " in page


def test_supervisor_gets_the_own_department_and_no_more(
    client: Client, cast: Cast, signed: Campaign, no_broker: list[int]
) -> None:
    client.force_login(cast.minh)
    address = f"/commitments/{signed.pk}/register"
    assert client.get(f"{address}.xlsx?office={cast.one_stop.code}").status_code == 200
    assert client.get(f"{address}.xlsx?office={cast.commune.code}").status_code == 403
    assert client.post(f"{address}/", {"office": cast.commune.code}).status_code == 403
    assert client.post(f"{address}/").status_code == 403
    assert no_broker == []


def test_head_of_the_province_goes_down_the_tree(client: Client, cast: Cast, signed: Campaign) -> None:
    signed.agency = cast.province
    signed.save()
    client.force_login(cast.phuong)
    page = client.get(f"/commitments/{signed.pk}/register/").content.decode()
    assert f'value="{cast.commune.code}"' in page
    page = client.get(f"/commitments/{signed.pk}/register/?office={cast.commune.code}").content.decode()
    assert f'value="{cast.one_stop.code}"' in page
    assert f'value="{cast.province.code}"' in page


@pytest.mark.parametrize("path", ["register/", "register.xlsx"])
@pytest.mark.parametrize(("who", "status"), [("tam", 200), ("phuong", 200), ("lan", 403), ("hoa", 404)])
def test_pages_are_for_those_who_lead_or_administer(
    client: Client, cast: Cast, signed: Campaign, who: str, status: int, path: str
) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(f"/commitments/{signed.pk}/{path}").status_code == status


@pytest.mark.parametrize(("who", "status"), [("quan", 200), ("minh", 403), ("lan", 403), ("hoa", 404)])
def test_file_is_for_those_who_lead_or_administer_the_whole_of_it(
    client: Client, cast: Cast, signed: Campaign, who: str, status: int
) -> None:
    one = asked(signed, cast)
    make(one.pk)
    client.force_login(getattr(cast, who))
    assert client.get(f"/commitments/registers/{one.pk}/").status_code == status


@pytest.mark.parametrize("office", ["NOWHERE", "x" * 500, "\x00", "0"])
def test_unknown_office_is_not_found(client: Client, cast: Cast, signed: Campaign, office: str) -> None:
    client.force_login(cast.tam)
    assert client.get(f"/commitments/{signed.pk}/register/", {"office": office}).status_code == 404
    assert client.post(f"/commitments/{signed.pk}/register/", {"office": office}).status_code == 404


def test_office_outside_the_campaign_is_not_found(client: Client, cast: Cast, signed: Campaign) -> None:
    client.force_login(cast.phuong)
    response = client.get(f"/commitments/{signed.pk}/register/?office={cast.other_commune.code}")
    assert response.status_code == 404


def test_unfinished_or_lost_file_is_not_found(client: Client, cast: Cast, signed: Campaign) -> None:
    one = asked(signed, cast)
    client.force_login(cast.tam)
    assert client.get(f"/commitments/registers/{one.pk}/").status_code == 404
    one.file.save("lost.pdf", ContentFile(b"%PDF-"))
    RegisterPrint.objects.filter(pk=one.pk).update(state=STATE.DONE)
    one.file.storage.delete(str(one.file.name))
    assert client.get(f"/commitments/registers/{one.pk}/").status_code == 404
