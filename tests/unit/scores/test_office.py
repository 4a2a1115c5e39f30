"""Scores of agencies, checked by hand. Weights: satisfied 35, conduct 20, signing 10, dossiers 15, …"""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from conduct.scores.rules.evidence import Component, Count, Occurrences
from conduct.scores.rules.office import OfficeResult, score_office
from conduct.scores.rules.parts import office_from_data, office_to_data
from conduct.scores.rules.person import Reason
from tests.unit.scores.schemes import plain


@dataclass
class Row:
    """`counts` are (judged, kept) by component; `breaches` (confirmed, postings)."""

    says: str
    counts: dict[str, tuple[int, int]]
    score: str | None
    band: str = ""
    serves: bool = True
    breaches: tuple[int, int] | None = None


BASE = {"satisfied": (100, 90), "conduct": (100, 80), "signing": (50, 50)}

ROWS = [
    # (35 × 90 + 20 × 80 + 10 × 100) / 65 = 5750 / 65
    Row("three components", BASE, "88.46", "meets"),
    Row("all kept", {"satisfied": (5, 5), "conduct": (5, 5), "signing": (1, 1)}, "100.00", "exemplary"),
    Row("none kept", {"satisfied": (5, 0), "conduct": (5, 0), "signing": (1, 0)}, "0.00", "rectifies"),
    Row("dossiers count when present", BASE | {"dossiers": (10, 5)}, "81.25", "meets"),
    Row("feedback counts when present", BASE | {"feedback": (4, 4)}, "90.00", "exemplary"),
    Row("corrective actions count when present", BASE | {"corrective": (2, 0)}, "82.14", "meets"),
    Row("no breach among inspected postings", BASE, "89.29", "meets", breaches=(0, 40)),
    Row("one breach in 40 postings is half the rate", BASE, "85.71", "meets", breaches=(1, 40)),
    Row("breaches do not go below 0", BASE, "82.14", "meets", breaches=(41, 40)),
    Row("breaches without postings say nothing", BASE, "88.46", "meets", breaches=(0, 0)),
    Row("without citizens' voice 46 % is too little", {"conduct": (100, 80), "signing": (50, 50)}, None),
    Row("four answers are too few", BASE | {"satisfied": (4, 4)}, None),
    Row(
        "who serves no citizens needs none",
        {"conduct": (100, 80), "signing": (50, 50)},
        "86.67",
        "meets",
        serves=False,
    ),
    Row("who serves none counts them when present", BASE, "88.46", "meets", serves=False),
    Row("without signing 85 % is enough", {"satisfied": (100, 90), "conduct": (100, 80)}, "86.36", "meets"),
    Row("optional components never raise coverage", {"dossiers": (9, 9), "feedback": (9, 9)}, None),
    Row("nothing at all", {}, None),
    Row("nothing at all, no citizens", {}, None, serves=False),
    Row("89.995 is shown and banded as 90", {"conduct": (20000, 17999)}, "90.00", "exemplary", serves=False),
]


def score(row: Row) -> OfficeResult:
    counts = {Component(name): Count(*count) for name, count in row.counts.items()}
    breaches = None if row.breaches is None else Occurrences(*row.breaches)
    return score_office(plain(), counts, serves_citizens=row.serves, breaches=breaches)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.says)
def test_the_score_is_what_the_hand_computes(row: Row) -> None:
    result = score(row)
    assert (result.score, result.band) == (row.score and Decimal(row.score), row.band)
    assert (result.state == "scored") is (result.score is not None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.says)
def test_the_parts_add_up_as_shown_and_can_be_stored(row: Row) -> None:
    result = score(row)
    if result.score is not None:
        assert sum(part.earned for part in result.parts) == result.score
        assert sum(part.lost for part in result.parts) == 100 - result.score
    assert office_from_data(office_to_data(result)) == result.parts


def test_what_is_left_out_says_why() -> None:
    reasons = {part.component: part.reason for part in score(ROWS[11]).parts}
    assert reasons == {
        Component.SATISFIED: Reason.BELOW_MINIMUM,
        Component.CONDUCT: None,
        Component.SIGNING: None,
    }
    assert {part.component: part.reason for part in score(ROWS[10]).parts}[
        Component.SATISFIED
    ] is Reason.ABSENT


def test_a_count_must_be_a_share() -> None:
    with pytest.raises(ValueError, match="6 kept of 5 judged"):
        Count(5, 6)
