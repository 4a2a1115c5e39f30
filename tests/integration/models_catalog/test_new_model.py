"""Beginning a model, and changing its name before anything is published."""

import pytest
from django.test import Client

from models_catalog.models import ConductModel
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
URL = "/catalogue/new/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def ask(**changed: object) -> dict[str, object]:
    return {
        "name": "5 không, 4 biết", "owner": "Đảng ủy xã An Thuận", "year": 2026, "judged": "person",
        "note": "Nghị quyết của Đảng ủy", "keeper": "", **changed,
    }  # fmt: skip


def test_editor_begins_a_model_of_the_common_library(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    assert "Thư viện chung" in client.get(URL).content.decode()
    response = client.post(URL, ask())
    model = ConductModel.objects.get(owner="Đảng ủy xã An Thuận")
    assert model.key == "dang-uy-xa-an-thuan-5-khong-4-biet"
    assert response["Location"] == f"/catalogue/{model.key}/1/edit/"
    assert model.keeper is None
    groups = list(model.versions.get().groups.order_by("position"))
    assert [(group.number, group.keyword, group.polarity) for group in groups] == [
        (5, "không", "prohibition"), (4, "biết", "duty"),
    ]  # fmt: skip


def test_head_begins_a_model_of_the_own_office_only(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    page = client.get(URL).content.decode()
    assert "Xã An Thuận" in page
    assert "Thư viện chung" not in page
    for keeper in ("", cast.other_commune.pk, cast.province.pk):
        assert client.post(URL, ask(keeper=keeper)).status_code == 422
    assert client.post(URL, ask(keeper=cast.commune.pk)).status_code == 302
    assert ConductModel.objects.get(keeper=cast.commune).owner == "Đảng ủy xã An Thuận"


def test_bad_input_says_what_is_wrong_and_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    response = client.post(URL, ask(name=" ", year="12"))
    assert response.status_code == 422
    page = response.content.decode()
    assert "Nghị quyết của Đảng ủy" in page
    assert "1945" in page
    assert ConductModel.objects.count() == 1


def test_a_name_that_the_owner_has_already_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    client.post(URL, ask())
    response = client.post(URL, ask(year=2020))
    assert response.status_code == 422
    assert "đã có mô hình “5 không, 4 biết”" in response.content.decode()


def test_double_click_makes_one_model(client: Client, cast: Cast) -> None:
    client.force_login(cast.hanh)
    assert client.post(URL, ask())["Location"] == client.post(URL, ask())["Location"]
    assert ConductModel.objects.filter(owner="Đảng ủy xã An Thuận").count() == 1


def test_staff_without_a_role_is_told_who_may(client: Client, cast: Cast) -> None:
    client.force_login(cast.lan)
    response = client.get(URL)
    assert response.status_code == 403
    assert "người biên soạn danh mục" in response.content.decode()
    assert URL not in client.get("/catalogue/").content.decode()


def test_name_can_be_mended_while_it_is_a_draft(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    client.post(URL, ask(keeper=cast.commune.pk))
    model = ConductModel.objects.get(keeper=cast.commune)
    url = f"/catalogue/{model.key}/edit/"
    assert "5 không, 4 biết" in client.get(url).content.decode()
    assert client.post(url, ask(name="4 không, 4 biết"))["Location"] == f"/catalogue/{model.key}/1/edit/"
    page = client.get(f"/catalogue/{model.key}/1/edit/").content.decode()
    assert "Tên gọi nói 4 không nhưng nhóm lại ghi 5 không." in page
    assert client.post(url, ask(name="")).status_code == 422
    assert client.get(f"/catalogue/{cast.adoption.version.model.key}/edit/").status_code == 403


def test_draft_of_an_office_is_nothing_to_others(client: Client, cast: Cast) -> None:
    client.force_login(cast.tam)
    client.post(URL, ask(keeper=cast.commune.pk))
    model = ConductModel.objects.get(keeper=cast.commune)
    pages = [f"/catalogue/{model.key}/{rest}" for rest in ("", "edit/", "merge/", "1/edit/", "1/preview/")]
    for who, status, listed in ((cast.quan, 200, True), (cast.phuong, 200, True), (cast.lan, 404, False),
                                (cast.hoa, 404, False)):  # fmt: skip
        client.force_login(who)
        assert client.get(pages[0]).status_code == status, who
        assert client.get(pages[3]).status_code == status, who
        assert (model.key in client.get("/catalogue/").content.decode()) is listed, who
    for page in pages:
        assert client.get(page).status_code == 404, page
