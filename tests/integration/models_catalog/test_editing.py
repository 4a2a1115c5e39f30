"""The acts of the editor: who may, one audit row each, nothing overwritten, nothing by half."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from conduct.agencies.models import Role
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from models_catalog.models import ConductModel, Item, ItemGroup, ModelVersion
from models_catalog.services import (
    DraftChanged,
    add_group,
    add_item,
    change_facts,
    change_group,
    change_item,
    change_model,
    create_model,
    delete_group,
    delete_item,
    draft_next_version,
    publish_version,
    reorder_draft,
)
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, grant, make_user

from .drafting import FACTS, groups, items, next_draft, ready, texts

pytestmark = pytest.mark.django_db

GROUP: Any = {"number": 1, "keyword": "phải", "polarity": "duty"}
ITEM: Any = {
    "text": "Phải đúng hẹn", "text_en": "", "sources": ["supervisor"], "question": "", "question_en": "",
    "answer": "", "kept_answers": [],
}  # fmt: skip
FACTS_OF_VERSION: Any = {
    "legal_basis": "Quyết định 15/QĐ-UBND", "source": "Bản đã ký", "effective_from": DAY,
    "effective_year": DAY.year, "note": "", "is_minor": False,
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def draft(cast: Cast) -> ModelVersion:
    return next_draft(cast)


ACTS: dict[str, Callable[..., Any]] = {
    "change_facts": lambda v, **how: change_facts(version=v, facts=FACTS_OF_VERSION, **how),
    "add_group": lambda v, **how: add_group(version=v, values=GROUP, **how),
    "change_group": lambda v, **how: change_group(group=groups(v)[0], values=GROUP, **how),
    "delete_group": lambda v, **how: delete_group(group=groups(v)[0], **how),
    "add_item": lambda v, **how: add_item(group=groups(v)[0], values=ITEM, **how),
    "change_item": lambda v, **how: change_item(item=items(v)[0], values=ITEM, **how),
    "delete_item": lambda v, **how: delete_item(item=items(v)[0], **how),
    "reorder_draft": lambda v, **how: reorder_draft(version=v, order=backwards(v), **how),
}


def backwards(version: ModelVersion) -> list[tuple[int, list[int]]]:
    rows = items(version)
    return [
        (group.pk, [item.pk for item in reversed(rows) if item.group_id == group.pk])
        for group in reversed(groups(version))
    ]


def wording() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (ModelVersion, ItemGroup, Item)]


@pytest.mark.parametrize("act", ACTS)
def test_every_act_raises_the_revision_and_leaves_one_row(act: str, cast: Cast, draft: ModelVersion) -> None:
    before = wording()
    count = AuditEvent.objects.count()
    assert ACTS[act](draft, revision=0, by=cast.hanh, now=NOW)
    draft.refresh_from_db()
    assert (draft.revision, draft.edited_at) == (1, NOW)
    assert wording() != before
    event = AuditEvent.objects.get(act=f"models_catalog.{act}")
    assert AuditEvent.objects.count() == count + 1
    assert (event.actor_id, event.object_id, event.data["revision"]) == (cast.hanh.pk, str(draft.pk), 1)


@pytest.mark.parametrize("act", ACTS)
def test_a_stale_revision_overwrites_nothing(act: str, cast: Cast, draft: ModelVersion) -> None:
    change_facts(version=draft, facts=FACTS_OF_VERSION, revision=0, by=cast.hanh, now=NOW)
    before = wording()
    with pytest.raises(DraftChanged):
        ACTS[act](draft, revision=0, by=cast.hanh, now=NOW)
    assert wording() == before


@pytest.mark.parametrize("act", ACTS)
def test_a_published_wording_refuses_every_act(act: str, cast: Cast, draft: ModelVersion) -> None:
    publish_version(version=ready(draft), revision=0, by=cast.hanh, now=NOW)
    before = wording()
    with pytest.raises(Refused, match="đã công bố"):
        ACTS[act](draft, revision=0, by=cast.hanh, now=NOW)
    assert wording() == before


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_stored_when_the_audit_row_fails(
    act: str, cast: Cast, draft: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no audit")

    before = wording()
    monkeypatch.setattr("models_catalog.services.editing.record", fail)
    with pytest.raises(RuntimeError):
        ACTS[act](draft, revision=0, by=cast.hanh, now=NOW)
    assert wording() == before


@pytest.mark.parametrize(
    ("who", "library", "office"),
    [
        ("hanh", True, True),  # the province's catalogue editor
        ("tam", False, True),  # the head of the office
        ("quan", False, True),  # its administrator
        ("phuong", False, True),  # the head of the agency above
        ("minh", False, False),
        ("lan", False, False),
        ("hoa", False, False),  # the head of another office
    ],
)
def test_who_edits_what(who: str, library: bool, office: bool, cast: Cast) -> None:
    person = getattr(cast, who)
    for keeper, allowed in ((None, library), (cast.commune, office)):
        by = cast.hanh
        model, _created = create_model(
            facts={**FACTS, "owner": f"Chủ {who} {keeper}"}, keeper=keeper, by=by, now=NOW
        )
        version = model.versions.get()
        if allowed:
            assert change_facts(version=version, facts=FACTS_OF_VERSION, revision=0, by=person, now=NOW)
        else:
            with pytest.raises(Refused):
                change_facts(version=version, facts=FACTS_OF_VERSION, revision=0, by=person, now=NOW)


def test_an_editor_of_a_commune_keeps_the_commune_and_not_the_library(cast: Cast) -> None:
    local = make_user("Ngô Thị Mai")
    grant(local, cast.commune, Role.CATALOGUE_EDITOR)
    with pytest.raises(Refused, match="cấp cao nhất"):
        create_model(facts=FACTS, keeper=None, by=local, now=NOW)
    with pytest.raises(Refused, match="Xã Bình Lâm"):
        create_model(facts=FACTS, keeper=cast.other_commune, by=local, now=NOW)
    assert create_model(facts=FACTS, keeper=cast.commune, by=local, now=NOW)[1]


def test_order_moves_items_between_groups(cast: Cast, draft: ModelVersion) -> None:
    (first, second), (a, b, c) = groups(draft), items(draft)
    order = [(second.pk, [c.pk, a.pk]), (first.pk, [b.pk])]
    assert reorder_draft(version=draft, order=order, revision=0, by=cast.hanh, now=NOW)
    assert texts(draft) == [[c.text, a.text], [b.text]]
    assert not reorder_draft(version=draft, order=order, revision=1, by=cast.hanh, now=NOW)
    assert AuditEvent.objects.filter(act="models_catalog.reorder_draft").count() == 1


def test_order_with_a_row_missing_twice_or_foreign_is_refused(cast: Cast, draft: ModelVersion) -> None:
    (first, second), (a, b, c) = groups(draft), items(draft)
    foreign = items(cast.adoption.version)[0]
    for wrong in (
        [(first.pk, [a.pk, b.pk, c.pk])],
        [(first.pk, [a.pk, b.pk]), (second.pk, [])],
        [(first.pk, [a.pk, a.pk, b.pk]), (second.pk, [c.pk])],
        [(first.pk, [a.pk, b.pk]), (second.pk, [c.pk, foreign.pk])],
        [],
    ):
        with pytest.raises(ValidationError):
            reorder_draft(version=draft, order=wrong, revision=0, by=cast.hanh, now=NOW)
    assert texts(draft) == [[a.text, b.text], [c.text]]


def test_the_same_values_again_are_no_change(cast: Cast, draft: ModelVersion) -> None:
    assert change_facts(version=draft, facts=FACTS_OF_VERSION, revision=0, by=cast.hanh, now=NOW)
    assert not change_facts(version=draft, facts=FACTS_OF_VERSION, revision=1, by=cast.hanh, now=NOW)
    draft.refresh_from_db()
    assert draft.revision == 1


def test_the_first_version_corrects_nothing(cast: Cast) -> None:
    model, _created = create_model(facts=FACTS, keeper=None, by=cast.hanh, now=NOW)
    facts: Any = {**FACTS_OF_VERSION, "is_minor": True}
    with pytest.raises(ValidationError, match="Phiên bản đầu"):
        change_facts(version=model.versions.get(), facts=facts, revision=0, by=cast.hanh, now=NOW)


def test_local_items_of_an_adoption_are_no_part_of_a_draft(cast: Cast) -> None:
    group = ItemGroup.objects.create(
        adoption=cast.adoption, position=1, number=1, keyword="phải", polarity="duty"
    )
    with pytest.raises(ValidationError, match="không thay đổi"):
        change_group(group=group, values=GROUP, revision=0, by=cast.hanh, now=NOW)


def test_there_are_at_most_ten_groups_and_thirty_items(cast: Cast, draft: ModelVersion) -> None:
    group = groups(draft)[0]
    Item.objects.bulk_create(
        Item(group=group, position=place, text=f"Không {place}", sources=["self"]) for place in range(10, 38)
    )
    with pytest.raises(ValidationError, match="30 nội dung"):
        add_item(group=group, values=ITEM, revision=0, by=cast.hanh, now=NOW)
    ItemGroup.objects.bulk_create(
        ItemGroup(version=draft, position=place, **GROUP) for place in range(10, 18)
    )
    with pytest.raises(ValidationError, match="10 nhóm"):
        add_group(version=draft, values=GROUP, revision=0, by=cast.hanh, now=NOW)


def test_a_model_is_found_by_what_its_draft_says(cast: Cast, draft: ModelVersion) -> None:
    values: Any = {**ITEM, "text": "Biết ơn"}
    change_item(item=items(draft)[2], values=values, revision=0, by=cast.hanh, now=NOW)
    draft.model.refresh_from_db()
    assert " biet on" in draft.model.search


def test_an_office_draft_is_not_found_before_it_is_published(cast: Cast) -> None:
    model, _created = create_model(facts=FACTS, keeper=cast.commune, by=cast.tam, now=NOW)
    group = groups(model.versions.get())[0]
    values: Any = {**ITEM, "text": "Không hút thuốc"}
    add_item(group=group, values=values, revision=0, by=cast.tam, now=NOW)
    model.refresh_from_db()
    assert "hut thuoc" not in model.search


def test_name_and_owner_change_only_before_anything_is_published(cast: Cast, draft: ModelVersion) -> None:
    with pytest.raises(Refused, match="giữ nguyên"):
        change_model(model=draft.model, facts=FACTS, by=cast.hanh, now=NOW)
    model, _created = create_model(facts=FACTS, keeper=None, by=cast.hanh, now=NOW)
    assert change_model(model=model, facts={**FACTS, "owner": "Huyện ủy"}, by=cast.hanh, now=NOW)
    assert not change_model(model=model, facts={**FACTS, "owner": "Huyện ủy"}, by=cast.hanh, now=NOW)
    assert list(model.owners.values_list("name", flat=True)) == ["Huyện ủy"]
    assert AuditEvent.objects.filter(act="models_catalog.change_model").count() == 1


def test_a_second_click_begins_no_second_model(cast: Cast) -> None:
    first, created = create_model(facts=FACTS, keeper=None, by=cast.hanh, now=NOW)
    again, created_again = create_model(facts=FACTS, keeper=None, by=cast.hanh, now=NOW)
    assert (first, created, created_again) == (again, True, False)
    with pytest.raises(ValidationError, match="đã có mô hình"):
        create_model(facts={**FACTS, "year": 2020}, keeper=None, by=cast.hanh, now=NOW)
    assert ConductModel.objects.filter(name=FACTS["name"]).count() == 1


def test_one_draft_at_a_time(cast: Cast, draft: ModelVersion) -> None:
    again, created = draft_next_version(model=draft.model, by=cast.hanh, now=NOW)
    assert (again, created) == (draft, False)
    assert draft.number == 2
    assert texts(draft) == texts(cast.adoption.version)
    assert AuditEvent.objects.filter(act="models_catalog.draft_next_version").count() == 1
