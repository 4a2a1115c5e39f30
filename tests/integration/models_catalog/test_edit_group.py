"""Groups of a draft: adding, changing, deleting."""

import pytest
from django.test import Client

from models_catalog.models import ModelVersion
from tests.cast import Cast, make_cast

from .drafting import editor, groups, next_draft, texts

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


def ask(**changed: object) -> dict[str, object]:
    return {"number": 3, "keyword": "phải", "polarity": "duty", "revision": 0, **changed}


def at(draft: ModelVersion, rest: str) -> str:
    return f"/catalogue/{draft.model.key}/2/groups/{rest}"


def test_new_group_stands_at_the_end(hanh: Client, draft: ModelVersion) -> None:
    assert "Nhóm mới" in hanh.get(at(draft, "new/")).content.decode()
    response = hanh.post(at(draft, "new/"), ask())
    group = groups(draft)[-1]
    assert response["Location"] == f"{editor(draft)}#g{group.pk}"
    assert (str(group), group.polarity, group.position) == ("3 phải", "duty", 3)
    assert "Nhóm ghi 3 phải nhưng mới có 0 nội dung." in hanh.get(editor(draft)).content.decode()


def test_double_click_adds_one_group_and_tells_of_the_first(hanh: Client, draft: ModelVersion) -> None:
    hanh.post(at(draft, "new/"), ask())
    second = hanh.post(at(draft, "new/"), ask())
    assert second.status_code == 409
    assert "Bản nháp vừa được người khác sửa" in second.content.decode()
    assert len(groups(draft)) == 3


def test_group_is_changed(hanh: Client, draft: ModelVersion) -> None:
    group = groups(draft)[0]
    url = at(draft, f"{group.pk}/")
    assert "không" in hanh.get(url).content.decode()
    assert hanh.post(url, ask(number=2, keyword="tránh", polarity="prohibition")).status_code == 302
    group.refresh_from_db()
    assert (str(group), group.polarity) == ("2 tránh", "prohibition")


def test_what_was_typed_stays_beside_a_change_by_another(hanh: Client, draft: ModelVersion) -> None:
    group = groups(draft)[0]
    url = at(draft, f"{group.pk}/")
    hanh.post(url, ask(keyword="tránh"))
    stale = hanh.post(url, ask(keyword="đừng"))
    assert stale.status_code == 409
    page = stale.content.decode()
    assert 'value="đừng"' in page
    assert 'name="revision" value="1"' in page
    assert hanh.post(url, ask(keyword="đừng", revision=1)).status_code == 302


def test_group_deleted_by_another_leads_to_the_fresh_draft(hanh: Client, draft: ModelVersion) -> None:
    group = groups(draft)[0]
    page = hanh.get(at(draft, f"{group.pk}/")).content.decode()
    assert 'Xóa cả <span class="n">2</span> nội dung' in page
    response = hanh.post(at(draft, f"{group.pk}/remove/"), {"revision": 0}, follow=True)
    assert "Đã xóa “2 không”." in response.content.decode()
    assert texts(draft) == [["Biết vui vẻ khi tiếp xúc với dân"]]
    assert hanh.post(at(draft, f"{group.pk}/"), ask(revision=0)).status_code == 404


def test_delete_with_a_stale_or_missing_revision_keeps_the_group(hanh: Client, draft: ModelVersion) -> None:
    group = groups(draft)[0]
    hanh.post(at(draft, "new/"), ask())
    for revision in ({"revision": 0}, {"revision": "x"}, {}):
        assert hanh.post(at(draft, f"{group.pk}/remove/"), revision).status_code == 409
    assert len(groups(draft)) == 3


@pytest.mark.parametrize(
    "wrong", [{"number": 0}, {"number": 31}, {"number": "x"}, {"keyword": " "}, {"keyword": "a" * 41},
              {"polarity": "x"}, {"revision": -1}],
)  # fmt: skip
def test_bad_input_is_told(wrong: dict[str, object], hanh: Client, draft: ModelVersion) -> None:
    assert hanh.post(at(draft, "new/"), ask(**wrong)).status_code == 422
    assert len(groups(draft)) == 2


def test_rights(client: Client, cast: Cast, draft: ModelVersion) -> None:
    own, foreign = groups(draft)[0], groups(cast.adoption.version)[0]
    client.force_login(cast.tam)
    for rest in ("new/", f"{own.pk}/", f"{own.pk}/remove/"):
        assert client.post(at(draft, rest), ask()).status_code == 403
    client.force_login(cast.hanh)
    assert client.post(at(draft, f"{foreign.pk}/"), ask()).status_code == 404
    assert client.post(at(draft, f"{foreign.pk}/remove/"), ask()).status_code == 404
