"""What is wrong between the library's files, and how differences between wordings are told."""

import copy
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import yaml

from models_catalog.rules.library import (
    KEPT_ANSWERS,
    LibraryModel,
    check_library,
    differences,
    parse_model,
    title_order,
)
from tests.unit.models_catalog.library_files import LIBRARY

GOOD = yaml.safe_load((LIBRARY / "hoa-son-5-khong-4-biet.yaml").read_text(encoding="utf-8"))


def changed(**paths: Any) -> dict[str, Any]:
    """The good file with one value changed; "versions__0__groups__1__number"=5."""
    document: dict[str, Any] = copy.deepcopy(GOOD)
    for path, value in paths.items():
        place: Any = document
        *steps, last = [int(step) if step.isdecimal() else step for step in path.split("__")]
        for step in steps:
            place = place[step]
        place[last] = value
    return document


def model(**fields: Any) -> LibraryModel:
    return replace(parse_model(GOOD), **fields)


def test_library_names_two_files_with_one_key() -> None:
    assert check_library([model(), model(owner="Khác")]) == [f"{GOOD['key']}: the key stands in 2 files"]


def test_same_name_is_allowed_for_another_owner_only() -> None:
    assert check_library([model(), model(key="khac", owner="Khác")]) == []
    assert "stands in 2 files" in check_library([model(), model(key="khac")])[0]


@pytest.mark.parametrize("kin", ["khong-co", GOOD["key"]])
def test_lineage_must_lead_to_another_model(kin: str) -> None:
    assert "which is no other model" in check_library([model(based_on=kin)])[0]


def test_kept_answers_are_those_of_the_scale() -> None:
    items = parse_model(GOOD).versions[0].groups[0].items
    assert items[0].kept_answers == KEPT_ANSWERS["no"] == (0,)
    assert items[1].kept_answers == ()


def test_difference_names_group_item_and_field() -> None:
    stored = parse_model(GOOD).versions[0]
    wanted = parse_model(changed(versions__0__groups__1__items__2__text="Biết nghe")).versions[0]
    assert differences(stored, stored) == []
    (line,) = differences(stored, wanted)
    assert line.startswith(
        "groups 2 items 3 text: 'Biết nghe dân nói, nói dân nghe, dân hiểu' in the database"
    )
    assert line.endswith("'Biết nghe' in the file")


def test_difference_in_length_is_told_by_number_of_rows() -> None:
    stored = parse_model(GOOD).versions[0]
    assert differences(stored, replace(stored, groups=stored.groups[:1])) == [
        "groups: 2 rows in the database, 1 rows in the file"
    ]


def test_state_is_no_difference_of_wording() -> None:
    stored = parse_model(GOOD).versions[0]
    assert differences(stored, replace(stored, published=False)) == []


@pytest.mark.parametrize(
    "ordered",
    [
        "3 C|3 nắm|4 với|4 xin|10 điều|An|Ân|Chính|Dân|Đảng|Ức|Y",
        "Ma|Mà|Mả|Mã|Má|Mạ|Man",
    ],
)
def test_titles_stand_in_vietnamese_order_numbers_first(ordered: str) -> None:
    for before, after in pairwise(ordered.split("|")):
        assert title_order(before) < title_order(after), (before, after)
