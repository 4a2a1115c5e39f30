"""Versions and adoptions compared as the database holds them."""

import pytest
from django.template.loader import render_to_string
from pytest_django import DjangoAssertNumQueries

from models_catalog.comparing import compare_adoptions, compare_to_base, compare_versions
from models_catalog.models import Adoption, Emphasis, Item, ItemGroup, ModelVersion
from tests.cast import Cast, make_cast
from tests.factories import DAY, NOW, adopt, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def add_local(adoption: Adoption, keyword: str, *texts: str) -> ItemGroup:
    group = ItemGroup.objects.create(
        adoption=adoption, position=1, number=len(texts), keyword=keyword, polarity="duty"
    )
    for place, text in enumerate(texts, 1):
        Item.objects.create(group=group, position=place, text=text, sources=["supervisor"])
    return group


def next_version(cast: Cast) -> ModelVersion:
    """The cast's model with a spelling corrected, one item gone and one new."""
    return make_version(
        {
            "không": [
                {"text": "Không thất hứa với người dân", "sources": ["supervisor"]},
                {"text": "Không nhận quà của dân", "sources": ["supervisor"]},
            ],
            "biết": [
                {"text": "Biết vui vẻ khi tiếp xúc với dân", "sources": ["citizen", "supervisor"],
                 "question": "Cán bộ tiếp ông/bà vui vẻ đến mức nào?",
                 "question_en": "How friendly was the officer?",
                 "answer": "scale5", "kept_answers": [4, 5]},
            ],
        }
    )  # fmt: skip


def test_versions_are_compared_item_by_item(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = next_version(cast)
    with django_assert_num_queries(2):
        found = compare_versions(cast.adoption.version, version)
    assert [(item.change.value, item.line.item.text) for item in found.items] == [
        ("changed", "Không thất hứa với người dân"),
        ("removed", "Không vi phạm giờ giấc làm việc"),
        ("added", "Không nhận quà của dân"),
        ("same", "Biết vui vẻ khi tiếp xúc với dân"),
    ]


def test_adoption_shows_its_emphasis_and_local_items(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    item = Item.objects.get(text="Không vi phạm giờ giấc làm việc")
    Emphasis.objects.create(adoption=cast.adoption, item=item, weight=3)
    add_local(cast.adoption, "rõ", "Rõ người", "Rõ việc")
    with django_assert_num_queries(3):
        found = compare_to_base(cast.adoption)
    assert found.counts == {"same": 2, "changed": 1, "moved": 0, "added": 2, "removed": 0}
    assert found.items[1].fields == ("weight",)
    assert [item.line.item.text for item in found.items if item.line.is_local] == ["Rõ người", "Rõ việc"]


def test_adoptions_are_compared_with_what_the_office_added(cast: Cast) -> None:
    add_local(cast.adoption, "rõ", "Rõ người", "Rõ việc")
    later = adopt(cast.other_commune, cast.adoption.version, valid_from=DAY, adopted_at=NOW)
    add_local(later, "rõ", "Rõ người, rõ trách nhiệm", "Rõ việc")
    found = compare_adoptions(cast.adoption, later)
    assert [item.change.value for item in found.items] == ["same", "same", "same", "removed", "added", "same"]


def test_difference_is_told_in_words(cast: Cast) -> None:
    found = compare_versions(cast.adoption.version, next_version(cast))
    page = render_to_string("models_catalog/_diff.html", {"diff": found})
    assert '<ins><span class="visually-hidden">nay là: </span>người</ins>' in page
    assert "<del>Không vi phạm giờ giấc làm việc</del>" in page
    question = "Cán bộ có giữ đúng lời hẹn với ông/bà không? / Was the promise kept?"
    assert f"Câu hỏi cho người dân: <del>{question}</del> → <ins>–</ins>" in page
    assert "Tính là giữ đúng: <del>Có</del> → <ins>–</ins>" in page
