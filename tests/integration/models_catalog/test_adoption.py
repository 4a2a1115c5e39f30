"""An office's adoption: item by item against the model, and what it replaced."""

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from models_catalog.models import Emphasis, Item, ItemGroup, ModelVersion
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, adopt

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    item = Item.objects.get(text="Không vi phạm giờ giấc làm việc")
    Emphasis.objects.create(adoption=cast.adoption, item=item, weight=3)
    group = ItemGroup.objects.create(
        adoption=cast.adoption, position=1, number=1, keyword="rõ", polarity="duty"
    )
    Item.objects.create(group=group, position=1, text="Rõ việc cần làm", sources=["supervisor"])
    return cast


def url(cast: Cast) -> str:
    return f"/catalogue/adoptions/{cast.adoption.pk}/"


def test_items_emphasis_and_what_the_office_added_are_shown(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.lan)
    with django_assert_max_num_queries(12):
        page = client.get(url(cast)).content.decode()
    assert "Xã An Thuận áp dụng “2 không, 1 biết”" in page
    assert "<ins>Rõ việc cần làm</ins>" in page
    assert "do cơ quan bổ sung" in page
    assert "Nhấn mạnh: <del>× 1</del> → <ins>× 3</ins>" in page
    assert "Biết vui vẻ khi tiếp xúc với dân" in page
    assert "Kết thúc áp dụng" not in page


def test_what_it_replaced_and_what_replaces_it_lead_to_each_other(client: Client, cast: Cast) -> None:
    cast.adoption.valid_to = DAY - timedelta(days=1)
    cast.adoption.save()
    later = adopt(
        cast.commune, cast.adoption.version, valid_from=DAY, replaces=cast.adoption, keeps_signatures=True
    )
    client.force_login(cast.tam)
    old = client.get(url(cast)).content.decode()
    assert "Được thay bằng" in old
    assert f'href="/catalogue/adoptions/{later.pk}/"' in old
    new = client.get(f"/catalogue/adoptions/{later.pk}/").content.decode()
    assert "Không phải ký lại: chỉ khác chính tả, đánh số hoặc trọng tâm" in new
    assert "<del>Rõ việc cần làm</del>" in new


def test_head_is_led_to_the_newer_version(client: Client, cast: Cast) -> None:
    model = cast.adoption.version.model
    ModelVersion.objects.create(model=model, number=2, state="published", published_at=NOW)
    client.force_login(cast.tam)
    page = client.get(url(cast)).content.decode()
    assert "Chuyển sang phiên bản 2" in page
    assert f"/{model.key}/2/adopt/?agency={cast.commune.pk}&amp;replaces={cast.adoption.pk}" in page
    client.force_login(cast.lan)
    assert "Chuyển sang phiên bản 2" not in client.get(url(cast)).content.decode()


def test_ended_adoption_offers_no_acts(client: Client, cast: Cast) -> None:
    cast.adoption.valid_to = date(2025, 12, 31)
    cast.adoption.save()
    client.force_login(cast.tam)
    page = client.get(url(cast)).content.decode()
    assert "31/12/2025" in page
    assert "adopt/?agency" not in page


def test_stranger_finds_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa)
    assert client.get(url(cast)).status_code == 404
    assert client.get("/catalogue/adoptions/99999999999999999999/").status_code == 404
    assert client.post(url(cast)).status_code == 405
