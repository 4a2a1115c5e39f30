"""A model given away as a file."""

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from models_catalog.models import ConductModel, ModelOwner, ModelVersion
from models_catalog.services.files import LIBRARY, read_model
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
KEY = "hoa-son-5-khong-4-biet"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def model() -> ConductModel:
    call_command("load_library", stdout=StringIO())
    return ConductModel.objects.get(key=KEY)


def test_file_says_what_the_library_said(
    client: Client, cast: Cast, model: ConductModel, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.lan)
    with django_assert_max_num_queries(12):
        response = client.get(f"/catalogue/{KEY}/export/")
    assert response.headers["Content-Type"] == "application/yaml; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{KEY}.yaml"'
    told, _document = read_model(response.content.decode())
    wanted, _document = read_model((LIBRARY / f"{KEY}.yaml").read_text(encoding="utf-8"))
    assert told == wanted
    assert "name: 5 không, 4 biết" in response.content.decode()


@pytest.mark.parametrize(
    "path", sorted(p for p in LIBRARY.glob("*.yaml") if p.stem != "mottoes"), ids=lambda p: p.stem
)
def test_every_model_of_the_library_can_be_given_away(
    client: Client, cast: Cast, model: ConductModel, path: Path
) -> None:
    client.force_login(cast.lan)
    response = client.get(f"/catalogue/{path.stem}/export/")
    assert read_model(response.content.decode())[0] == read_model(path.read_text(encoding="utf-8"))[0]


def test_draft_that_is_not_whole_is_left_out_and_told(
    client: Client, cast: Cast, model: ConductModel
) -> None:
    ModelVersion.objects.create(model=model, number=2)
    client.force_login(cast.lan)
    text = client.get(f"/catalogue/{KEY}/export/").content.decode()
    assert text.startswith("# Phiên bản 2 không có trong tệp này: ")
    assert "Không được để trống" in text.splitlines()[0]
    assert [version["number"] for version in yaml.safe_load(text)["versions"]] == [1]


def test_retired_version_is_told_as_such(client: Client, cast: Cast, model: ConductModel) -> None:
    ModelVersion.objects.filter(model=model).update(state="retired")
    client.force_login(cast.lan)
    assert "status: retired" in client.get(f"/catalogue/{KEY}/export/").content.decode()


def test_model_without_a_whole_version_says_what_is_missing(client: Client, cast: Cast) -> None:
    model = ConductModel.objects.create(key="moi", name="Mới", owner="Xã An Thuận")
    ModelOwner.objects.create(model=model, name="Xã An Thuận", part="origin")
    ModelVersion.objects.create(model=model, number=1)
    client.force_login(cast.tam)
    response = client.get("/catalogue/moi/export/")
    assert response.status_code == 409
    assert "Chưa có phiên bản nào đủ nội dung" in response.content.decode()
    assert "legal_basis: Không được để trống." in response.content.decode()


def test_draft_of_another_office_is_not_found(client: Client, cast: Cast) -> None:
    model = ConductModel.objects.create(key="moi", name="Mới", owner="Xã An Thuận", keeper=cast.commune)
    ModelVersion.objects.create(model=model, number=1)
    client.force_login(cast.hoa)
    assert client.get("/catalogue/moi/export/").status_code == 404
