"""Visits of the catalogue."""

from models_catalog.models import ConductModel, Item, ItemGroup, ModelVersion
from tests.routes.objects import A_FILE, POST_ONLY, Arguments, Visit, adoption, model


def draft() -> ModelVersion:
    """The draft of a next version in the common library, by Hạnh."""
    drafts = ModelVersion.objects.filter(state=ModelVersion.State.DRAFT, number__gt=1, model__keeper=None)
    return drafts.select_related("model").order_by("pk")[0]


def draft_id() -> Arguments:
    return draft().model.key, draft().number


def published_id() -> Arguments:
    return (*model(), adoption().version.number)


def group_id() -> Arguments:
    return (*draft_id(), ItemGroup.objects.filter(version=draft()).order_by("position")[0].pk)


def item_id() -> Arguments:
    return (*draft_id(), Item.objects.of_version(draft())[0].pk)


def unknown_id() -> Arguments:
    """A model of the common library of which only the name is known."""
    known = ConductModel.objects.filter(versions__groups__isnull=False)
    return (ConductModel.objects.filter(keeper=None).exclude(pk__in=known).order_by("key")[0].key,)


VISITS: dict[tuple[str, int], Visit] = {
    ("models_catalog:browse", 0): Visit("lan"),
    ("models_catalog:detail", 1): Visit("tam", model, also=("hanh",)),
    ("models_catalog:new_model", 0): Visit("hanh", also=("tam",)),
    ("models_catalog:edit_model", 1): Visit("hanh", unknown_id),
    ("models_catalog:new_version", 1): Visit("hanh", model, no_picture=POST_ONLY),
    ("models_catalog:complete", 1): Visit("tam", unknown_id),
    ("models_catalog:merge", 1): Visit("hanh", model),
    ("models_catalog:edit_version", 2): Visit("hanh", draft_id),
    ("models_catalog:order_items", 2): Visit("hanh", draft_id, no_picture=POST_ONLY),
    ("models_catalog:new_group", 2): Visit("hanh", draft_id),
    ("models_catalog:edit_group", 3): Visit("hanh", group_id),
    ("models_catalog:remove_group", 3): Visit("hanh", group_id, no_picture=POST_ONLY),
    ("models_catalog:new_item", 3): Visit("hanh", group_id),
    ("models_catalog:edit_item", 3): Visit("hanh", item_id),
    ("models_catalog:remove_item", 3): Visit("hanh", item_id, no_picture=POST_ONLY),
    ("models_catalog:preview", 2): Visit("hanh", draft_id),
    ("models_catalog:publish", 2): Visit("hanh", draft_id),
    ("models_catalog:retire", 2): Visit("hanh", published_id),
    ("models_catalog:adopt", 2): Visit("tam", published_id),
    ("models_catalog:adopt_choose", 0): Visit("tam"),
    ("models_catalog:adoption", 1): Visit("lan", lambda: (adoption().pk,), also=("tam",)),
    ("models_catalog:end", 1): Visit("tam", lambda: (adoption().pk,)),
    ("models_catalog:compare", 1): Visit("lan", lambda: (draft().model.key,)),
    ("models_catalog:export", 1): Visit("lan", model, no_picture=A_FILE),
    ("models_catalog:import_model", 0): Visit("tam"),
}
