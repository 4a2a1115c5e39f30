"""Adopting with items of the trade and for some staff, and replacing an adoption by another."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conduct.agencies.models import Period
from conduct.audit.models import AuditEvent
from models_catalog.models import Adoption, ConductModel, Emphasis, Item, ItemGroup, ModelVersion
from models_catalog.rules.library import LibraryGroup, LibraryItem
from models_catalog.services import adopt_version
from models_catalog.services.adoptions import carried_over
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, START, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def local(*texts: str, keyword: str = "rõ", polarity: str = "duty", **fields: Any) -> LibraryGroup:
    items = tuple(LibraryItem(text, "", fields.get("sources", ("supervisor",))) for text in texts)
    return LibraryGroup(fields.get("number", len(texts)), keyword, polarity, items)


def published_after(
    version: ModelVersion, *, is_minor: bool, model: ConductModel | None = None
) -> ModelVersion:
    """The same items in a later version, or in another model."""
    newer = ModelVersion.objects.create(
        model=model or version.model, number=version.number + 1, is_minor=is_minor
    )
    for group in version.groups.all():
        row = ItemGroup.objects.create(
            version=newer, position=group.position, number=group.number, keyword=group.keyword,
            polarity=group.polarity,
        )  # fmt: skip
        for item in group.items.all():
            Item.objects.create(group=row, position=item.position, text=item.text, sources=item.sources)
    newer.state, newer.published_at = ModelVersion.State.PUBLISHED, NOW
    newer.save()
    return newer


def replace_by(cast: Cast, version: ModelVersion, **asked: Any) -> Adoption:
    asked = {"valid_from": DAY, "replaces": cast.adoption, **asked}
    adoption, created = adopt_version(agency=cast.commune, version=version, by=cast.tam, now=NOW, **asked)
    assert created
    return adoption


def test_adoption_keeps_local_items_staff_and_what_it_replaced_in_the_trail(cast: Cast) -> None:
    newer = published_after(cast.adoption.version, is_minor=False)
    groups = [local("Rõ người", "Rõ việc"), local("Không hút thuốc", keyword="không", polarity="prohibition")]
    adoption = replace_by(
        cast, newer, local_groups=groups, audience="categories", categories=["vien_chuc", "cong_chuc"]
    )
    cast.adoption.refresh_from_db()
    assert (cast.adoption.valid_to, adoption.replaces) == (DAY - timedelta(days=1), cast.adoption)
    assert [str(group) for group in adoption.local_groups.order_by("position")] == ["2 rõ", "1 không"]
    data = AuditEvent.objects.get(act="models_catalog.adopt_version").data
    assert data["local_items"] == ["Rõ người", "Rõ việc", "Không hút thuốc"]
    assert (data["audience"], data["categories"]) == ("categories", ["cong_chuc", "vien_chuc"])
    assert (data["replaces"], data["keeps_signatures"]) == (cast.adoption.pk, False)


@pytest.mark.parametrize(
    ("minor", "asked", "kept"),
    [
        (True, {}, True),
        (True, {"emphasis": True}, True),
        (False, {}, False),
        (True, {"local_groups": [local("Rõ việc")]}, False),
        (True, {"audience": "front_desk"}, False),
    ],
)
def test_minor_correction_keeps_signatures_unless_more_changes(
    cast: Cast, minor: bool, asked: dict[str, Any], kept: bool
) -> None:
    newer = published_after(cast.adoption.version, is_minor=minor)
    if asked.get("emphasis"):
        item = Item.objects.of_version(newer).first()
        assert item
        asked = {"emphasis": {item.pk: 3}}
    assert replace_by(cast, newer, **asked).keeps_signatures is kept


def test_version_skipped_in_between_counts_too(cast: Cast) -> None:
    second = published_after(cast.adoption.version, is_minor=False)
    third = published_after(second, is_minor=True)
    assert not replace_by(cast, third).keeps_signatures


def test_same_version_with_other_emphasis_keeps_signatures(cast: Cast) -> None:
    item = Item.objects.of_version(cast.adoption.version).first()
    assert item
    adoption = replace_by(cast, cast.adoption.version, emphasis={item.pk: 2})
    assert adoption.keeps_signatures
    assert not Emphasis.objects.filter(adoption=cast.adoption).exists()


def test_model_folded_into_another_is_replaced_by_that_one_and_signed_again(cast: Cast) -> None:
    target = ConductModel.objects.create(key="hop-nhat", name="Hợp nhất", owner="Đảng ủy xã")
    ConductModel.objects.filter(pk=cast.adoption.version.model_id).update(absorbed_into=target)
    newer = published_after(cast.adoption.version, is_minor=True, model=target)
    assert not replace_by(cast, newer).keeps_signatures


def test_another_models_version_takes_no_place(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="không thay được"):
        replace_by(cast, make_version())
    cast.adoption.refresh_from_db()
    assert cast.adoption.valid_to is None


def test_adoption_is_replaced_once(cast: Cast) -> None:
    second = published_after(cast.adoption.version, is_minor=False)
    replace_by(cast, second)
    third = published_after(second, is_minor=False)
    with pytest.raises(ValidationError, match="không thay được"):
        replace_by(cast, third, valid_from=date(2026, 12, 1))


def test_second_click_replaces_once(cast: Cast) -> None:
    newer = published_after(cast.adoption.version, is_minor=False)
    first = replace_by(cast, newer)
    again, created = adopt_version(
        agency=cast.commune, version=newer, valid_from=DAY, replaces=cast.adoption, by=cast.tam, now=NOW
    )
    assert (again, created) == (first, False)


@pytest.mark.parametrize(
    ("day", "word"), [(START, "bắt đầu từ ngày 01/07/2025"), (date(2026, 9, 30), "đã chốt")]
)
def test_old_adoption_cannot_end_before_it_began_or_in_a_closed_month(
    cast: Cast, day: date, word: str
) -> None:
    Period.objects.create(office=cast.commune, month=date(2026, 9, 1), state="closed", closed_at=NOW)
    if day == START:
        Period.objects.all().delete()
    newer = published_after(cast.adoption.version, is_minor=False)
    with pytest.raises(ValidationError) as refused:
        replace_by(cast, newer, valid_from=day)
    assert word in " ".join(refused.value.messages)
    cast.adoption.refresh_from_db()
    assert cast.adoption.valid_to is None


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"local_groups": [local("Rõ việc", number=3)]}, "3"),
        ({"local_groups": [local("Không thất hứa với dân")]}, "trùng|khác"),
        ({"local_groups": [local("Hút thuốc", keyword="không", polarity="prohibition")]}, "không"),
        ({"local_groups": [local(f"Rõ {n}") for n in range(6)]}, "nhiều nhất 5 nhóm"),
        ({"audience": "categories"}, "nhóm cán bộ"),
        ({"audience": "all", "categories": ["cong_chuc"]}, "nhóm cán bộ"),
        ({"audience": "categories", "categories": ["vua"]}, "nhóm cán bộ"),
        ({"audience": "everyone"}, "nhóm cán bộ"),
    ],
)
def test_wishes_that_cannot_be_are_refused_and_nothing_is_stored(
    cast: Cast, asked: dict[str, Any], word: str
) -> None:
    newer = published_after(cast.adoption.version, is_minor=False)
    with pytest.raises(ValidationError, match=word):
        replace_by(cast, newer, **asked)
    cast.adoption.refresh_from_db()
    assert cast.adoption.valid_to is None
    assert not Adoption.objects.filter(version=newer).exists()


def test_local_items_never_change_even_by_sql(cast: Cast) -> None:
    newer = published_after(cast.adoption.version, is_minor=False)
    adoption = replace_by(cast, newer, local_groups=[local("Rõ việc")])
    for act in (
        lambda: Item.objects.filter(group__adoption=adoption).update(text="Khác"),
        lambda: Item.objects.filter(group__adoption=adoption).delete(),
        lambda: ItemGroup.objects.filter(adoption=adoption).update(keyword="khác"),
    ):
        with pytest.raises(IntegrityError, match="local items never change"), transaction.atomic():
            act()


def test_what_is_carried_over_follows_the_items(cast: Cast) -> None:
    items = list(Item.objects.of_version(cast.adoption.version))
    first = replace_by(
        cast,
        cast.adoption.version,
        emphasis={items[1].pk: 3},
        local_groups=[local("Rõ người", "Rõ việc cần làm")],
        audience="front_desk",
    )
    newer = make_version(
        {"biết": [{"text": "Biết ơn"}, {"text": "Rõ việc cần làm"}],
         "không": [{"text": "Không vi phạm giờ giấc làm việc."}]}
    )  # fmt: skip
    wishes = carried_over(first, list(Item.objects.of_version(newer)))
    stressed = {Item.objects.get(pk=pk).text for pk, weight in wishes.emphasis.items() if weight > 1}
    assert stressed == {"Không vi phạm giờ giấc làm việc."}
    assert [item.text for group in wishes.local_groups for item in group.items] == ["Rõ người"]
    assert wishes.audience == "front_desk"


weights = st.lists(st.integers(1, 3), min_size=3, max_size=3)
texts = st.lists(
    st.text(st.characters(categories=("L", "N", "Zs")), min_size=1, max_size=20).filter(str.strip),
    min_size=1,
    max_size=4,
    unique_by=lambda text: " ".join(text.casefold().split()),
)
audiences = st.sampled_from(
    [("all", ()), ("front_desk", ()), ("categories", ("cong_chuc",)), ("categories", ("can_bo", "hop_dong"))]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(weights=weights, texts=st.none() | texts, audience=audiences, is_minor=st.booleans())
def test_whatever_the_edits_every_item_of_the_model_is_kept(
    cast: Cast,
    weights: list[int],
    texts: Sequence[str] | None,
    audience: tuple[str, tuple[str, ...]],
    is_minor: bool,
) -> None:
    with transaction.atomic():
        newer = published_after(cast.adoption.version, is_minor=is_minor)
        base = list(Item.objects.of_version(newer))
        adoption = replace_by(
            cast,
            newer,
            emphasis={item.pk: weight for item, weight in zip(base, weights, strict=True)},
            local_groups=[local(*texts)] if texts else [],
            audience=audience[0],
            categories=audience[1],
        )
        kept = list(Item.objects.kept_under(adoption))
        assert kept[: len(base)] == base
        assert [item.text for item in kept[len(base) :]] == list(texts or ())
        transaction.set_rollback(True)
    cast.adoption.refresh_from_db()
