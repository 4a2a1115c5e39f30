"""Folding a model into another: its versions retire and point there, never in a circle."""

import pytest
from django.test import Client

from conduct.audit.models import AuditEvent
from models_catalog.models import ConductModel, ModelVersion
from tests.cast import Cast, make_cast
from tests.factories import make_version

from .drafting import unknown_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def hanh(client: Client, cast: Cast) -> Client:
    client.force_login(cast.hanh)
    return client


def fold(
    client: Client, model: ConductModel, target: ConductModel | int, reason: str = "Năm 2021 gộp lại"
) -> int:
    asked = {"target": getattr(target, "pk", target), "reason": reason}
    return client.post(f"/catalogue/{model.key}/merge/", asked).status_code


def test_versions_retire_and_point_to_the_target(hanh: Client, cast: Cast) -> None:
    three_c, target = make_version(name="3 C"), make_version(name="Người cán bộ Agribank tận tụy")
    url = f"/catalogue/{three_c.model.key}/merge/"
    page = hanh.get(url).content.decode()
    assert "Người cán bộ Agribank tận tụy – Đảng ủy xã Thử" in page
    for _click in range(2):
        assert fold(hanh, three_c.model, target.model) == 302
    three_c.refresh_from_db()
    assert (three_c.state, three_c.merged_into) == ("retired", target)
    assert ConductModel.objects.get(pk=three_c.model_id).absorbed_into == target.model
    event = AuditEvent.objects.get(act="models_catalog.merge_model")
    assert (event.reason, event.data["into"]) == ("Năm 2021 gộp lại", target.model.key)
    page = hanh.get(f"/catalogue/{three_c.model.key}/").content.decode()
    assert "mô hình trên đã lồng vào đây" in page
    assert "Phiên bản mới" not in page
    assert "đã lồng vào mô hình dưới" in hanh.get(f"/catalogue/{target.model.key}/").content.decode()


def test_circles_are_refused(hanh: Client, cast: Cast) -> None:
    first, second, third = (make_version(name=name).model for name in ("Một", "Hai", "Ba"))
    assert fold(hanh, first, second) == 302
    assert fold(hanh, second, third) == 302
    ModelVersion.objects.create(
        model=first, number=2, state="published", published_at=cast.adoption.adopted_at
    )
    response = hanh.post(f"/catalogue/{third.key}/merge/", {"target": first.pk, "reason": "x"})
    assert response.status_code == 422
    assert "“Một” trước đó đã lồng vào “Ba”, không thể lồng ngược lại." in response.content.decode()
    assert fold(hanh, third, third) == 422
    third.refresh_from_db()
    assert third.absorbed_into is None


def test_targets_must_be_published_and_reasons_given(hanh: Client, cast: Cast) -> None:
    model, draft = cast.adoption.version.model, unknown_model()
    other = make_version(name="Nụ cười công sở").model
    for target, reason in ((draft, "x"), (other, " "), (999_999, "x")):
        assert fold(hanh, model, target, reason) == 422
    assert hanh.get(f"/catalogue/{draft.key}/merge/").status_code == 403
    cast.adoption.version.refresh_from_db()
    assert cast.adoption.version.state == "published"


def test_rights(client: Client, cast: Cast) -> None:
    other = make_version(name="Nụ cười công sở").model
    for who in (cast.tam, cast.hoa):
        client.force_login(who)
        assert fold(client, cast.adoption.version.model, other) == 403
        assert "merge/" not in client.get(f"/catalogue/{other.key}/").content.decode()
