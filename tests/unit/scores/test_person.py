"""Scores of persons against the table computed by hand, and what their parts say."""

from decimal import Decimal

import pytest

from conduct.scores.rules.evidence import Count, Line, Person, Source
from conduct.scores.rules.parts import person_from_data, person_to_data
from conduct.scores.rules.person import PersonResult, Reason, score_person
from tests.unit.scores.person_table import OFFICER, ROWS, Row
from tests.unit.scores.schemes import plain

LETTERS = {
    "c": Source.CITIZEN,
    "s": Source.SUPERVISOR,
    "i": Source.INSPECTION,
    "p": Source.PROMISE,
    "j": Source.SELF,
}


def score(row: Row) -> PersonResult:
    lines = [
        Line(key, emphasis, frozenset(LETTERS[letter] for letter in letters))
        for key, (emphasis, letters) in enumerate(row.items, start=1)
    ]
    evidence = {
        (int(name[:-1]), LETTERS[name[-1]]): [Count(*count) for count in months]
        for name, months in row.counts.items()
    }
    return score_person(plain(**row.scheme), Person(row.serves, row.days), lines, evidence, row.breaches)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.says)
def test_the_score_is_what_the_hand_computes(row: Row) -> None:
    result = score(row)
    assert (result.state, result.score, result.band) == (
        row.state,
        row.score and Decimal(row.score),
        row.band,
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.says)
def test_the_ledger_adds_up_as_shown(row: Row) -> None:
    result = score(row)
    if result.mean is not None:
        assert sum(item.earned for item in result.items) == result.mean
        assert sum(item.lost for item in result.items) == 100 - result.mean


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.says)
def test_stored_parts_say_the_same(row: Row) -> None:
    result = score(row)
    parts = person_from_data(person_to_data(result))
    assert (parts.items, parts.mean, parts.working_days) == (result.items, result.mean, row.days)


def test_parts_of_another_version_are_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        person_from_data({"v": 2})


def test_pooled_and_capped_results_say_so() -> None:
    by_name = {row.says: score(row) for row in ROWS}
    assert by_name["one month before is enough"].is_pooled
    assert by_name["one month before is enough"].items[0].sources[0].months == 2
    assert by_name["a gap in the middle"].items[0].sources[0].months == 3
    assert not by_name["at the minimum nothing is pooled"].is_pooled
    assert by_name["a breach caps the score"].is_capped
    assert by_name["a breach caps the score"].mean == Decimal("88.89")
    assert not by_name["a breach makes the item 0"].is_capped


def test_what_is_left_out_says_why() -> None:
    result = score(Row("", [(1, "csj")], {"1c": [(3, 2)], "1s": [(4, 4)], "1j": [(4, 1)]}, None, serves=True))
    item, officer = result.items
    assert [(out.source, out.reason, out.judged, out.kept) for out in item.left_out] == [
        (Source.CITIZEN, Reason.BELOW_MINIMUM, 3, 2),
        (Source.SELF, Reason.NO_WEIGHT, 4, 1),
    ]
    assert [(out.source, out.reason) for out in officer.left_out] == [(Source.CITIZEN, Reason.ABSENT)]


def test_shares_of_present_sources_make_a_whole() -> None:
    result = score(Row("", [(1, "cs")], {"1c": [(10, 8)], "1s": [(4, 4)]} | OFFICER, None, serves=True))
    assert [part.share for part in result.items[0].sources] == [Decimal("0.5714"), Decimal("0.4286")]
    assert [part.points for part in result.items[0].sources] == [Decimal(80), Decimal(100)]


def test_coverage_is_the_present_part_of_what_is_expected() -> None:
    result = score(Row("", [(1, "cs")], {"1c": [(10, 8)], "1s": [(4, 4)]}, None, serves=True))
    assert round(result.coverage, 4) == Decimal("0.6364")


def test_there_are_at_least_forty_rows() -> None:
    assert len(ROWS) >= 40
