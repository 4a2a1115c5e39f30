"""Scores of persons, checked by hand. Counts are (judged, kept), the month itself first, older months after it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from conduct.scores.rules.evidence import Breach, Count, Line, Person, Source
from conduct.scores.rules.parts import person_from_data, person_to_data
from conduct.scores.rules.person import PersonResult, Reason, score_person
from tests.unit.scores.schemes import plain

LETTERS = {
    "c": Source.CITIZEN,
    "s": Source.SUPERVISOR,
    "i": Source.INSPECTION,
    "p": Source.PROMISE,
    "j": Source.SELF,
}
type Counts = dict[str, list[tuple[int, int]]]


@dataclass
class Row:
    """`items`: (emphasis, letters of its sources); `counts["1c"]`: item 1, citizens; "0c" the officer's line."""

    says: str
    items: list[tuple[int, str]]
    counts: Counts
    score: str | None
    band: str = ""
    state: str = "scored"
    serves: bool = False
    days: int = 22
    breaches: dict[int, Breach] = field(default_factory=dict)
    scheme: dict[str, Any] = field(default_factory=dict)


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


OFFICER = {"0c": [(10, 10)]}
K5 = {"person__sources__citizen__k": 5, "person__sources__citizen__p": "0.8"}
NONE_EXPECT = "insufficient"

ROWS = [
    # one source
    Row("all kept", [(1, "s"), (1, "s")], {"1s": [(4, 4)], "2s": [(4, 4)]}, "100.00", "exemplary"),
    Row("none kept", [(1, "s"), (1, "s")], {"1s": [(4, 0)], "2s": [(4, 0)]}, "0.00", "rectifies"),
    Row("three quarters once", [(1, "s"), (1, "s")], {"1s": [(4, 3)], "2s": [(4, 4)]}, "87.50", "meets"),
    Row("emphasis 2 on the loss", [(2, "s"), (1, "s")], {"1s": [(4, 3)], "2s": [(4, 4)]}, "83.33", "meets"),
    Row("emphasis 3 on the loss", [(3, "s"), (1, "s")], {"1s": [(4, 3)], "2s": [(4, 4)]}, "81.25", "meets"),
    Row("emphasis 2 on the gain", [(1, "s"), (2, "s")], {"1s": [(4, 3)], "2s": [(4, 4)]}, "91.67", "exemplary"),
    Row("two thirds round up", [(1, "s")] * 3, {"1s": [(4, 4)], "2s": [(4, 4)], "3s": [(4, 0)]}, "66.67", "strives"),
    Row("one third rounds down", [(1, "s")] * 3, {"1s": [(4, 0)], "2s": [(4, 4)], "3s": [(4, 0)]}, "33.33", "rectifies"),
    # two sources: (40 × 80 + 30 × 100) / 70 = 88.5714…
    Row("weights of sources", [(1, "cs")], {"1c": [(10, 8)], "1s": [(4, 4)], "0c": [(7, 7)]}, "94.29", "exemplary", serves=True),
    Row("officer's line counts once", [(1, "cs")], {"1c": [(10, 8)], "1s": [(4, 4)], "0c": [(10, 9)]}, "89.29", "meets", serves=True),
    Row("officer's line stressed", [(1, "cs")], {"1c": [(10, 8)], "1s": [(4, 4)], "0c": [(10, 9)]}, "89.52", "meets", serves=True,
        scheme={"person__officer_emphasis": 2}),
    Row("missing officer's line leaves 63.6 %", [(1, "cs")], {"1c": [(10, 8)], "1s": [(4, 4)]}, "88.57", "meets", serves=True),
    # the minimum of 5
    Row("four answers are too few", [(1, "cs")], {"1c": [(4, 4)], "1s": [(4, 4)]}, None, state=NONE_EXPECT, serves=True),
    Row("five answers are enough", [(1, "cs")], {"1c": [(5, 5)], "1s": [(4, 4)]}, "100.00", "exemplary", serves=True),
    Row("too few at one item go to the supervisor", [(1, "cs"), (1, "cs")],
        {"1c": [(4, 0)], "1s": [(4, 4)], "2c": [(5, 5)], "2s": [(4, 4)]} | OFFICER, "100.00", "exemplary", serves=True),
    # pooling
    Row("one month before is enough", [(1, "c")], {"1c": [(3, 3), (2, 1), (9, 0)]} | OFFICER, "90.00", "exemplary", serves=True),
    Row("two months before are needed", [(1, "c")], {"1c": [(1, 1), (1, 1), (3, 0)]} | OFFICER, "70.00", "strives", serves=True),
    Row("at the minimum nothing is pooled", [(1, "c")], {"1c": [(5, 5), (100, 0)]} | OFFICER, "100.00", "exemplary", serves=True),
    Row("an empty month is pooled too", [(1, "c")], {"1c": [(0, 0), (5, 5)]} | OFFICER, "100.00", "exemplary", serves=True),
    Row("a gap in the middle", [(1, "c")], {"1c": [(1, 1), (0, 0), (4, 0)]} | OFFICER, "60.00", "strives", serves=True),
    Row("three months are still too few", [(1, "c")], {"1c": [(1, 1), (1, 1), (1, 1)]} | OFFICER, None, state=NONE_EXPECT, serves=True),
    Row("a third month before is never taken", [(1, "c")], {"1c": [(1, 1), (1, 1), (1, 1), (9, 9)]} | OFFICER, None, state=NONE_EXPECT, serves=True),
    Row("a supervisor is not pooled", [(1, "s")], {"1s": [(0, 0), (4, 4)]}, None, state=NONE_EXPECT),
    # the prior: (5 + 5 × 0.8) / (5 + 5) = 0.9
    Row("a prior draws few answers", [(1, "c")], {"1c": [(5, 5)], "0c": [(5, 5)]}, "90.00", "exemplary", serves=True, scheme=K5),
    Row("a prior hardly moves many", [(1, "c")], {"1c": [(95, 95)], "0c": [(95, 95)]}, "99.00", "exemplary", serves=True, scheme=K5),
    Row("a prior lifts none kept", [(1, "c")], {"1c": [(5, 0)], "0c": [(5, 0)]}, "40.00", "rectifies", serves=True, scheme=K5),
    Row("a prior alone is no evidence", [(1, "c")], {"1c": [(0, 0)]}, None, state=NONE_EXPECT, serves=True, scheme=K5),
    Row("a prior leaves the supervisor alone", [(1, "s")], {"1s": [(4, 4)]}, "100.00", "exemplary", scheme=K5),
    # inspection and promises
    Row("inspection counts when present", [(1, "si")], {"1s": [(4, 4)], "1i": [(1, 0)]}, "60.00", "strives"),
    Row("promises count when present", [(1, "sp")], {"1s": [(4, 4)], "1p": [(2, 1)]}, "87.50", "meets"),
    Row("all four sources", [(1, "csip")], {"1c": [(10, 5)], "1s": [(4, 4)], "1i": [(2, 2)], "1p": [(4, 1)]} | OFFICER,
        "86.25", "meets", serves=True),
    Row("inspection never raises coverage", [(1, "si")], {"1i": [(5, 5)]}, None, state=NONE_EXPECT),
    Row("promises never raise coverage", [(1, "sp")], {"1p": [(5, 5)]}, None, state=NONE_EXPECT),
    # coverage
    Row("three of five items are 60 %", [(1, "s")] * 5, {"1s": [(4, 4)], "2s": [(4, 4)], "3s": [(4, 2)]}, "83.33", "meets"),
    Row("two of five are 40 %", [(1, "s")] * 5, {"1s": [(4, 4)], "2s": [(4, 4)]}, None, state=NONE_EXPECT),
    Row("coverage is weighed by emphasis", [(3, "s"), (1, "s"), (1, "s")], {"1s": [(4, 4)]}, "100.00", "exemplary"),
    Row("nothing at all", [(1, "cs")], {}, None, state=NONE_EXPECT, serves=True),
    Row("zero judged is nothing", [(1, "s")], {"1s": [(0, 0)]}, None, state=NONE_EXPECT),
    Row("no items", [], {}, None, state=NONE_EXPECT),
    Row("an item nobody is expected at does not lower coverage", [(1, "s"), (3, "i")], {"1s": [(4, 3)]}, "75.00", "meets"),
    Row("citizens are not expected of others", [(1, "cs")], {"1s": [(4, 4)]}, "100.00", "exemplary"),
    Row("citizens of others count when present", [(1, "cs")], {"1c": [(10, 5)], "1s": [(4, 4)]}, "71.43", "strives"),
    Row("citizens alone do not cover others", [(1, "cs")], {"1c": [(10, 10)]}, None, state=NONE_EXPECT),
    Row("the self-view has no weight", [(1, "sj")], {"1s": [(4, 4)], "1j": [(4, 0)]}, "100.00", "exemplary"),
    Row("the self-view alone is nothing", [(1, "sj")], {"1j": [(4, 4)]}, None, state=NONE_EXPECT),
    # breaches
    Row("a breach makes the item 0", [(1, "s"), (1, "s")], {"1s": [(4, 4)], "2s": [(4, 4)]}, "50.00", "rectifies", breaches={1: Breach()}),
    Row("a breach caps the score", [(1, "s")] * 9, {f"{n}s": [(4, 4)] for n in range(1, 10)}, "60.00", "strives", breaches={1: Breach()}),
    Row("a late breach counts the same", [(1, "s")] * 9, {f"{n}s": [(4, 4)] for n in range(1, 10)}, "60.00", "strives",
        breaches={1: Breach(late=True)}),
    Row("a breach is evidence of itself", [(1, "s"), (1, "i")], {"1s": [(4, 4)]}, "50.00", "rectifies", breaches={2: Breach()}),
    Row("a breach does not raise coverage", [(1, "s")], {}, None, state=NONE_EXPECT, breaches={1: Breach()}),
    Row("a breach of another model is not ours", [(1, "s")], {"1s": [(4, 4)]}, "100.00", "exemplary", breaches={99: Breach()}),
    # working days
    Row("nine working days", [(1, "s")], {"1s": [(4, 4)]}, None, state="not_considered", days=9),
    Row("ten working days", [(1, "s")], {"1s": [(4, 4)]}, "100.00", "exemplary", days=10),
    # edges of rounding and bands
    Row("89.995 is shown and banded as 90", [(1, "s")], {"1s": [(20000, 17999)]}, "90.00", "exemplary"),
    Row("89.9949 is not", [(1, "s")], {"1s": [(1000000, 899949)]}, "89.99", "meets"),
    Row("74.995 becomes 75", [(1, "s")], {"1s": [(20000, 14999)]}, "75.00", "meets"),
    Row("59.995 becomes 60", [(1, "s")], {"1s": [(20000, 11999)]}, "60.00", "strives"),
    Row("59.99 stays below", [(1, "s")], {"1s": [(10000, 5999)]}, "59.99", "rectifies"),
    Row("half a hundredth hidden in thirds goes up", [(1, "s")] * 3,
        {"1s": [(3, 1)], "2s": [(3, 2)], "3s": [(20000, 16009)]}, "60.02", "strives"),
    Row("half a hundredth hidden in sevenths goes up", [(1, "s")] * 2,
        {"1s": [(7, 3)], "2s": [(70000, 40007)]}, "50.01", "rectifies"),
]  # fmt: skip


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
