"""From the office's side: what is kept today, and what could be adopted."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from models_catalog.models import ModelVersion
from tests.cast import Cast, make_cast
from tests.factories import NOW, adopt, make_version

pytestmark = pytest.mark.django_db
URL = "/catalogue/adoptions/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_newest_published_version_of_each_model_is_offered(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = make_version(name="Mô hình mới")
    ModelVersion.objects.create(model=version.model, number=2, state="published", published_at=NOW)
    make_version(name="Bản nháp", published=False)
    adopt(cast.other_commune, version)
    client.force_login(cast.tam)
    with django_assert_max_num_queries(12):
        page = client.get(URL).content.decode()
    assert f"/catalogue/{version.model.key}/2/adopt/" in page
    assert f"/catalogue/{version.model.key}/1/adopt/" not in page
    assert "Bản nháp" not in page
    assert f"/catalogue/adoptions/{cast.adoption.pk}/" in page
    assert "Xã Bình Lâm" not in page


def test_office_without_models_is_told_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.hoa)
    page = client.get(URL).content.decode()
    assert "Chưa áp dụng mô hình nào." in page
    assert "Xã An Thuận" not in page


@pytest.mark.parametrize("who", ["lan", "minh"])
def test_staff_without_the_right_are_refused(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(URL).status_code == 403
