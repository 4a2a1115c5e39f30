"""A published version, its groups and items never change by SQL: not by the application, not by the owner."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from models_catalog.models import Adoption, Item, ItemGroup, ModelVersion
from tests.factories import adopt, make_agency, make_version

pytestmark = pytest.mark.django_db

VERSION, GROUP, ITEM = "models_catalog_modelversion", "models_catalog_itemgroup", "models_catalog_item"

REFUSED = {
    "update version": f"UPDATE {VERSION} SET legal_basis = 'khác'",
    "publish day": f"UPDATE {VERSION} SET published_at = now()",
    "version back to draft": f"UPDATE {VERSION} SET state = 'draft'",
    "retire and reword": f"UPDATE {VERSION} SET state = 'retired', note = 'khác'",
    "move to another model": f"UPDATE {VERSION} SET model_id = model_id + 1",
    "delete version": f"DELETE FROM {VERSION}",
    "truncate version": f"TRUNCATE {VERSION} CASCADE",
    "update group": f"UPDATE {GROUP} SET number = 9",
    "delete group": f"DELETE FROM {GROUP}",
    "truncate group": f"TRUNCATE {GROUP} CASCADE",
    "insert group": f"INSERT INTO {GROUP} (version_id, position, number, keyword, polarity) "
    f"SELECT version_id, 9, 1, 'nên', 'duty' FROM {GROUP} LIMIT 1",
    "update item": f"UPDATE {ITEM} SET text = 'khác'",
    "update sources": f"UPDATE {ITEM} SET sources = '{{self}}'",
    "delete item": f"DELETE FROM {ITEM}",
    "truncate item": f"TRUNCATE {ITEM} CASCADE",
    "insert item": f"INSERT INTO {ITEM} "
    "(group_id, position, text, text_en, sources, question, question_en, answer, kept_answers) "
    f"SELECT group_id, 9, 'thêm', '', '{{self}}', '', '', '', '{{}}' FROM {ITEM} LIMIT 1",
}


def snapshot() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (ModelVersion, ItemGroup, Item)]


@pytest.mark.parametrize("act", REFUSED)
def test_published_wording_refuses_the_application(act: str) -> None:
    make_version()
    before = snapshot()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("cm_app",)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(REFUSED[act])
    assert snapshot() == before


@pytest.mark.parametrize("act", ["truncate version", "truncate group", "truncate item"])
def test_published_wording_refuses_the_owner(act: str, owner_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never change"):
        owner_connection.execute(REFUSED[act].encode())


def test_item_cannot_be_moved_into_a_published_version() -> None:
    published, draft = make_version(), make_version(published=False)
    item = Item.objects.filter(group__version=draft).first()
    group = published.groups.first()
    assert item is not None
    assert group is not None
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(group=group, position=9)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ItemGroup.objects.filter(version=draft).update(version=published, position=9)


def test_draft_can_still_be_rewritten() -> None:
    draft = make_version(published=False)
    assert Item.objects.filter(group__version=draft).update(text_en="other") == 2
    assert Item.objects.filter(group__version=draft).delete()[0] == 2


def test_published_version_can_be_retired_and_nothing_else() -> None:
    version = make_version()
    ModelVersion.objects.filter(pk=version.pk).update(state=ModelVersion.State.RETIRED)
    version.refresh_from_db()
    assert version.state == ModelVersion.State.RETIRED
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ModelVersion.objects.filter(pk=version.pk).update(state=ModelVersion.State.PUBLISHED)


@pytest.fixture
def local() -> ItemGroup:
    """What an office added to its adoption: a group with one item."""
    adoption = adopt(make_agency(), make_version())
    group = ItemGroup.objects.create(adoption=adoption, position=1, number=1, keyword="phải", polarity="duty")
    Item.objects.create(group=group, position=1, text="Phải đeo thẻ", sources=["supervisor"])
    return group


LOCAL = f"(SELECT id FROM {GROUP} WHERE adoption_id IS NOT NULL)"
LOCAL_REFUSED = {
    "update local group": f"UPDATE {GROUP} SET keyword = 'nên' WHERE adoption_id IS NOT NULL",
    "hand a local group to another adoption": f"UPDATE {GROUP} SET adoption_id = adoption_id + 1 "
    "WHERE adoption_id IS NOT NULL",
    "make a local group one of the version": f"UPDATE {GROUP} SET adoption_id = NULL, "
    f"version_id = (SELECT max(id) FROM {VERSION}) WHERE adoption_id IS NOT NULL",
    "delete local group": f"DELETE FROM {GROUP} WHERE adoption_id IS NOT NULL",
    "update local item": f"UPDATE {ITEM} SET text = 'khác' WHERE group_id IN {LOCAL}",
    "update local sources": f"UPDATE {ITEM} SET sources = '{{self}}' WHERE group_id IN {LOCAL}",
    "add a local item": f"INSERT INTO {ITEM} (group_id, position, text, text_en, sources, question, "
    "question_en, answer, kept_answers) SELECT group_id, 9, 'thêm', '', sources, '', '', '', '{}' "
    f"FROM {ITEM} WHERE group_id IN {LOCAL}",
    "delete local item": f"DELETE FROM {ITEM} WHERE group_id IN {LOCAL}",
}


@pytest.mark.parametrize("act", LOCAL_REFUSED)
def test_local_items_refuse_the_application(act: str, local: ItemGroup) -> None:
    before = snapshot()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("cm_app",)
        with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
            cursor.execute(LOCAL_REFUSED[act])
    assert snapshot() == before


def test_items_of_a_draft_cannot_become_local(local: ItemGroup) -> None:
    """An item that is moved into a local group would be one that nobody decided on."""
    draft = make_version(published=False)
    group = draft.groups.get()
    adoption = Adoption.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemGroup.objects.filter(pk=group.pk).update(adoption=adoption)


@pytest.mark.parametrize("state", ["published", "retired"])
def test_no_item_is_added_once_a_version_is_published(state: str) -> None:
    version = make_version()
    if state == "retired":
        ModelVersion.objects.update(state="retired")
    group = version.groups.get()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Item.objects.create(group=group, position=9, text="Thêm", sources=["self"])
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ItemGroup.objects.create(version=version, position=9, number=1, keyword="nên", polarity="duty")
    assert Item.objects.count() == 2
