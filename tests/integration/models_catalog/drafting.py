"""Drafts for the tests of the editor, made by the services as the screens do."""

from conduct.agencies.models import Agency
from models_catalog.models import ConductModel, Item, ItemGroup, ModelVersion
from models_catalog.services import draft_next_version
from models_catalog.services.drafts import ModelFacts
from tests.cast import Cast
from tests.factories import NOW

FACTS = ModelFacts(name="2 không, 1 phải", owner="Đảng ủy xã Thử", year=2026, judged="person", note="")
ITEM = {
    "text": "Phải trả lời trong ngày", "text_en": "", "sources": ["supervisor"], "question": "",
    "question_en": "", "kept": "",
}  # fmt: skip


def next_draft(cast: Cast) -> ModelVersion:
    """Version 2 of the model that Lan's office keeps ("2 không, 1 biết"), by Hạnh."""
    return draft_next_version(model=cast.adoption.version.model, by=cast.hanh, now=NOW)[0]


def ready(version: ModelVersion) -> ModelVersion:
    """The draft with its basis and source, so that nothing is missing."""
    version.legal_basis, version.source = "Quyết định 15/QĐ-UBND", "Bản đã ký"
    version.save(update_fields=["legal_basis", "source"])
    return version


def editor(version: ModelVersion) -> str:
    """Where a draft is edited."""
    return f"/catalogue/{version.model.key}/{version.number}/edit/"


def groups(version: ModelVersion) -> list[ItemGroup]:
    return list(version.groups.order_by("position"))


def items(version: ModelVersion) -> list[Item]:
    return list(Item.objects.of_version(version))


def texts(version: ModelVersion) -> list[list[str]]:
    """The texts of a draft, group by group."""
    rows = items(version)
    return [[item.text for item in rows if item.group_id == group.pk] for group in groups(version)]


def unknown_model(name: str = "3 nắm, 3 biết", keeper: Agency | None = None) -> ConductModel:
    """A model of which the library knows only the name."""
    model = ConductModel.objects.create(
        key=f"u{ConductModel.objects.count()}", name=name, owner="Đảng bộ các cơ quan Đảng", keeper=keeper
    )
    ModelVersion.objects.create(model=model, number=1, note="Mới biết tên mô hình.")
    return model
