"""A draft with what is still wrong in it, said in sentences beside the places; and how a model is found."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..comparing import worded_group
from ..models import ConductModel, Item, ItemGroup, ModelVersion
from ..rules.library import search_words, title_order
from ..rules.wording import Problem, ProblemKind, version_problems

_SENTENCES: Mapping[ProblemKind, Promise] = {
    ProblemKind.NO_GROUP: _("There is no group yet; add at least one, such as “5 không”."),
    ProblemKind.NO_BASIS: _("The legal basis is missing."),
    ProblemKind.NO_SOURCE: _("The source of the wording is missing."),
    ProblemKind.NAME_WITHOUT_GROUP: _(
        "The name says %(said)s %(keyword)s, but there is no group “%(keyword)s”."
    ),
    ProblemKind.GROUP_NOT_IN_NAME: _("The name does not speak of the group “%(keyword)s”."),
    ProblemKind.NAME_DIFFERS: _(
        "The name says %(said)s %(keyword)s, but the group says %(found)s %(keyword)s."
    ),
    ProblemKind.TOO_FEW: _("The group says %(said)s %(keyword)s, but there are only %(found)s items."),
    ProblemKind.TOO_MANY: _("The group says %(said)s %(keyword)s, but there are already %(found)s items."),
    ProblemKind.OPPOSITE: _("Read alone it says the opposite: the word “%(keyword)s” is missing."),
    ProblemKind.TWICE: _("The same text stands in another item."),
    ProblemKind.NO_WITNESS: _("Nobody can judge it yet; choose at least one source."),
    ProblemKind.NO_QUESTION: _("Citizens are a source, but there is no question to them."),
    ProblemKind.NO_ANSWER: _("It is not chosen which answer counts as kept."),
    ProblemKind.MINOR_CHANGES_ITEMS: _(
        "A minor correction keeps the number of items: %(said)s before, %(found)s now."
    ),
}


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An item and what is wrong with it."""

    row: Item
    problems: list[str]

    @property
    def place(self) -> str:
        """Its name on the editor's page."""
        return f"i{self.row.pk}"


@dataclass(frozen=True, slots=True)
class DraftGroup:
    """A group, its items, and what is wrong with the group itself."""

    row: ItemGroup
    items: list[DraftItem]
    problems: list[str]

    @property
    def place(self) -> str:
        """Its name on the editor's page."""
        return f"g{self.row.pk}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A version as the editor shows it; ``problems`` concern the version as a whole."""

    version: ModelVersion
    groups: list[DraftGroup]
    problems: list[str]

    @property
    def n_problems(self) -> int:
        """Everything that keeps it from being published."""
        return len(self.every_problem())

    @property
    def n_items(self) -> int:
        """The items of all groups."""
        return sum(len(group.items) for group in self.groups)

    def every_problem(self) -> list[tuple[str, str]]:
        """The place on the editor's page and the sentence, in the order of the page."""
        found = [("problems", said) for said in self.problems]
        for group in self.groups:
            found += [(group.place, said) for said in group.problems]
            found += [(item.place, said) for item in group.items for said in item.problems]
        return found


def read_draft(version: ModelVersion) -> Draft:
    """The groups and items of a version with their problems; three queries at most."""
    rows = list(version.groups.order_by("position").prefetch_related("items"))
    members = [list(row.items.all()) for row in rows]
    found = version_problems(
        name=version.model.name,
        legal_basis=version.legal_basis,
        source=version.source,
        groups=[worded_group(row, items) for row, items in zip(rows, members, strict=True)],
        n_before=_items_before(version) if version.is_minor else None,
    )
    groups = [
        DraftGroup(
            row,
            [DraftItem(item, _said(found, place, index)) for index, item in enumerate(items)],
            _said(found, place),
        )
        for place, (row, items) in enumerate(zip(rows, members, strict=True))
    ]
    return Draft(version, groups, _said(found))


def _items_before(version: ModelVersion) -> int:
    """How many items the version before has."""
    before = ModelVersion.objects.filter(model=version.model_id, number__lt=version.number)
    newest = before.exclude(state=ModelVersion.State.DRAFT).order_by("-number").values("pk")[:1]
    return Item.objects.filter(group__version__in=newest).count()


def _said(problems: list[Problem], group: int | None = None, item: int | None = None) -> list[str]:
    """The sentences for one place."""
    return [sentence_of(problem) for problem in problems if (problem.group, problem.item) == (group, item)]


def sentence_of(problem: Problem) -> str:
    """What is wrong, in the reader's language."""
    said = {"said": problem.said, "found": problem.found, "keyword": problem.keyword}
    return str(_SENTENCES[problem.kind]) % said


def refresh_search(model: ConductModel) -> None:
    """Bring order and search words of a model to what its rows say; an office's drafts stay unfound."""
    versions = model.versions.all()
    if model.keeper_id is not None:
        versions = versions.exclude(state=ModelVersion.State.DRAFT)
    texts = Item.objects.filter(group__version__in=versions).values_list("text", flat=True)
    notes = [text for row in versions.values_list("note", "legal_basis") for text in row]
    owners = model.owners.values_list("name", flat=True)
    said = " ".join([model.name, model.owner, *owners, str(model.year or ""), *texts, *notes])
    model.name_order = title_order(model.name)[:300]
    model.search = " " + " ".join(search_words(said))
    model.save(update_fields=["name_order", "search"])
