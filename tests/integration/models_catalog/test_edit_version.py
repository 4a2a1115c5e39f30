"""The editor's page: problems beside their places, facts, order by drag and by buttons, a second writer."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conduct.audit.models import AuditEvent
from models_catalog.models import Item, ModelVersion
from tests.cast import Cast, make_cast

from .drafting import editor, groups, items, next_draft, texts

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "wording"}


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


def facts(**changed: object) -> dict[str, object]:
    return {
        "legal_basis": "Quyết định 15/QĐ-UBND", "source": "Bản đã ký", "effective_from": "01/12/2026",
        "effective_year": "", "note": "", "revision": 0, **changed,
    }  # fmt: skip


def places(version: ModelVersion) -> list[str]:
    """What the page's form sends for the order as it stands."""
    found = []
    for group in groups(version):
        found.append(f"g{group.pk}")
        found += [f"i{item.pk}" for item in items(version) if item.group_id == group.pk]
    return found


def move(client: Client, version: ModelVersion, button: str = "", **more: object) -> Any:
    data = {"place": places(version), "move": button, "revision": version.revision, **more}
    return client.post(f"/catalogue/{version.model.key}/2/order/", data)


def test_page_says_what_is_wrong_beside_its_place(hanh: Client, draft: ModelVersion) -> None:
    wrong = items(draft)[1]
    Item.objects.filter(pk=wrong.pk).update(text="Vi phạm giờ giấc", sources=[])
    items(draft)[2].delete()
    page = hanh.get(editor(draft)).content.decode()
    assert '<span class="n">5</span> điểm cần sửa' in page
    row = page.split(f'id="i{wrong.pk}"')[1].split("</li>\n")[0]
    assert "Đọc riêng câu này sẽ hiểu ngược: thiếu chữ “không”." in row
    assert "Chưa có ai đánh giá được; cần chọn ít nhất một nguồn." in row
    assert "Chưa ghi căn cứ ban hành." in page
    assert "Nhóm ghi 1 biết nhưng mới có 0 nội dung." in page.split(f'id="g{groups(draft)[1].pk}"')[1]


def test_facts_are_saved_once(hanh: Client, draft: ModelVersion) -> None:
    assert hanh.post(editor(draft), facts(is_minor="on"))["Location"] == f"{editor(draft)}#facts"
    draft.refresh_from_db()
    assert (draft.legal_basis, draft.is_minor, draft.revision) == ("Quyết định 15/QĐ-UBND", True, 1)
    assert (str(draft.effective_from), draft.effective_year) == ("2026-12-01", 2026)
    second = hanh.post(editor(draft), facts(is_minor="on"))
    assert second.status_code == 409
    assert AuditEvent.objects.filter(act="models_catalog.change_facts").count() == 1


def test_bad_facts_are_told_and_nothing_is_stored(hanh: Client, draft: ModelVersion) -> None:
    for wrong in (
        {"effective_from": "31/02/2026"},
        {"effective_year": "1"},
        {"revision": "x"},
        {"legal_basis": "a" * 301},
    ):
        assert hanh.post(editor(draft), facts(**wrong)).status_code == 422, wrong
    draft.refresh_from_db()
    assert draft.revision == 0


def test_a_second_writer_is_told_and_sees_the_fresh_state(hanh: Client, draft: ModelVersion) -> None:
    hanh.post(editor(draft), facts())
    response = hanh.post(editor(draft), facts(legal_basis="Quyết định khác"))
    assert response.status_code == 409
    page = response.content.decode()
    assert "Bản nháp vừa được sửa lúc" in page
    assert "Quyết định 15/QĐ-UBND" in page
    assert "Quyết định khác" not in page


def test_button_moves_an_item_and_keeps_the_focus(hanh: Client, draft: ModelVersion) -> None:
    first, second, third = items(draft)
    response = move(hanh, draft, f"down-i{first.pk}")
    assert response["Location"] == f"{editor(draft)}?focus=down-i{first.pk}"
    assert texts(draft) == [[second.text, first.text], [third.text]]
    page = hanh.get(response["Location"]).content.decode()
    button = page.split(f'id="down-i{first.pk}"')[1].split(">")[0]
    assert "autofocus" in button
    draft.refresh_from_db()
    move(hanh, draft, f"down-i{first.pk}")
    assert texts(draft) == [[second.text], [first.text, third.text]]


def test_at_the_end_the_focus_goes_to_the_other_button(hanh: Client, draft: ModelVersion) -> None:
    group = groups(draft)[1]
    response = move(hanh, draft, f"up-g{group.pk}")
    assert response["Location"].endswith(f"?focus=down-g{group.pk}")
    assert groups(draft)[0] == group


def test_dragged_order_is_taken_as_the_page_sends_it(hanh: Client, draft: ModelVersion) -> None:
    (one, two), (a, b, c) = groups(draft), items(draft)
    asked = [f"g{two.pk}", f"i{b.pk}", f"i{c.pk}", f"g{one.pk}", f"i{a.pk}"]
    assert move(hanh, draft, place=asked).status_code == 302
    assert texts(draft) == [[b.text, c.text], [a.text]]


def test_htmx_gets_the_wording_alone(hanh: Client, draft: ModelVersion) -> None:
    url, data = f"/catalogue/{draft.model.key}/2/order/", {"place": places(draft), "revision": 0}
    response = hanh.post(url, {**data, "move": f"down-i{items(draft)[0].pk}"}, follow=True, headers=HTMX)
    assert response.content.decode().lstrip().startswith('<div id="wording">')
    stale = hanh.post(url, data, headers=HTMX)
    assert stale.status_code == 409
    assert stale.content.decode().lstrip().startswith('<div id="wording">')
    assert "Chưa ghi đè nội dung nào" in stale.content.decode()


def test_an_order_that_makes_no_sense_moves_nothing(hanh: Client, draft: ModelVersion) -> None:
    before = texts(draft)
    every = places(draft)
    for wrong in ([], every[1:], ["x1"], ["g"], ["gx"], ["g" + "9" * 30], [*every, "i99999"], every[:-1]):
        assert move(hanh, draft, place=wrong).status_code == 422, wrong
    assert move(hanh, draft, revision="x").status_code == 422
    for button in ("up", "up-", "left-i1", "up-i99999", "up-x1", f"up-i{'9' * 30}"):
        assert move(hanh, draft, button).status_code == 302, button
    assert texts(draft) == before


def test_rights(client: Client, cast: Cast, draft: ModelVersion) -> None:
    for who in (cast.tam, cast.hoa):
        client.force_login(who)
        for response in (client.get(editor(draft)), client.post(editor(draft), facts()), move(client, draft)):
            assert response.status_code == 403
    client.force_login(cast.hanh)
    published = client.get(editor(cast.adoption.version))
    assert published.status_code == 403
    assert "đã công bố nên không thay đổi" in published.content.decode()
    assert client.get(f"/catalogue/{draft.model.key}/9/edit/").status_code == 404


def test_page_asks_the_database_at_most_twelve_times(hanh: Client, cast: Cast, draft: ModelVersion) -> None:
    hanh.post(editor(draft), facts(is_minor="on"))
    for url in (editor(draft), f"/catalogue/{draft.model.key}/", f"/catalogue/{draft.model.key}/2/publish/"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert hanh.get(url).status_code == 200
        assert len(asked) <= 12, [query["sql"] for query in asked]
