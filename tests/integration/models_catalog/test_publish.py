"""Publishing a draft: refused with the list while anything is wrong, then frozen for ever."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from conduct.audit.models import AuditEvent
from models_catalog.models import Item, ModelVersion
from models_catalog.services import merge_model
from tests.cast import Cast, make_cast
from tests.factories import NOW, make_version

from .drafting import items, next_draft, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def draft(cast: Cast) -> ModelVersion:
    return next_draft(cast)


@pytest.fixture
def hanh(client: Client, cast: Cast) -> Client:
    client.force_login(cast.hanh)
    return client


def url_of(draft: ModelVersion) -> str:
    return f"/catalogue/{draft.model.key}/{draft.number}/publish/"


def test_what_is_wrong_is_listed_with_links_and_nothing_is_published(
    hanh: Client, draft: ModelVersion
) -> None:
    wrong = items(draft)[2]
    wrong.delete()
    page = hanh.get(url_of(draft)).content.decode()
    assert "3</span> điểm cần sửa trước khi công bố" in page
    assert f'/2/edit/#g{wrong.group_id}">Nhóm ghi 1 biết nhưng mới có 0 nội dung.</a>' in page
    assert 'class="btn btn-primary">' not in page, "no button to publish"
    response = hanh.post(url_of(draft), {"revision": 0})
    assert response.status_code == 422
    assert "Chưa ghi căn cứ ban hành." in response.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft


def test_published_once_and_frozen(hanh: Client, draft: ModelVersion) -> None:
    ready(draft)
    page = hanh.get(url_of(draft)).content.decode()
    assert "Không thất hứa với dân" in page
    assert "không ai sửa được nội dung này nữa" in page
    for _click in range(2):
        response = hanh.post(url_of(draft), {"revision": 0})
        assert response["Location"] == f"/catalogue/{draft.model.key}/"
    draft.refresh_from_db()
    assert draft.state == "published"
    assert draft.published_at is not None
    assert AuditEvent.objects.filter(act="models_catalog.publish_version").count() == 1
    assert AuditEvent.objects.get(act="models_catalog.publish_version").data["n_items"] == 3
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Item.objects.filter(group__version=draft).update(text="khác")
    assert "Đã công bố phiên bản 2" in hanh.get(f"/catalogue/{draft.model.key}/").content.decode()


def test_a_change_since_the_page_was_opened_stops_it(hanh: Client, draft: ModelVersion) -> None:
    ModelVersion.objects.filter(pk=ready(draft).pk).update(revision=3)
    response = hanh.post(url_of(draft), {"revision": 2})
    assert response.status_code == 409
    assert "Chưa ghi đè nội dung nào" in response.content.decode()
    assert hanh.post(url_of(draft), {"revision": "x"}).status_code == 422
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_minor_correction_may_not_lose_an_item(hanh: Client, draft: ModelVersion) -> None:
    ModelVersion.objects.filter(pk=ready(draft).pk).update(is_minor=True)
    items(draft)[2].delete()
    page = hanh.get(url_of(draft)).content.decode()
    assert "Bản sửa nhỏ phải giữ nguyên số nội dung: trước có 3, nay có 2." in page


def test_the_owner_is_sourced_by_the_version(hanh: Client, cast: Cast) -> None:
    hanh.post("/catalogue/new/", {"name": "Nụ cười", "owner": "Xã Thử", "judged": "person"})
    version = ModelVersion.objects.get(model__name="Nụ cười")
    group = version.groups.create(position=1, number=1, keyword="nụ cười", polarity="duty")
    Item.objects.create(group=group, position=1, text="Cười", sources=["self"])
    hanh.post(url_of(ready(version)), {"revision": 0})
    assert version.model.owners.get().source == "Bản đã ký"


def test_a_draft_of_a_folded_model_is_not_published(hanh: Client, cast: Cast, draft: ModelVersion) -> None:
    target = make_version(name="Công sở thân thiện").model
    merge_model(model=draft.model, target=target, reason="Gộp", by=cast.hanh, now=NOW)
    response = hanh.post(url_of(ready(draft)), {"revision": 0})
    assert response.status_code == 422
    assert "đã lồng vào mô hình khác" in response.content.decode()


def test_nothing_is_published_when_the_audit_row_fails(
    hanh: Client, draft: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("models_catalog.services.publishing.record", fail)
    with pytest.raises(RuntimeError):
        hanh.post(url_of(ready(draft)), {"revision": 0})
    draft.refresh_from_db()
    assert draft.is_draft


def test_rights(client: Client, cast: Cast, draft: ModelVersion) -> None:
    for who in (cast.tam, cast.hoa, cast.lan):
        client.force_login(who)
        assert client.get(url_of(draft)).status_code == 403
        assert client.post(url_of(draft), {"revision": 0}).status_code == 403
    client.force_login(cast.hanh)
    assert client.get(url_of(cast.adoption.version)).status_code == 403
