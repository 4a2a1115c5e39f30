"""Beginning something to edit: a new model, the next version of one, an office's own of a known draft."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conduct.agencies.models import Agency, User
from conduct.audit.services import record

from ..models import ConductModel, Item, ItemGroup, ModelOwner, ModelVersion
from ..permissions.editing import check_can_edit, check_can_keep, check_can_rename
from ..rules.wording import model_key, numbers_in_name
from .wording import refresh_search

# Addresses of other pages in the place of a key.
_RESERVED = frozenset({"new", "adoptions", "import"})


class ModelFacts(TypedDict):
    """What tells a model apart, and who is judged by it."""

    name: str
    owner: str
    year: int | None
    judged: str
    note: str


@transaction.atomic
def create_model(
    *, facts: ModelFacts, keeper: Agency | None, by: User, now: datetime
) -> tuple[ConductModel, bool]:
    """Begin a model with a first draft whose groups are those of its name; returns whether this call made it.

    Raises Refused without the right, ValidationError when the owner has another model of this name.
    """
    check_can_keep(by, keeper, timezone.localdate(now))
    known = ConductModel.objects.filter(owner=facts["owner"], name=facts["name"]).first()
    if known is not None:
        if _is_the_same_beginning(known, facts, keeper):
            return known, False
        raise _name_taken(facts)
    model = _created(facts, keeper=keeper)
    version = ModelVersion.objects.create(model=model, number=1, edited_at=now)
    _write_groups(version, _groups_of_name(model.name))
    _recorded("create_model", model, by=by, now=now, data={"version": version.pk})
    return model, True


def _is_the_same_beginning(model: ConductModel, facts: ModelFacts, keeper: Agency | None) -> bool:
    """Whether it is what a second click would make: the same facts and nothing written yet."""
    told = (model.year, model.judged, model.note, model.keeper)
    asked = (facts["year"], facts["judged"], facts["note"], keeper)
    return told == asked and not model.versions.exclude(state="draft", revision=0).exists()


def _name_taken(facts: ModelFacts) -> ValidationError:
    said = _("%(owner)s already has a model named “%(name)s”; begin a new version of that one.")
    return ValidationError({"name": said % {"owner": facts["owner"], "name": facts["name"]}}, code="twice")


def _created(facts: ModelFacts, **more: Any) -> ConductModel:
    start = model_key(facts["owner"], facts["name"])
    alike = ConductModel.objects.filter(key__startswith=start).values_list("key", flat=True)
    key = model_key(facts["owner"], facts["name"], taken=_RESERVED.union(alike))
    try:
        with transaction.atomic():
            model = ConductModel.objects.create(key=key, **facts, **more)
    except IntegrityError as error:  # somebody was faster by a moment
        raise _name_taken(facts) from error
    ModelOwner.objects.create(model=model, name=model.owner, part=ModelOwner.Part.ORIGIN, year=model.year)
    return model


def _groups_of_name(name: str) -> list[ItemGroup]:
    """The groups that a name such as "5 không, 4 biết" announces, without items."""
    kinds = ItemGroup.Polarity
    return [
        ItemGroup(
            number=number,
            keyword=keyword,
            polarity=kinds.PROHIBITION if keyword.casefold() == "không" else kinds.DUTY,
        )
        for number, keyword in numbers_in_name(name)
    ]


def _write_groups(version: ModelVersion, groups: Iterable[ItemGroup]) -> list[ItemGroup]:
    return ItemGroup.objects.bulk_create(
        ItemGroup(
            version=version,
            position=place,
            number=group.number,
            keyword=group.keyword,
            polarity=group.polarity,
        )
        for place, group in enumerate(groups, start=1)
    )


def _recorded(act: str, model: ConductModel, *, by: User, now: datetime, data: dict[str, Any]) -> None:
    refresh_search(model)
    record(
        act=f"models_catalog.{act}",
        by=by,
        obj=model,
        agency=model.keeper,
        now=now,
        data={"key": model.key, **data},
    )


@transaction.atomic
def change_model(*, model: ConductModel, facts: ModelFacts, by: User, now: datetime) -> bool:
    """Set name, owner, year and note while no version is published; returns whether anything changed.

    Raises Refused without the right or once a version is published, ValidationError when the name is taken.
    """
    row = ConductModel.objects.select_for_update(of=("self",)).select_related("keeper").get(pk=model.pk)
    check_can_rename(by, row, timezone.localdate(now))
    taken = ConductModel.objects.filter(owner=facts["owner"], name=facts["name"]).exclude(pk=row.pk)
    if taken.exists():
        raise _name_taken(facts)
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    if not changed:
        return False
    row.owners.filter(name=row.owner).update(name=facts["owner"], year=facts["year"])
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=changed)
    row.versions.update(edited_at=now)
    _recorded("change_model", row, by=by, now=now, data={"fields": changed})
    return True


@transaction.atomic
def draft_next_version(*, model: ConductModel, by: User, now: datetime) -> tuple[ModelVersion, bool]:
    """A draft with the wording of the last version, to be changed; returns whether this call made it.

    There is one draft at a time: an open one is returned as it stands. Raises Refused without the right,
    ValidationError for a model that was folded into another.
    """
    row = ConductModel.objects.select_for_update(of=("self",)).select_related("keeper").get(pk=model.pk)
    check_can_edit(by, row, timezone.localdate(now))
    versions = list(row.versions.order_by("-number"))
    open_draft = next((version for version in versions if version.is_draft), None)
    if open_draft is not None:
        return open_draft, False
    if row.versions.filter(merged_into__isnull=False).exists():
        raise ValidationError(_("This model was folded into another; it has no further versions."))
    last = versions[0]
    draft = ModelVersion.objects.create(
        model=row,
        number=last.number + 1,
        legal_basis=last.legal_basis,
        source=last.source,
        edited_at=now,
    )
    _copy_wording(last, draft)
    _recorded("draft_next_version", row, by=by, now=now, data={"version": draft.pk, "number": draft.number})
    return draft, True


def _copy_wording(last: ModelVersion, draft: ModelVersion) -> None:
    """Groups and items of one version as new rows of another."""
    groups = list(last.groups.order_by("position").prefetch_related("items"))
    copies = _write_groups(draft, groups)
    Item.objects.bulk_create(
        Item(
            group=copy,
            position=place,
            text=item.text,
            text_en=item.text_en,
            sources=item.sources,
            question=item.question,
            question_en=item.question_en,
            answer=item.answer,
            kept_answers=item.kept_answers,
        )
        for group, copy in zip(groups, copies, strict=True)
        for place, item in enumerate(group.items.all(), start=1)
    )


def can_be_completed(model: ConductModel) -> bool:
    """Whether the library knows the model but not its items, so that an office may write them for itself."""
    if model.keeper_id is not None:
        return False
    published = model.versions.exclude(state=ModelVersion.State.DRAFT)
    return not published.exists() and not Item.objects.filter(group__version__model=model).exists()


@transaction.atomic
def complete_draft(
    *, model: ConductModel, keeper: Agency, by: User, now: datetime
) -> tuple[ConductModel, bool]:
    """The office's own model of a library draft, its groups to be filled; returns whether this call made it.

    Raises Refused without the right, ValidationError for a model whose items are known.
    """
    check_can_keep(by, keeper, timezone.localdate(now))
    if not can_be_completed(model):
        raise ValidationError(_("The items of this model are known; adopt it, or begin a new version."))
    known = ConductModel.objects.filter(owner=keeper.name, name=model.name).first()
    if known is not None:
        return known, False
    facts = ModelFacts(name=model.name, owner=keeper.name, year=now.year, judged=model.judged, note="")
    own = _created(facts, keeper=keeper, based_on=model)
    version = ModelVersion.objects.create(model=own, number=1, edited_at=now)
    last = model.versions.order_by("-number")[0]
    _write_groups(version, list(last.groups.order_by("position")) or _groups_of_name(model.name))
    _recorded("complete_draft", own, by=by, now=now, data={"version": version.pk, "based_on": model.key})
    return own, True
