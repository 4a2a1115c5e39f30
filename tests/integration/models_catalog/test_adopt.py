"""The page on which an office adopts a version."""

from typing import Any

import pytest
from django.test import Client

from models_catalog.models import Adoption, Emphasis, Item, ModelVersion
from tests.cast import Cast, make_cast
from tests.factories import make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def version() -> ModelVersion:
    return make_version(name="2 không mới")


def url(version: ModelVersion) -> str:
    return f"/catalogue/{version.model.key}/{version.number}/adopt/"


def asked(cast: Cast, version: ModelVersion, **changed: Any) -> dict[str, Any]:
    weights = {f"emphasis_{item.pk}": 1 for item in Item.objects.filter(group__version=version)}
    return {
        "agency": cast.commune.pk,
        "valid_from": "2026-10-20",
        "decision_number": "",
        **weights,
        **changed,
    }


def test_form_offers_only_ones_own_offices(client: Client, cast: Cast, version: ModelVersion) -> None:
    client.force_login(cast.quan)
    response = client.get(url(version))
    offered = list(response.context["form"].fields["agency"].queryset)
    assert response.status_code == 200
    assert offered == [cast.commune]
    assert "Không thất hứa với dân" in response.content.decode()


def test_head_adopts_with_emphasis(client: Client, cast: Cast, version: ModelVersion) -> None:
    client.force_login(cast.tam)
    item = Item.objects.filter(group__version=version).first()
    assert item is not None
    sent = asked(cast, version, decision_number="15/QĐ-UBND", **{f"emphasis_{item.pk}": 3})
    response = client.post(url(version), sent, follow=True)
    adoption = Adoption.objects.get(version=version)
    assert (adoption.agency, adoption.adopted_by, adoption.decision_number) == (
        cast.commune,
        cast.tam,
        "15/QĐ-UBND",
    )
    assert list(Emphasis.objects.filter(adoption=adoption).values_list("item", "weight")) == [(item.pk, 3)]
    assert "Xã An Thuận áp dụng “2 không mới” từ ngày 20/10/2026." in response.content.decode()


def test_double_click_adopts_once(client: Client, cast: Cast, version: ModelVersion) -> None:
    client.force_login(cast.tam)
    for _click in range(2):
        assert client.post(url(version), asked(cast, version)).status_code == 302
    assert Adoption.objects.filter(version=version).count() == 1


def test_office_that_keeps_it_already_is_told(client: Client, cast: Cast, version: ModelVersion) -> None:
    client.force_login(cast.tam)
    client.post(url(version), asked(cast, version))
    response = client.post(url(version), asked(cast, version, valid_from="2026-11-01"))
    assert response.status_code == 422
    assert "đang áp dụng phiên bản này" in response.content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"agency": ""},
        {"agency": "9" * 30},
        {"agency": "1 OR 1=1"},
        {"valid_from": "32/13/2026"},
        {"valid_from": "0001-01-01"},
        {"valid_from": "2025-06-30"},
        {"decision_number": "x" * 81},
        {"decision_number": "a\x00"},
        {"emphasis": "7"},
        {"emphasis": ""},
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(
    client: Client, cast: Cast, version: ModelVersion, changed: dict[str, str]
) -> None:
    client.force_login(cast.tam)
    if "emphasis" in changed:
        item = Item.objects.filter(group__version=version).first()
        assert item is not None
        changed = {f"emphasis_{item.pk}": changed["emphasis"]}
    response = client.post(url(version), asked(cast, version, **changed))
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Adoption.objects.filter(version=version).exists()


def test_head_of_another_office_cannot_adopt_for_this_one(
    client: Client, cast: Cast, version: ModelVersion
) -> None:
    client.force_login(cast.hoa)
    response = client.post(url(version), asked(cast, version))
    assert response.status_code == 422
    assert "Xã An Thuận" not in response.content.decode()
    assert not Adoption.objects.filter(version=version).exists()


@pytest.mark.parametrize("who", ["lan", "minh"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_the_right_are_refused_with_the_reason(
    client: Client, cast: Cast, version: ModelVersion, who: str, method: str
) -> None:
    client.force_login(getattr(cast, who))
    response = getattr(client, method)(url(version), asked(cast, version))
    assert response.status_code == 403
    assert "Chỉ người đứng đầu hoặc người quản trị" in response.content.decode()


def test_draft_is_refused_with_the_reason(client: Client, cast: Cast) -> None:
    draft = make_version(published=False)
    client.force_login(cast.tam)
    response = client.post(url(draft), asked(cast, draft))
    assert response.status_code == 403
    assert "còn là bản dự thảo" in response.content.decode()


@pytest.mark.parametrize("number", ["7", "99999999999999999999"])
def test_unknown_version_is_404(client: Client, cast: Cast, version: ModelVersion, number: str) -> None:
    client.force_login(cast.tam)
    assert client.get(f"/catalogue/{version.model.key}/{number}/adopt/").status_code == 404
