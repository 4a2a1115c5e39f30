"""Scheme documents: what is read from them, and what each wrong entry is told."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from conduct.ratings.rules.scheme import Component, Evidence, SchemeError, parse_scheme
from tests.unit.ratings.rows import document, read

type Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("name", "common", "maximum", "lowers"),
    [
        ("nd335-staff", 30, 100, [90, 70, 50, 0]),
        ("nd335-leaders", 30, 100, [90, 70, 50, 0]),
        ("loai-abcd", 40, 100, [90, 70, 50, 0]),
        ("hop-dong", 100, 100, [85, 65, 50, 0]),
    ],
)
def test_every_file_adds_up(name: str, common: int, maximum: int, lowers: list[int]) -> None:
    scheme = read(name)
    assert scheme.common_maximum == common
    assert scheme.maximum == maximum
    assert [level.lower for level in scheme.levels] == lowers
    assert [level.letter for level in scheme.levels] == ["A", "B", "C", "D"]


def test_the_decrees_figures_are_read() -> None:
    staff, leaders = read("nd335-staff"), read("nd335-leaders")
    assert [group.maximum for group in staff.groups] == [10, 10, 10]
    assert [str(criterion.maximum) for criterion in staff.criteria] == ["5"] * 2 + ["2.5"] * 8
    assert staff.step == Decimal("0.25")
    assert staff.rounding is None
    assert staff.tasks is not None
    assert leaders.tasks is not None
    assert staff.tasks.maximum == 70
    assert staff.tasks.deduction == Decimal("0.25")
    assert (len(staff.tasks.components), staff.tasks.leading) == (3, ())
    assert len(leaders.tasks.components) == 6
    assert leaders.tasks.leading == (Component.UNIT, Component.ORGANISING, Component.UNITY)
    assert staff.cap is not None
    assert (staff.cap.level, staff.cap.of) == ("htxsnv", "httnv")
    assert staff.cap.percent == 20
    assert staff.cap.outstanding_percent == 25
    assert read("hop-dong").tasks is None
    assert read("hop-dong").cap is None


def test_conduct_enters_where_the_decree_lets_it() -> None:
    laid = {
        criterion.code: criterion.evidence for criterion in read("nd335-staff").criteria if criterion.evidence
    }
    assert laid == {
        "I.1": (Evidence.CONDUCT,),
        "I.2": (Evidence.DISCIPLINE,),
        "II.4": (Evidence.CITIZENS, Evidence.COLLEAGUES),
    }


def test_things_are_found_by_their_code() -> None:
    scheme = read("nd335-staff")
    assert scheme.criterion("II.4").maximum == Decimal("2.5")
    assert scheme.level_named("httnv").name == "Hoàn thành tốt nhiệm vụ"
    with pytest.raises(KeyError):
        scheme.criterion("IV")
    with pytest.raises(KeyError):
        scheme.level_named("A")


def put(value: object, *path: str | int) -> Change:
    """A change that sets the entry at a path."""

    def change(data: dict[str, Any]) -> None:
        here: Any = data
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = value

    return change


def drop(*path: str | int) -> Change:
    """A change that removes the entry at a path."""

    def change(data: dict[str, Any]) -> None:
        here: Any = data
        for step in path[:-1]:
            here = here[step]
        del here[path[-1]]

    return change


FIRST = ("groups", 0, "criteria", 0)
WRONG: list[tuple[Change, str, str]] = [
    (drop("groups"), "groups", "is missing"),
    (put([], "groups"), "groups", "must be a list"),
    (put({"a": 1}, "groups"), "groups", "must be a list"),
    (put("x", "groups", 1), "groups[1]", "must be a table"),
    (drop("groups", 0, "code"), "groups[0].code", "is missing"),
    (put("  ", "groups", 0, "text"), "groups[0].text", "must be a text"),
    (put(5, *FIRST, "code"), "groups[0].criteria[0].code", "must be a text"),
    (put("I.2", *FIRST, "code"), "groups", "occurs twice"),
    (put(0, *FIRST, "maximum"), "groups[0].criteria[0].maximum", "must be from 0.01 to 100"),
    (put("0.009", *FIRST, "maximum"), "groups[0].criteria[0].maximum", "must be from 0.01 to 100"),
    (put("100.01", *FIRST, "maximum"), "groups[0].criteria[0].maximum", "must be from 0.01 to 100"),
    (put(2.5, *FIRST, "maximum"), "groups[0].criteria[0].maximum", "decimals in quotes"),
    (put(True, *FIRST, "maximum"), "groups[0].criteria[0].maximum", "decimals in quotes"),
    (put("five", *FIRST, "maximum"), "groups[0].criteria[0].maximum", "is not a number"),
    (put("NaN", *FIRST, "maximum"), "groups[0].criteria[0].maximum", "must be from"),
    (put("Infinity", *FIRST, "maximum"), "groups[0].criteria[0].maximum", "must be from"),
    (put("4.9", *FIRST, "maximum"), "criterion I.1", "not a multiple of step"),
    (put(["gossip"], *FIRST, "evidence"), "groups[0].criteria[0].evidence", "gossip"),
    (put("conduct", *FIRST, "evidence"), "groups[0].criteria[0].evidence", "must be a list of words"),
    (put(["conduct"] * 2, *FIRST, "evidence"), "groups[0].criteria[0].evidence", "a word occurs twice"),
    (drop("step"), "step", "is missing"),
    (put(0, "step"), "step", "must be from 0.01 to 10"),
    (put(11, "step"), "step", "must be from 0.01 to 10"),
    (put([], "tasks"), "tasks", "must be a table"),
    (put(["quantity", "quality"], "tasks", "components"), "tasks.components", "always among them"),
    (drop("tasks", "components"), "tasks.components", "always among them"),
    (put(0, "tasks", "maximum"), "tasks.maximum", "must be from 0.01 to 100"),
    (put(101, "tasks", "maximum"), "tasks.maximum", "must be from 0.01 to 100"),
    (put("1.01", "tasks", "deduction"), "tasks.deduction", "must be from 0 to 1"),
    (put("-0.1", "tasks", "deduction"), "tasks.deduction", "must be from 0 to 1"),
    (put(101, "levels", 0, "lower"), "levels[0].lower", "must be from 0 to 100"),
    (put(-1, "levels", 3, "lower"), "levels[3].lower", "must be from 0 to 100"),
    (put(1, "levels", 3, "lower"), "levels", "begins at 0"),
    (put(90, "levels", 1, "lower"), "levels", "must fall"),
    (put(95, "levels", 1, "lower"), "levels", "must fall"),
    (put("htxsnv", "levels", 2, "code"), "levels", "a code occurs twice"),
    (put(50, "tasks", "maximum"), "levels[0].lower", "more than can be reached"),
    (put("best", "cap", "level"), "cap.level", "there is no level best"),
    (put("better", "cap", "of"), "cap.of", "there is no level better"),
    (put(101, "cap", "percent"), "cap.percent", "must be from 0 to 100"),
    (put(19, "cap", "outstanding_percent"), "cap.outstanding_percent", "must not be below"),
    (put(101, "cap", "outstanding_percent"), "cap.outstanding_percent", "must be from 0 to 100"),
    (put("2", "rounding"), "rounding", "must be a whole number from 0 to 6"),
    (put(7, "rounding"), "rounding", "must be a whole number from 0 to 6"),
    (put(-1, "rounding"), "rounding", "must be a whole number from 0 to 6"),
    (put(True, "rounding"), "rounding", "must be a whole number from 0 to 6"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "place", "why"), WRONG, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_wrong_entry_is_named(change: Change, place: str, why: str) -> None:
    data = document("nd335-staff")
    change(data)
    with pytest.raises(SchemeError) as error:
        parse_scheme(data)
    assert error.value.place == place
    assert why in error.value.why
    assert str(error.value) == f"{place}: {error.value.why}"


@pytest.mark.parametrize(
    "change",
    [
        put("0.01", "step"),
        put(1, "tasks", "deduction"),
        put(0, "tasks", "deduction"),
        put("60", "tasks", "maximum"),
        put(0, "cap", "percent"),
        put(20, "cap", "outstanding_percent"),
        put(0, "rounding"),
        put(6, "rounding"),
        put(100, "levels", 0, "lower"),
        put(None, "cap"),
        drop("cap"),
        drop("rounding"),
        drop(*FIRST, "evidence"),
    ],
)
def test_values_at_the_edge_are_taken(change: Change) -> None:
    data = document("nd335-staff")
    change(data)
    scheme = parse_scheme(data)
    assert [level.code for level in scheme.levels] == [row["code"] for row in data["levels"]]
    assert [one.code for one in scheme.criteria] == [
        row["code"] for group in data["groups"] for row in group["criteria"]
    ]


def test_the_least_maximum_and_the_largest_step_are_taken() -> None:
    data = document("hop-dong")
    data["step"] = 10
    assert parse_scheme(data).step == 10
    data["step"], data["groups"][0]["criteria"][0]["maximum"] = "0.01", "0.01"
    data["levels"] = data["levels"][2:]
    assert parse_scheme(data).criterion("1.1").maximum == Decimal("0.01")


def test_one_criterion_may_have_all_points() -> None:
    data = document("hop-dong")
    data["groups"] = [
        {"code": "1", "text": " Chung ", "criteria": [{"code": "1", "text": "Chung", "maximum": 100}]}
    ]
    scheme = parse_scheme(data)
    assert scheme.maximum == 100
    assert scheme.groups[0].text == "Chung"


def test_tasks_may_have_all_a_hundred() -> None:
    data = document("nd335-staff")
    data["tasks"]["maximum"] = 100
    assert parse_scheme(data).maximum == 130


def test_a_document_is_a_table() -> None:
    with pytest.raises(SchemeError, match="scheme: must be a table"):
        parse_scheme([])  # type: ignore[arg-type]
