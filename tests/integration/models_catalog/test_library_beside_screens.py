"""The library's files leave alone what was made or edited on the screens, and never stop a start over it."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from models_catalog.models import ConductModel, ModelVersion
from models_catalog.rules.library import LibraryModel
from models_catalog.services import (
    LoadResult,
    change_model,
    complete_draft,
    create_model,
    draft_next_version,
    load_library,
    merge_model,
    read_library,
)
from models_catalog.services.drafts import ModelFacts
from tests.cast import Cast, make_cast
from tests.factories import NOW, make_version

from .drafting import texts

pytestmark = pytest.mark.django_db
KEY, UNKNOWN = "hoa-son-5-khong-4-biet", "hoa-vang-3-nam-3-biet"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def files() -> dict[str, LibraryModel]:
    return {model.key: model for model in read_library()[0]}


def load(*models: LibraryModel) -> LoadResult:
    return load_library(library=models, by=None, now=NOW)


def row(key: str) -> ConductModel:
    return ConductModel.objects.get(key=key)


def test_a_file_with_the_number_of_a_draft_on_the_screens_is_kept_out(
    cast: Cast, files: dict[str, LibraryModel]
) -> None:
    one = files[KEY]
    load(one)
    draft, _created = draft_next_version(model=row(KEY), by=cast.hanh, now=NOW)
    before = texts(draft)
    second = replace(one.versions[0], number=2, groups=one.versions[0].groups[:1])
    result = load(replace(one, versions=(*one.versions, second)))
    draft.refresh_from_db()
    assert (draft.state, texts(draft)) == ("draft", before)
    assert result.kept == [f"{KEY}, version 2"]
    assert result.n_acts == 0


def test_a_library_draft_edited_on_the_screens_is_not_rewritten(
    cast: Cast, files: dict[str, LibraryModel]
) -> None:
    one = files[UNKNOWN]
    load(one)
    facts = ModelFacts(name="3 nắm, 3 biết, 3 làm", owner=one.owner, year=2022, judged="person", note="")
    change_model(model=row(UNKNOWN), facts=facts, by=cast.hanh, now=NOW)
    result = load(replace(one, note="Ghi chú mới", versions=(replace(one.versions[0], note="khác"),)))
    model = row(UNKNOWN)
    assert (model.name, model.note, model.versions.get().note) == (
        "3 nắm, 3 biết, 3 làm", "", one.versions[0].note,
    )  # fmt: skip
    assert result.kept == [f"{UNKNOWN}, version 1"]


def test_a_model_of_an_office_bears_a_later_file_of_its_name(
    cast: Cast, files: dict[str, LibraryModel]
) -> None:
    load(files[UNKNOWN])
    own, _created = complete_draft(model=row(UNKNOWN), keeper=cast.commune, by=cast.tam, now=NOW)
    same_name = replace(files[KEY], key="xa-an-thuan", name=own.name, owner=own.owner)
    kin = replace(files["4-xin-4-luon"], based_on="xa-an-thuan")
    result = load(same_name, kin)
    assert not ConductModel.objects.filter(key="xa-an-thuan").exists()
    assert result.kept == ["xa-an-thuan, version 1"]
    assert own.versions.get().state == "draft"
    assert row("4-xin-4-luon").based_on == own


def test_a_later_file_with_the_key_of_another_model_is_kept_out(
    cast: Cast, files: dict[str, LibraryModel]
) -> None:
    facts = ModelFacts(name="5 không", owner="Xã Thử", year=2026, judged="person", note="")
    model, _created = create_model(facts=facts, keeper=None, by=cast.hanh, now=NOW)
    versions = (replace(files[KEY].versions[0], number=7),)
    result = load(replace(files[KEY], key=model.key, versions=versions))
    assert result.kept == [f"{model.key}, version 7"]
    assert ModelVersion.objects.filter(model=model).count() == 1


def test_a_new_number_of_a_library_model_still_comes_from_its_file(
    cast: Cast, files: dict[str, LibraryModel]
) -> None:
    one = files[KEY]
    load(one)
    draft_next_version(model=row(KEY), by=cast.hanh, now=NOW)
    third = replace(one.versions[0], number=3)
    assert load(replace(one, versions=(*one.versions, third))).n_published == 1
    assert list(row(KEY).versions.order_by("number").values_list("number", "state")) == [
        (1, "published"), (2, "draft"), (3, "published"),
    ]  # fmt: skip


def test_folding_on_the_screens_is_not_undone(cast: Cast, files: dict[str, LibraryModel]) -> None:
    one = files[KEY]
    load(one)
    target = make_version(name="Mô hình chung").model
    merge_model(model=row(KEY), target=target, reason="Gộp", by=cast.hanh, now=NOW)
    assert load(one).n_acts == 0
    assert row(KEY).absorbed_into == target


def test_command_names_what_it_left_alone(cast: Cast) -> None:
    call_command("load_library", stdout=StringIO())
    facts = ModelFacts(name="Tên khác", owner="Xã Thử", year=None, judged="person", note="")
    change_model(model=row(UNKNOWN), facts=facts, by=cast.hanh, now=NOW)
    said = StringIO()
    call_command("load_library", stdout=said)
    assert f"left alone: {UNKNOWN}, version 1." in said.getvalue()
