"""The next version of a model: a copy of the last one, once."""

import pytest
from django.test import Client

from models_catalog.models import ModelVersion
from tests.cast import Cast, make_cast

from .drafting import items, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_new_version_copies_groups_items_and_questions(client: Client, cast: Cast) -> None:
    published = cast.adoption.version
    client.force_login(cast.hanh)
    url = f"/catalogue/{published.model.key}/new-version/"
    assert "Phiên bản mới" in client.get(f"/catalogue/{published.model.key}/").content.decode()
    for _click in range(2):
        assert client.post(url)["Location"] == f"/catalogue/{published.model.key}/2/edit/"
    draft = ModelVersion.objects.get(model=published.model, number=2)
    assert draft.is_draft
    assert texts(draft) == texts(published)
    assert [item.kept_answers for item in items(draft)] == [item.kept_answers for item in items(published)]
    assert {item.pk for item in items(draft)}.isdisjoint({item.pk for item in items(published)})


def test_rights(client: Client, cast: Cast) -> None:
    url = f"/catalogue/{cast.adoption.version.model.key}/new-version/"
    client.force_login(cast.tam)
    response = client.post(url)
    assert response.status_code == 403
    assert "thư viện chung" in response.content.decode()
    client.force_login(cast.hanh)
    assert client.get(url).status_code == 405
    assert client.post("/catalogue/khong-co/new-version/").status_code == 404
    assert ModelVersion.objects.count() == 1
