"""The published models as the demo uses them: who is judged, the items, and what citizens are asked."""

from dataclasses import dataclass

from models_catalog.models import Item, ModelVersion
from surveys.rules.questions import Kind, Question

from .texts import is_grave, reasons_for


@dataclass(frozen=True)
class DemoItem:
    """An item, with the reasons that fit it."""

    id: int
    text: str
    grave: bool
    reasons: tuple[str, ...]
    kept_answers: tuple[int, ...]
    question: Question | None


@dataclass(frozen=True)
class DemoVersion:
    """A published version; `groups` are (number, keyword, texts of the items) for the pledge."""

    id: int
    key: str
    name: str
    owner: str
    number: int
    judges_persons: bool
    items: tuple[DemoItem, ...]
    groups: tuple[tuple[int, str, tuple[str, ...]], ...]


def read_published() -> dict[str, DemoVersion]:
    """The newest published version of each model, by the model's key."""
    versions = (
        ModelVersion.objects.filter(state=ModelVersion.State.PUBLISHED)
        .select_related("model")
        .prefetch_related("groups__items")
        .order_by("model__key", "number")
    )
    return {version.model.key: _read(version) for version in versions}


def _read(version: ModelVersion) -> DemoVersion:
    groups = sorted(version.groups.all(), key=lambda group: group.position)
    lists = [sorted(group.items.all(), key=lambda item: item.position) for group in groups]
    return DemoVersion(
        id=version.pk,
        key=version.model.key,
        name=version.model.name,
        owner=version.model.owner,
        number=version.number,
        judges_persons=version.model.judged == "person",
        items=tuple(read_item(item) for items in lists for item in items),
        groups=tuple(
            (group.number, group.keyword, tuple(item.text for item in items))
            for group, items in zip(groups, lists, strict=True)
        ),
    )


def read_item(item: Item) -> DemoItem:
    question = None
    if item.question:
        question = Question(
            f"i{item.pk}", Kind(item.answer), {"vi": item.question, "en": item.question_en}, (item.pk,)
        )
    return DemoItem(
        item.pk, item.text, is_grave(item.text), reasons_for(item.text), tuple(item.kept_answers), question
    )
