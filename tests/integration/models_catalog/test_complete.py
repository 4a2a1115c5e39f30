"""An office writes the items of a model of which the library knows only the name."""

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from models_catalog.models import ConductModel
from tests.cast import Cast, make_cast
from tests.factories import NOW

from .drafting import groups, unknown_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_office_gets_its_own_model_with_the_groups_of_the_name(client: Client, cast: Cast) -> None:
    known = unknown_model()
    client.force_login(cast.tam)
    url = f"/catalogue/{known.key}/complete/"
    assert url in client.get(f"/catalogue/{known.key}/").content.decode()
    assert "Mới biết tên mô hình." in client.get(url).content.decode()
    answers = [client.post(url, {"keeper": cast.commune.pk}) for _click in range(2)]
    own = ConductModel.objects.get(keeper=cast.commune)
    assert {answer["Location"] for answer in answers} == {f"/catalogue/{own.key}/1/edit/"}
    assert (own.name, own.owner, own.based_on) == ("3 nắm, 3 biết", "Xã An Thuận", known)
    assert [str(group) for group in groups(own.versions.get())] == ["3 nắm", "3 biết"]
    assert AuditEvent.objects.get(act="models_catalog.complete_draft").agency_id == cast.commune.pk
    page = client.get(f"/catalogue/{own.key}/").content.decode()
    assert "mô hình dưới dựa trên mô hình này" in page


def test_groups_of_the_library_draft_are_taken_before_those_of_the_name(client: Client, cast: Cast) -> None:
    known = unknown_model("Công an thân thiện")
    known.versions.get().groups.create(position=1, number=4, keyword="thân thiện", polarity="duty")
    client.force_login(cast.quan)
    client.post(f"/catalogue/{known.key}/complete/", {"keeper": cast.commune.pk})
    own = ConductModel.objects.get(keeper=cast.commune)
    assert [str(group) for group in groups(own.versions.get())] == ["4 thân thiện"]


def test_rights_and_bad_input(client: Client, cast: Cast) -> None:
    known = unknown_model()
    url = f"/catalogue/{known.key}/complete/"
    client.force_login(cast.lan)
    assert client.get(url).status_code == 403
    assert url not in client.get(f"/catalogue/{known.key}/").content.decode()
    client.force_login(cast.hoa)
    assert client.post(url, {"keeper": cast.commune.pk}).status_code == 422
    assert client.post(url, {"keeper": "x"}).status_code == 422
    assert not ConductModel.objects.filter(keeper__isnull=False).exists()


def test_a_model_whose_items_are_known_is_adopted_instead(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    response = client.get(f"/catalogue/{cast.adoption.version.model.key}/complete/")
    assert response.status_code == 403
    assert "áp dụng" in response.content.decode()


def test_an_own_version_already_published_is_shown(client: Client, cast: Cast) -> None:
    known = unknown_model()
    client.force_login(cast.tam)
    client.post(f"/catalogue/{known.key}/complete/", {"keeper": cast.commune.pk})
    own = ConductModel.objects.get(keeper=cast.commune)
    own.versions.update(state="published", published_at=NOW)
    response = client.post(f"/catalogue/{known.key}/complete/", {"keeper": cast.commune.pk}, follow=True)
    assert response.redirect_chain[-1][0] == f"/catalogue/{own.key}/"
    assert "đã có bản riêng" in response.content.decode()
