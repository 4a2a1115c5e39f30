"""The number rule: a name, its groups and their items agree, or every difference is told at its place."""

import re
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_catalog.rules.wording import (
    KEY_LENGTH,
    MOST_ITEMS,
    Problem,
    ProblemKind,
    model_key,
    numbers_in_name,
    version_problems,
    wording_problems,
)
from tests.unit.models_catalog.library_files import models

WORDS = ["không", "biết", "xin", "luôn", "đúng", "phải", "sát", "nhất", "C", "cầu nối"]
ABOUT_NUMBERS = {
    ProblemKind.NO_GROUP, ProblemKind.NAME_WITHOUT_GROUP, ProblemKind.GROUP_NOT_IN_NAME,
    ProblemKind.NAME_DIFFERS, ProblemKind.TOO_FEW, ProblemKind.TOO_MANY,
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """What the rules ask of an item."""

    text: str
    sources: tuple[str, ...] = ("supervisor",)
    question: str = ""
    answer: str = ""
    kept_answers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Group:
    """What the rules ask of a group."""

    number: int
    keyword: str
    items: list[Item] = field(default_factory=list)
    polarity: str = "duty"


def group(number: int, keyword: str, n_items: int, polarity: str = "duty") -> Group:
    items = [Item(f"{keyword.capitalize()} làm việc {keyword} số {index}") for index in range(n_items)]
    return Group(number, keyword, items, polarity)


def kinds(name: str, groups: list[Group]) -> list[ProblemKind]:
    return [problem.kind for problem in wording_problems(name, groups)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("5 không, 4 biết", [(5, "không"), (4, "biết")]),
        ("4 xin, 4 luôn và 5 không", [(4, "xin"), (4, "luôn"), (5, "không")]),
        ("4 đúng, 4 phải, 3 sát, 3 nhất", [(4, "đúng"), (4, "phải"), (3, "sát"), (3, "nhất")]),
        ("5 xin 4 luôn 3 không", [(5, "xin"), (4, "luôn"), (3, "không")]),
        ("5 cùng – 3 biết – 1 cầu nối", [(5, "cùng"), (3, "biết"), (1, "cầu nối")]),
        ("3 C", [(3, "C")]),
        ("Tổ dân phố văn hóa “5 không”", [(5, "không")]),
        ("Công an thân thiện", []),
        ("Quy tắc ứng xử (QĐ 522)", []),
        ("Nghị quyết 15 về kỷ cương", []),
        ("3 năm thực hiện phong trào toàn dân", []),
        ("45 không", []),
        ("0 không", []),
        ("", []),
    ],
)
def test_numbers_of_a_name(name: str, found: list[tuple[int, str]]) -> None:
    assert numbers_in_name(name) == found


shapes = st.lists(
    st.tuples(st.integers(1, MOST_ITEMS), st.sampled_from(WORDS), st.integers(0, MOST_ITEMS)),
    min_size=1, max_size=5, unique_by=lambda row: row[1],
)  # fmt: skip


@given(shapes)
def test_a_version_is_in_order_exactly_when_every_number_is_kept(rows: list[tuple[int, str, int]]) -> None:
    name = ", ".join(f"{number} {word}" for number, word, _n in rows)
    wrong = wording_problems(name, [group(*row) for row in rows])
    told = {
        (problem.group, problem.said, problem.found) for problem in wrong if problem.kind in ABOUT_NUMBERS
    }
    assert told == {
        (place, number, n_items) for place, (number, _word, n_items) in enumerate(rows) if number != n_items
    }
    assert bool(told) == any(number != n_items for number, _word, n_items in rows)


@given(shapes, st.integers(1, MOST_ITEMS), st.data())
def test_a_number_that_the_name_says_otherwise_is_told(
    rows: list[tuple[int, str, int]], said: int, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    groups = [group(number, word, number) for number, word, _n in rows]
    names = [f"{said if place == at else number} {word}" for place, (number, word, _n) in enumerate(rows)]
    wrong = wording_problems(" – ".join(names), groups)
    differs = Problem(ProblemKind.NAME_DIFFERS, at, keyword=rows[at][1], said=said, found=rows[at][0])
    assert wrong == ([differs] if said != rows[at][0] else [])


def test_name_without_its_group_and_group_without_name_are_told() -> None:
    assert wording_problems("5 không, 4 biết", [group(5, "không", 5), group(2, "phải", 2)]) == [
        Problem(ProblemKind.NAME_WITHOUT_GROUP, keyword="biết", said=4),
        Problem(ProblemKind.GROUP_NOT_IN_NAME, 1, keyword="phải"),
    ]


def test_a_name_without_numbers_asks_for_none() -> None:
    assert wording_problems("Công an thân thiện", [group(3, "phải", 3)]) == []
    assert kinds("Công an thân thiện", []) == [ProblemKind.NO_GROUP]


def test_a_prohibition_without_its_word_says_the_opposite() -> None:
    wrong = replace(group(2, "không", 2, "prohibition"), items=[Item("Không thất hứa"), Item("Uống rượu")])
    assert wording_problems("2 không", [wrong]) == [Problem(ProblemKind.OPPOSITE, 0, 1, keyword="không")]


def test_the_same_text_twice_is_told_at_both_places_but_tones_count() -> None:
    twice = [
        Group(2, "biết", [Item("Biết xin lỗi"), Item("Biết bán hàng")]),
        Group(2, "phải", [Item("biết  xin LỖI"), Item("Biết bàn hàng")]),
    ]
    found = [(problem.kind, problem.group, problem.item) for problem in wording_problems("", twice)]
    assert found == [(ProblemKind.TWICE, 0, 0), (ProblemKind.TWICE, 1, 0)]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (Item("A", sources=()), ProblemKind.NO_WITNESS),
        (Item("A", sources=("citizen",)), ProblemKind.NO_QUESTION),
        (Item("A", sources=("citizen",), question="Có không?"), ProblemKind.NO_ANSWER),
        (Item("A", sources=("citizen",), question="Có không?", answer="yes_no"), ProblemKind.NO_ANSWER),
    ],
)
def test_an_item_needs_a_witness_and_a_citizen_a_question(item: Item, kind: ProblemKind) -> None:
    assert wording_problems("", [Group(1, "phải", [item])]) == [Problem(kind, 0, 0, keyword="phải")]


def test_a_whole_question_is_in_order() -> None:
    item = Item("A", ("citizen", "self"), "Có không?", "yes_no", (1,))
    assert wording_problems("", [Group(1, "phải", [item])]) == []


def test_facts_and_minor_corrections() -> None:
    groups = [group(2, "biết", 2)]
    name = "2 biết"
    whole = version_problems(name=name, legal_basis="QĐ 1", source="Bản ký", groups=groups, n_before=2)
    assert whole == []
    told = version_problems(name=name, legal_basis=" ", source="", groups=groups, n_before=3)
    assert [problem.kind for problem in told] == [
        ProblemKind.NO_BASIS, ProblemKind.NO_SOURCE, ProblemKind.MINOR_CHANGES_ITEMS,
    ]  # fmt: skip


def test_the_library_itself_is_in_order() -> None:
    for model in models().values():
        for version in model.versions:
            if version.published:
                assert wording_problems(model.name, version.groups) == [], model.key


def test_keys_are_readable_short_and_new() -> None:
    key = "dang-uy-xa-an-thuan-5-khong-4-biet"
    assert model_key("Đảng ủy xã An Thuận", "5 không, 4 biết") == key
    assert model_key("Đảng ủy xã An Thuận", "5 không, 4 biết", {key, f"{key}-2"}) == f"{key}-3"
    assert model_key("…", "!") == "mo-hinh"


@given(st.text(max_size=250), st.text(max_size=250))
def test_every_key_can_be_an_address(owner: str, name: str) -> None:
    key = model_key(owner, name)
    assert len(key) <= KEY_LENGTH
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)
