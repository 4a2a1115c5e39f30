"""A model as a file: what strangers may write, what is wrong with it and where, and writing one."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import is_normalized

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_catalog.rules.exchange import (
    RESERVED_KEYS,
    FileProblem,
    Unreadable,
    Wrong,
    conflicts,
    file_problems,
    read_document,
)
from models_catalog.rules.library import (
    LibraryGroup,
    LibraryItem,
    LibraryModel,
    LibraryOwner,
    LibraryVersion,
    parse_model,
)
from models_catalog.rules.writing import written_model
from tests.unit.models_catalog.library_files import LIBRARY, PATHS, SCHEMA

GOOD = (LIBRARY / "hoa-son-5-khong-4-biet.yaml").read_text(encoding="utf-8")


def problems(text: str) -> list[FileProblem]:
    return file_problems(read_document(text), SCHEMA)


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_schema_is_valid_and_has_a_name_that_is_no_address() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"].startswith("urn:")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_file_of_the_library_is_good_and_is_written_as_it_was_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert problems(text) == []
    model = parse_model(read_document(text).value)
    again = written_model(model)
    assert problems(again) == []
    assert parse_model(read_document(again).value) == model


def test_written_file_reads_well() -> None:
    text = written_model(parse_model(read_document(GOOD).value))
    assert text.splitlines()[:4] == [
        "key: hoa-son-5-khong-4-biet",
        "name: 5 không, 4 biết",
        "owner: Đảng bộ xã Hòa Sơn",
        "owners:",
    ]
    assert "            sources: [citizen, supervisor, promise, self]\n" in text
    assert max(map(len, text.splitlines())) <= 130


@pytest.mark.parametrize(
    ("old", "new", "wrong", "place", "said"),
    [
        ("name: 5 không, 4 biết\n", "", Wrong.MISSING, "name", {"name": "name"}),
        ("lineage: {}", "lineage: {}\ncolour: teal", Wrong.UNKNOWN, "colour", {"name": "colour"}),
        ("year: 2017\njudged", "year: sớm\njudged", Wrong.TYPE, "year", {"kinds": ("integer", "null")}),
        ("judged: person", "judged: people", Wrong.NOT_ONE_OF, "judged", {"allowed": ("person", "unit")}),
        ("name: 5 không, 4 biết", "name: ' '", Wrong.EMPTY, "name", None),
        ("name: 5 không, 4 biết", "name: ''", Wrong.EMPTY, "name", None),
        ("name: 5 không, 4 biết", f"name: {'x' * 251}", Wrong.TOO_LONG, "name", {"limit": 250}),
        ("key: hoa-son", "key: Hòa Sơn", Wrong.KEY_SHAPE, "key", None),
        ("key: hoa-son-5-khong-4-biet", "key: import", Wrong.KEY_RESERVED, "key", None),
        ("owner: Đảng bộ xã Hòa Sơn", "owner: Ai đó", Wrong.OWNER, "owner", None),
        ("year: 2017\njudged", "year: 1900\njudged", Wrong.TOO_SMALL, "year", {"limit": 1945}),
        ("year: 2017\njudged", "year: 99999\njudged", Wrong.TOO_LARGE, "year", {"limit": 2100}),
        ("effective_from: null", "effective_from: 1/5/2019",
         Wrong.DAY_SHAPE, "versions/0/effective_from", None),
        ("effective_from: null", "effective_from: 2019-02-30",
         Wrong.NOT_A_DAY, "versions/0/effective_from", {}),
        ("effective_from: null", "effective_from: 2018-02-03",
         Wrong.YEAR_DIFFERS, "versions/0/effective_year", {"year": 2018}),
        ("number: 4", "number: 5", Wrong.COUNT, "versions/0/groups/1/number", {"number": 5, "n_items": 4}),
        ("text: Không vi phạm", "text: Vi phạm",
         Wrong.OPPOSITE, "versions/0/groups/0/items/1/text", {"keyword": "không"}),
        ("Không vi phạm giờ giấc làm việc", "Không thất hứa với dân",
         Wrong.TEXT_TWICE, "versions/0/groups/0/items/1/text", {"text": "Không thất hứa với dân"}),
        ("[citizen, supervisor, promise, self]", "[supervisor]",
         Wrong.QUESTION_WITHOUT_CITIZEN, "versions/0/groups/0/items/0", None),
        ("[supervisor, inspection, self]", "[citizen]",
         Wrong.MISSING, "versions/0/groups/0/items/1/answer", {"name": "answer"}),
        ("[supervisor, inspection, self]", "[self, self]",
         Wrong.REPEATED, "versions/0/groups/0/items/1/sources", None),
        ("[supervisor, inspection, self]", "[]",
         Wrong.TOO_FEW, "versions/0/groups/0/items/1/sources", {"limit": 1}),
        ("giữ lời với ông/bà không?", "giữ lời không",
         Wrong.QUESTION_SHAPE, "versions/0/groups/0/items/0/question", None),
        ('kept: "no"', "kept: at_least_4",
         Wrong.NOT_ONE_OF, "versions/0/groups/0/items/0/kept", {"allowed": ("yes", "no")}),
    ],
)  # fmt: skip
def test_problem_is_told_with_its_place(
    old: str, new: str, wrong: Wrong, place: str, said: dict[str, Any] | None
) -> None:
    places = {(p.wrong, "/".join(map(str, p.place))): p for p in problems(changed(old, new))}
    assert (wrong, place) in places
    if said is not None:
        assert places[wrong, place].said == said


def test_problem_is_told_with_its_line() -> None:
    text = changed("text: Không vi phạm", "text: Vi phạm")
    (problem,) = problems(text)
    assert text.splitlines()[problem.line - 1].strip() == "- text: Vi phạm giờ giấc làm việc"


def test_problems_come_in_the_order_of_the_lines() -> None:
    text = changed("judged: person", "judged: people").replace("status: published", "status: done")
    found = problems(text)
    assert [problem.place for problem in found] == [("judged",), ("versions", 0, "status")]
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


def test_plain_no_is_a_text_and_plain_day_too() -> None:
    text = changed('kept: "no"', "kept: no").replace("effective_from: null", "effective_from: 2019-05-01")
    assert problems(text) == []


def test_draft_without_items_says_what_is_known() -> None:
    start = GOOD.index("    groups:")
    empty = GOOD[:start] + "    groups: []\n"
    assert [p.wrong for p in problems(empty)] == [Wrong.TOO_FEW]
    draft = empty.replace("status: published", "status: draft")
    assert problems(draft) == []
    silent = draft.replace("note: Bản hoàn chỉnh năm 2019.", "note: ''")
    assert [p.wrong for p in problems(silent)] == [Wrong.EMPTY]


@pytest.mark.parametrize(
    ("text", "wrong", "line"),
    [
        ("", Wrong.NO_MODEL, 1),
        ("# nothing\n", Wrong.NO_MODEL, 1),
        ("key: [", Wrong.NOT_YAML, 1),
        ("key: a\n  name: b", Wrong.NOT_YAML, 2),
        ("key: a\nname: @b", Wrong.NOT_YAML, 2),
        ("a: &a [x]\nb: *a", Wrong.ALIAS, 1),
        ("a: !!python/object/apply:os.system [ls]", Wrong.TAG, 1),
        ("a: !!binary aGk=", Wrong.TAG, 1),
        ("a: 1\na: 2", Wrong.KEY_TWICE, 2),
        ("[1]: 2", Wrong.NOT_YAML, 1),
        ("1: 2", Wrong.NOT_YAML, 1),
        ("a: 1\n---\na: 2", Wrong.NOT_YAML, 2),
        ("a:\n  - b: \"x\\0y\"", Wrong.CONTROL, 2),
        ("[" * 5000, Wrong.TOO_DEEP, 1),
        ("{a: " * 13 + "1" + "}" * 13, Wrong.TOO_DEEP, 1),
        ("a: \x07", Wrong.NOT_YAML, 1),
    ],
)  # fmt: skip
def test_what_is_no_plain_document_is_refused_with_its_line(text: str, wrong: Wrong, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        read_document(text)
    assert (refused.value.problem.wrong, refused.value.problem.line) == (wrong, line)


def test_entities_that_multiply_are_refused_before_they_do() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(Unreadable):
        read_document(bomb)


@pytest.mark.parametrize("text", ["[]", "5", "name", "- a"])
def test_document_of_another_kind_is_told(text: str) -> None:
    assert [(p.wrong, p.place) for p in problems(text)] == [(Wrong.TYPE, ())]


def test_composed_and_decomposed_letters_are_one() -> None:
    assert read_document("a: Ho\u0300a").value == {"a": "Hòa"}


def test_many_problems_end() -> None:
    rows = "\n".join(["  - x"] * 5000)
    assert len(problems(f"key: a\nowners:\n{rows}\n")) <= 110


def test_reserved_keys_are_shaped_like_keys() -> None:
    assert all(re.fullmatch(SCHEMA["$defs"]["key"]["pattern"], key) for key in RESERVED_KEYS)


def test_file_must_not_say_otherwise_than_what_is_published() -> None:
    document = read_document(GOOD)
    stored = parse_model(document.value)
    assert list(conflicts(document, stored, stored)) == []
    other = replace(stored, judged="unit", versions=(replace(stored.versions[0], source="Báo"),))
    assert [p.wrong for p in conflicts(document, stored, other)] == [
        Wrong.MODEL_DIFFERS,
        Wrong.VERSION_DIFFERS,
    ]
    draft = replace(other, versions=(replace(other.versions[0], published=False),))
    assert list(conflicts(document, stored, draft)) == []


line = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30
).map(lambda text: " ".join(text.split())).filter(bool).filter(
    lambda text: is_normalized("NFC", text)
)  # fmt: skip
asked = st.one_of(
    st.builds(
        lambda text, question, kept: LibraryItem(text, "", ("citizen", "self"), question + "?", "", *kept),
        line,
        line,
        st.sampled_from([("yes_no", (1,)), ("yes_no", (0,)), ("scale5", (4, 5))]),
    ),
    st.builds(LibraryItem, line, line, st.sampled_from([("supervisor",), ("self", "promise")])),
)
group = st.lists(asked, min_size=1, max_size=4, unique_by=lambda item: item.text).map(
    lambda rows: LibraryGroup(len(rows), "biết", "duty", tuple(rows))
)
version = st.builds(
    lambda day, basis, note, minor, rows, state: LibraryVersion(
        1, day, day.year if day else None, basis, "Nguồn", minor, note, (rows,), *state
    ),
    st.none() | st.dates(date(1945, 1, 1), date(2100, 12, 31)),
    line,
    st.just("") | line,
    st.booleans(),
    group,
    st.sampled_from([(False, False), (True, False), (True, True)]),
)
model = st.builds(
    lambda name, owner, wording: LibraryModel(
        "a-1",
        name,
        owner,
        (LibraryOwner(owner, "origin", None, "x"),),
        2020,
        "person",
        None,
        None,
        "",
        (wording,),
    ),
    line,
    line,
    version,
)


@given(model)
def test_whatever_is_written_is_read_as_it_was(said: LibraryModel) -> None:
    text = written_model(said)
    assert problems(text) == []
    assert parse_model(read_document(text).value) == said
