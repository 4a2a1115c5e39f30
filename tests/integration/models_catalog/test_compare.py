"""The page that compares two versions of a model."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from models_catalog.models import Item, ItemGroup, ModelVersion
from tests.cast import Cast, make_cast
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    newer = ModelVersion.objects.create(model=cast.adoption.version.model, number=2)
    group = ItemGroup.objects.create(
        version=newer, position=1, number=1, keyword="không", polarity="prohibition"
    )
    Item.objects.create(group=group, position=1, text="Không thất hứa với nhân dân", sources=["supervisor"])
    newer.state, newer.published_at = ModelVersion.State.PUBLISHED, NOW
    newer.save()
    return cast


def url(cast: Cast, asked: str = "") -> str:
    return f"/catalogue/{cast.adoption.version.model.key}/compare/{asked}"


@pytest.mark.parametrize("asked", ["", "?before=1&after=2"])
def test_newest_two_are_compared_unless_others_are_asked_for(
    client: Client, cast: Cast, asked: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.lan)
    with django_assert_max_num_queries(12):
        page = client.get(url(cast, asked)).content.decode()
    assert "với <ins" in page
    assert "<del>Không vi phạm giờ giấc làm việc</del>" in page
    assert '<option value="1" selected>1 (Đã công bố)' in page


def test_backwards_and_the_same_are_compared_too(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    backwards = client.get(url(cast, "?before=2&after=1")).content.decode()
    assert "<ins>Không vi phạm giờ giấc làm việc</ins>" in backwards
    assert "Không có gì khác nhau." in client.get(url(cast, "?before=1&after=1")).content.decode()


@pytest.mark.parametrize("asked", ["?before=7&after=2", "?before=x", "?after=", "?before=1&after=9%00"])
def test_unknown_version_is_told(client: Client, cast: Cast, asked: str) -> None:
    client.force_login(cast.lan)
    response = client.get(url(cast, asked))
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_draft_of_another_office_is_no_choice(client: Client, cast: Cast) -> None:
    model = cast.adoption.version.model
    model.keeper = cast.commune
    model.save()
    ModelVersion.objects.create(model=model, number=3)
    client.force_login(cast.hoa)
    page = client.get(url(cast))
    assert page.status_code == 200
    assert '<option value="3"' not in page.content.decode()
    assert client.get(url(cast, "?before=2&after=3")).status_code == 422
    client.force_login(cast.tam)
    assert client.get(url(cast, "?before=2&after=3")).status_code == 200


def test_model_with_one_version_says_so(client: Client, cast: Cast) -> None:
    ModelVersion.objects.filter(number=2).update(state="retired")
    client.force_login(cast.lan)
    assert client.get("/catalogue/khong-co/compare/").status_code == 404
