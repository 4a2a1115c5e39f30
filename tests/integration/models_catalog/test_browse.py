"""The list of models: search, filters, order, what a stranger sees."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from models_catalog.models import ModelVersion
from models_catalog.tallies import tally_models
from tests.cast import Cast, make_cast
from tests.factories import DAY, adopt, make_user, make_version

URL = "/catalogue/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(client: Client, library: None) -> Client:
    client.force_login(make_user("Tôn Nữ Hoàng Thảo Lan"))
    return client


def names(client: Client, **asked: str) -> list[str]:
    response = client.get(URL, asked)
    assert response.status_code == 200
    return [row.name for row in response.context["page"].object_list]


def test_page_lists_every_model_and_the_mottoes(lan: Client) -> None:
    text = lan.get(URL).content.decode()
    assert "Danh mục mô hình ứng xử" in text
    assert "Nói đi đôi với làm, làm nhiều hơn nói" in text
    assert len(names(lan)) == 17


def test_names_stand_in_vietnamese_order(lan: Client) -> None:
    found = names(lan)
    assert found[:3] == ["3 C", "3 nắm, 3 biết", "4 đúng, 4 phải, 3 sát, 3 nhất"]
    assert found.index("Công an thân thiện") < found.index(
        "Đóng góp kinh phí bằng tiền tiết kiệm chi tiêu hằng tháng của mỗi cá nhân"
    )


def test_search_ignores_diacritics_and_capitals(lan: Client) -> None:
    for q in ("xin lỗi", "XIN LOI", "xin loi", "Xin  Lỗi ", "XIN LỖI"):
        assert names(lan, q=q) == ["4 xin, 4 luôn", "4 xin, 4 luôn và 5 không", "5 không, 4 biết"], q


def test_filters_narrow_the_list(lan: Client) -> None:
    for n_found, asked in (
        (5, {"q": "dien bien"}),
        (2, {"q": "điện biên", "judged": "unit"}),
        (7, {"state": "published"}),
        (10, {"state": "draft"}),
        (0, {"state": "retired"}),
        (1, {"judged": "unit", "state": "published"}),
        (1, {"q": "QĐ 1665"}),
        (1, {"q": "1665/QĐ-UBND"}),
        (1, {"q": "30.000"}),
        (1, {"q": "hòa sơn"}),
        (0, {"q": "%"}),
        (0, {"q": "inxay"}),
    ):
        assert len(names(lan, **asked)) == n_found, asked


def test_empty_list_says_what_to_do(lan: Client) -> None:
    assert "hãy thử ít từ hơn" in lan.get(URL, {"q": "zzz"}).content.decode()


def test_bad_filter_is_told_and_lists_everything(lan: Client) -> None:
    for asked in ({"q": "a\x00b"}, {"q": "x" * 101}, {"state": "secret"}, {"judged": "1"}):
        response = lan.get(URL, asked)
        assert response.status_code == 422, asked
        assert response.context["n_models"] == 17
        assert 'role="alert"' in response.content.decode()


def test_strange_page_number_is_harmless(lan: Client) -> None:
    for page in ("0", "99", "x", "-1"):
        assert lan.get(URL, {"page": page}).status_code == 200, page


def test_partial_is_the_table_alone(lan: Client) -> None:
    response = lan.get(URL, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="models")
    assert response.content.decode().strip().startswith('<div id="models">')
    forged = lan.get(URL, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="secret")
    assert "<html" in forged.content.decode()


def test_stranger_signs_in_first(client: Client) -> None:
    response = client.get(URL)
    assert response.status_code == 302
    assert "login" in response["Location"]


def n_offices(cast: Cast, who: str, client: Client) -> int:
    client.force_login(getattr(cast, who))
    key = cast.adoption.version.model.key
    (row,) = [row for row in client.get(URL).context["page"].object_list if row.key == key]
    return int(row.n_agencies)


def test_only_offices_one_may_see_are_counted(client: Client) -> None:
    cast = make_cast()
    adopt(cast.other_commune, make_version())
    assert n_offices(cast, "lan", client) == 1
    assert n_offices(cast, "phuong", client) == 1
    assert n_offices(cast, "hoa", client) == 0


def test_tally_is_one_statement_for_any_number_of_models() -> None:
    for many in (2, 20):
        for _index in range(many):
            make_version()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rows = tally_models(agency_ids=[1], on=DAY)
        assert len(rows) >= many
        assert len(queries) == 1


def test_current_version_is_the_newest_published_one() -> None:
    version = make_version()
    ModelVersion.objects.create(model=version.model, number=2)
    (row,) = tally_models(agency_ids=[], on=DAY)
    assert (row.state, row.n_items, row.shape) == ("published", 2, "2\xa0không")
