"""Loading the library: idempotent, row-level refusals, audit, all or nothing."""

import re
import shutil
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from conduct.audit.models import AuditEvent
from models_catalog.models import ConductModel, Item, ItemGroup, ModelOwner, ModelVersion, Motto
from models_catalog.rules.library import LibraryModel
from models_catalog.services import LibraryRefused, load_library, read_library
from models_catalog.services.files import LIBRARY
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def load(library: list[LibraryModel]) -> int:
    return load_library(library=library, by=None, now=NOW).n_acts


@pytest.fixture
def one() -> LibraryModel:
    return next(model for model in read_library()[0] if model.key == "hoa-son-5-khong-4-biet")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def rewrite(folder: Path, key: str, old: str, new: str) -> None:
    path = folder / f"{key}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_file_becomes_rows() -> None:
    call_command("load_library", stdout=StringIO())
    assert ConductModel.objects.count() == 17
    assert ModelVersion.objects.filter(state="published").count() == 7
    assert Motto.objects.count() == 2
    for group in ItemGroup.objects.prefetch_related("items"):
        assert group.number == len(group.items.all())
    assert Item.objects.exclude(question="").filter(kept_answers=[]).count() == 0
    assert ConductModel.objects.get(key="agribank-hoa-vang-3-c").absorbed_into is not None
    assert ModelOwner.objects.filter(model__key="4-xin-4-luon").count() == 4


def test_second_run_changes_nothing() -> None:
    said = StringIO()
    call_command("load_library", stdout=StringIO())
    before = (list(Item.objects.order_by("pk").values()), AuditEvent.objects.count())
    call_command("load_library", stdout=said)
    assert "0 rows created, 0 changed, 0 versions published" in said.getvalue()
    assert (list(Item.objects.order_by("pk").values()), AuditEvent.objects.count()) == before


def test_published_version_that_differs_is_refused_row_by_row(folder: Path) -> None:
    call_command("load_library", stdout=StringIO())
    rewrite(folder, "hoa-son-5-khong-4-biet", "Không vi phạm giờ giấc làm việc", "Không vi phạm giờ giấc")
    rewrite(folder, "4-xin-4-luon", "sources: [supervisor, self]", "sources: [supervisor]")
    rewrite(folder, "hoa-phong-4-voi", "name: 4 với", "name: 4 với dân")
    with pytest.raises(CommandError) as refused:
        call_command("load_library", folder=folder, stdout=StringIO())
    told = str(refused.value)
    assert (
        "hoa-son-5-khong-4-biet, version 1: groups 1 items 2 text: 'Không vi phạm giờ giấc làm việc'" in told
    )
    assert "4-xin-4-luon, version 1: groups 1 items 3 sources" in told
    assert ConductModel.objects.get(key="hoa-phong-4-voi").name == "4 với", "nothing is loaded by half"


@pytest.mark.parametrize(("field", "value"), [("name", "5 không"), ("owner", "Xã khác"), ("judged", "unit")])
def test_name_owner_and_judged_of_a_published_model_stay(one: LibraryModel, field: str, value: str) -> None:
    load([one])
    changed: dict[str, Any] = {field: value}
    with pytest.raises(LibraryRefused, match=f"{one.key}: {field}"):
        load([replace(one, **changed)])


def test_published_version_cannot_become_a_draft_again(one: LibraryModel) -> None:
    load([one])
    draft = replace(one, versions=(replace(one.versions[0], published=False),))
    with pytest.raises(LibraryRefused, match="a draft in the file"):
        load([draft])


def test_draft_is_rewritten_and_then_published(one: LibraryModel) -> None:
    short = replace(one.versions[0], published=False, groups=one.versions[0].groups[:1])
    assert load([replace(one, versions=(short,))]) > 0
    assert ItemGroup.objects.count() == 1
    load([one])
    version = ModelVersion.objects.get()
    assert (version.state, version.published_at) == ("published", NOW)
    assert ItemGroup.objects.count() == 2
    acts = list(AuditEvent.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["models_catalog.draft_version", "models_catalog.publish_version"]


def test_new_version_stands_beside_the_old_one(one: LibraryModel) -> None:
    load([one])
    second = replace(one.versions[0], number=2, groups=one.versions[0].groups[:1])
    load([replace(one, versions=(*one.versions, second))])
    assert list(ModelVersion.objects.values_list("number", "state")) == [(1, "published"), (2, "published")]


def test_note_of_a_published_model_may_be_mended(one: LibraryModel) -> None:
    load([one])
    assert load([replace(one, note="Ghi chú mới")]) == 1
    assert ConductModel.objects.get().note == "Ghi chú mới"


def test_owner_taken_out_of_a_file_goes(one: LibraryModel) -> None:
    load([one])
    other = replace(one.owners[0], name="Nơi khác", part="adopter")
    load([replace(one, owners=(*one.owners, other))])
    assert ModelOwner.objects.count() == 2
    load([one])
    assert ModelOwner.objects.count() == 1


def test_bad_files_are_told_all_at_once(folder: Path) -> None:
    (folder / "4-xin-4-luon.yaml").write_text("key: [", encoding="utf-8")
    rewrite(folder, "hoa-phong-4-voi", "key: hoa-phong-4-voi", "key: khac")
    rewrite(folder, "agribank-hoa-vang-3-c", "number: 3", "number: 4")
    with pytest.raises(LibraryRefused) as refused:
        read_library(folder)
    told = "\n".join(refused.value.problems)
    assert "4-xin-4-luon.yaml:1: This is not YAML" in told
    assert "hoa-phong-4-voi.yaml:1: key: The key must be the name of the file" in told
    assert re.search(
        r"agribank-hoa-vang-3-c.yaml:\d+: version 1, group 1, number: The number says 4, but there are 3",
        told,
    )


def test_bad_mottoes_are_told(folder: Path) -> None:
    (folder / "mottoes.yaml").write_text("mottoes: [{text: A}]", encoding="utf-8")
    with pytest.raises(LibraryRefused, match=r"mottoes\.yaml"):
        read_library(folder)


def test_missing_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_library", folder=tmp_path / "none")


def test_nothing_is_stored_when_the_audit_row_fails(
    one: LibraryModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("models_catalog.services.library.record", fail)
    with pytest.raises(RuntimeError):
        load([one])
    assert not ConductModel.objects.exists()
