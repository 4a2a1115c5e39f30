"""What an office may add, and when nobody needs to sign again."""

from dataclasses import replace
from typing import Any

import pytest

from models_catalog.rules.library import LibraryGroup, LibraryItem
from models_catalog.rules.local import local_problems, signatures_hold
from models_catalog.rules.wording import ProblemKind

BASE = [
    LibraryGroup(1, "không", "prohibition", (LibraryItem("Không thất hứa với dân", "", ("supervisor",)),))
]


def group(*texts: str, keyword: str = "rõ", polarity: str = "duty", **fields: Any) -> LibraryGroup:
    items = tuple(LibraryItem(text, "", fields.get("sources", ("supervisor",))) for text in texts)
    return LibraryGroup(fields.get("number", len(texts)), keyword, polarity, items)


def test_added_group_that_keeps_the_rules_has_no_problem() -> None:
    assert local_problems(BASE, [group("Rõ người", "Rõ việc")]) == []
    assert local_problems(BASE, []) == []


@pytest.mark.parametrize(
    ("added", "kind", "place"),
    [
        (group("Rõ việc", number=2), ProblemKind.TOO_FEW, (0, None)),
        (group("Rõ việc", "rõ  việc"), ProblemKind.TWICE, (0, 0)),
        (group("Không thất hứa với dân"), ProblemKind.TWICE, (0, 0)),
        (group("Hút thuốc", keyword="không", polarity="prohibition"), ProblemKind.OPPOSITE, (0, 0)),
        (group("Rõ việc", sources=()), ProblemKind.NO_WITNESS, (0, 0)),
        (group("Rõ việc", sources=("citizen",)), ProblemKind.NO_QUESTION, (0, 0)),
    ],
)
def test_added_items_keep_the_rules_of_the_models_own(
    added: LibraryGroup, kind: ProblemKind, place: tuple[int, int | None]
) -> None:
    found = [(problem.kind, (problem.group, problem.item)) for problem in local_problems(BASE, [added])]
    assert (kind, place) in found


def test_problems_of_the_model_itself_are_none_of_the_offices() -> None:
    wrong = [replace(BASE[0], number=7)]
    assert local_problems(wrong, [group("Rõ việc")]) == []


SAME: dict[str, Any] = {
    "is_same_model": True,
    "steps_are_minor": [True, True],
    "is_older": False,
    "local_before": [group("Rõ người", "Rõ việc")],
    "local_after": [group("Rõ việc", "Rõ người")],
    "is_same_audience": True,
}


def test_correction_of_spelling_asks_for_no_new_signature() -> None:
    assert signatures_hold(**SAME)
    assert signatures_hold(**{**SAME, "steps_are_minor": []})


@pytest.mark.parametrize(
    "changed",
    [
        {"is_same_model": False},
        {"steps_are_minor": [False, True]},
        {"is_older": True},
        {"local_after": []},
        {"local_after": [group("Rõ người", "Rõ việc", polarity="prohibition")]},
        {"local_after": [group("Rõ người", "Rõ việc", "Rõ trách nhiệm")]},
        {"is_same_audience": False},
    ],
)
def test_anything_more_than_a_correction_is_signed_again(changed: dict[str, Any]) -> None:
    assert not signatures_hold(**{**SAME, **changed})
