"""The table of persons' scores, computed by hand with the round scheme of schemes.py.

Counts are (judged, kept), the month itself first, then the months before it. Weights of the sources: citizens
40, supervisor 30, inspection 20, promises 10; "c", "s", "i", "p" and "j" (self-view) name them.
"""

from dataclasses import dataclass, field
from typing import Any

from conduct.scores.rules.evidence import Breach

type Counts = dict[str, list[tuple[int, int]]]


@dataclass
class Row:
    """`items`: (emphasis, letters of its sources); `counts["1c"]`: item 1, citizens; "0c": the officer."""

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
    Row(
        "emphasis 2 on the gain", [(1, "s"), (2, "s")], {"1s": [(4, 3)], "2s": [(4, 4)]}, "91.67", "exemplary"
    ),
    Row(
        "two thirds round up",
        [(1, "s")] * 3,
        {"1s": [(4, 4)], "2s": [(4, 4)], "3s": [(4, 0)]},
        "66.67",
        "strives",
    ),
    Row(
        "one third rounds down",
        [(1, "s")] * 3,
        {"1s": [(4, 0)], "2s": [(4, 4)], "3s": [(4, 0)]},
        "33.33",
        "rectifies",
    ),
    # two sources: (40 × 80 + 30 × 100) / 70 = 88.5714…
    Row(
        "weights of sources",
        [(1, "cs")],
        {"1c": [(10, 8)], "1s": [(4, 4)], "0c": [(7, 7)]},
        "94.29",
        "exemplary",
        serves=True,
    ),
    Row(
        "officer's line counts once",
        [(1, "cs")],
        {"1c": [(10, 8)], "1s": [(4, 4)], "0c": [(10, 9)]},
        "89.29",
        "meets",
        serves=True,
    ),
    Row(
        "officer's line stressed",
        [(1, "cs")],
        {"1c": [(10, 8)], "1s": [(4, 4)], "0c": [(10, 9)]},
        "89.52",
        "meets",
        serves=True,
        scheme={"person__officer_emphasis": 2},
    ),
    Row(
        "missing officer's line leaves 63.6 %",
        [(1, "cs")],
        {"1c": [(10, 8)], "1s": [(4, 4)]},
        "88.57",
        "meets",
        serves=True,
    ),
    # the minimum of 5
    Row(
        "four answers are too few",
        [(1, "cs")],
        {"1c": [(4, 4)], "1s": [(4, 4)]},
        None,
        state=NONE_EXPECT,
        serves=True,
    ),
    Row(
        "five answers are enough",
        [(1, "cs")],
        {"1c": [(5, 5)], "1s": [(4, 4)]},
        "100.00",
        "exemplary",
        serves=True,
    ),
    Row(
        "too few at one item go to the supervisor",
        [(1, "cs"), (1, "cs")],
        {"1c": [(4, 0)], "1s": [(4, 4)], "2c": [(5, 5)], "2s": [(4, 4)]} | OFFICER,
        "100.00",
        "exemplary",
        serves=True,
    ),
    # pooling
    Row(
        "one month before is enough",
        [(1, "c")],
        {"1c": [(3, 3), (2, 1), (9, 0)]} | OFFICER,
        "90.00",
        "exemplary",
        serves=True,
    ),
    Row(
        "two months before are needed",
        [(1, "c")],
        {"1c": [(1, 1), (1, 1), (3, 0)]} | OFFICER,
        "70.00",
        "strives",
        serves=True,
    ),
    Row(
        "at the minimum nothing is pooled",
        [(1, "c")],
        {"1c": [(5, 5), (100, 0)]} | OFFICER,
        "100.00",
        "exemplary",
        serves=True,
    ),
    Row(
        "an empty month is pooled too",
        [(1, "c")],
        {"1c": [(0, 0), (5, 5)]} | OFFICER,
        "100.00",
        "exemplary",
        serves=True,
    ),
    Row(
        "months before cannot replace the month",
        [(1, "cs")],
        {"1c": [(0, 0), (9, 9)], "1s": [(0, 0)], "0c": [(0, 0), (9, 9)]},
        None,
        state=NONE_EXPECT,
        serves=True,
    ),
    Row(
        "a gap in the middle",
        [(1, "c")],
        {"1c": [(1, 1), (0, 0), (4, 0)]} | OFFICER,
        "60.00",
        "strives",
        serves=True,
    ),
    Row(
        "three months are still too few",
        [(1, "c")],
        {"1c": [(1, 1), (1, 1), (1, 1)]} | OFFICER,
        None,
        state=NONE_EXPECT,
        serves=True,
    ),
    Row(
        "a third month before is never taken",
        [(1, "c")],
        {"1c": [(1, 1), (1, 1), (1, 1), (9, 9)]} | OFFICER,
        None,
        state=NONE_EXPECT,
        serves=True,
    ),
    Row("a supervisor is not pooled", [(1, "s")], {"1s": [(0, 0), (4, 4)]}, None, state=NONE_EXPECT),
    # the prior: (5 + 5 × 0.8) / (5 + 5) = 0.9
    Row(
        "a prior draws few answers",
        [(1, "c")],
        {"1c": [(5, 5)], "0c": [(5, 5)]},
        "90.00",
        "exemplary",
        serves=True,
        scheme=K5,
    ),
    Row(
        "a prior hardly moves many",
        [(1, "c")],
        {"1c": [(95, 95)], "0c": [(95, 95)]},
        "99.00",
        "exemplary",
        serves=True,
        scheme=K5,
    ),
    Row(
        "a prior lifts none kept",
        [(1, "c")],
        {"1c": [(5, 0)], "0c": [(5, 0)]},
        "40.00",
        "rectifies",
        serves=True,
        scheme=K5,
    ),
    Row(
        "a prior alone is no evidence",
        [(1, "c")],
        {"1c": [(0, 0)]},
        None,
        state=NONE_EXPECT,
        serves=True,
        scheme=K5,
    ),
    Row(
        "a prior leaves the supervisor alone", [(1, "s")], {"1s": [(4, 4)]}, "100.00", "exemplary", scheme=K5
    ),
    # inspection and promises
    Row("inspection counts when present", [(1, "si")], {"1s": [(4, 4)], "1i": [(1, 0)]}, "60.00", "strives"),
    Row("promises count when present", [(1, "sp")], {"1s": [(4, 4)], "1p": [(2, 1)]}, "87.50", "meets"),
    Row(
        "all four sources",
        [(1, "csip")],
        {"1c": [(10, 5)], "1s": [(4, 4)], "1i": [(2, 2)], "1p": [(4, 1)]} | OFFICER,
        "86.25",
        "meets",
        serves=True,
    ),
    Row("inspection never raises coverage", [(1, "si")], {"1i": [(5, 5)]}, None, state=NONE_EXPECT),
    Row("promises never raise coverage", [(1, "sp")], {"1p": [(5, 5)]}, None, state=NONE_EXPECT),
    # coverage
    Row(
        "three of five items are 60 %",
        [(1, "s")] * 5,
        {"1s": [(4, 4)], "2s": [(4, 4)], "3s": [(4, 2)]},
        "83.33",
        "meets",
    ),
    Row("two of five are 40 %", [(1, "s")] * 5, {"1s": [(4, 4)], "2s": [(4, 4)]}, None, state=NONE_EXPECT),
    Row(
        "coverage is weighed by emphasis",
        [(3, "s"), (1, "s"), (1, "s")],
        {"1s": [(4, 4)]},
        "100.00",
        "exemplary",
    ),
    Row("nothing at all", [(1, "cs")], {}, None, state=NONE_EXPECT, serves=True),
    Row("zero judged is nothing", [(1, "s")], {"1s": [(0, 0)]}, None, state=NONE_EXPECT),
    Row("no items", [], {}, None, state=NONE_EXPECT),
    Row(
        "an item nobody is expected at does not lower coverage",
        [(1, "s"), (3, "i")],
        {"1s": [(4, 3)]},
        "75.00",
        "meets",
    ),
    Row("citizens are not expected of others", [(1, "cs")], {"1s": [(4, 4)]}, "100.00", "exemplary"),
    Row(
        "citizens of others count when present",
        [(1, "cs")],
        {"1c": [(10, 5)], "1s": [(4, 4)]},
        "71.43",
        "strives",
    ),
    Row("citizens alone do not cover others", [(1, "cs")], {"1c": [(10, 10)]}, None, state=NONE_EXPECT),
    Row("the self-view has no weight", [(1, "sj")], {"1s": [(4, 4)], "1j": [(4, 0)]}, "100.00", "exemplary"),
    Row("the self-view alone is nothing", [(1, "sj")], {"1j": [(4, 4)]}, None, state=NONE_EXPECT),
    # breaches
    Row(
        "a breach makes the item 0",
        [(1, "s"), (1, "s")],
        {"1s": [(4, 4)], "2s": [(4, 4)]},
        "50.00",
        "rectifies",
        breaches={1: Breach()},
    ),
    Row(
        "a breach caps the score",
        [(1, "s")] * 9,
        {f"{n}s": [(4, 4)] for n in range(1, 10)},
        "60.00",
        "strives",
        breaches={1: Breach()},
    ),
    Row(
        "a late breach counts the same",
        [(1, "s")] * 9,
        {f"{n}s": [(4, 4)] for n in range(1, 10)},
        "60.00",
        "strives",
        breaches={1: Breach(late=True)},
    ),
    Row(
        "a breach is evidence of itself",
        [(1, "s"), (1, "i")],
        {"1s": [(4, 4)]},
        "50.00",
        "rectifies",
        breaches={2: Breach()},
    ),
    Row("a breach does not raise coverage", [(1, "s")], {}, None, state=NONE_EXPECT, breaches={1: Breach()}),
    Row(
        "a breach of another model is not ours",
        [(1, "s")],
        {"1s": [(4, 4)]},
        "100.00",
        "exemplary",
        breaches={99: Breach()},
    ),
    # working days
    Row("nine working days", [(1, "s")], {"1s": [(4, 4)]}, None, state="not_considered", days=9),
    Row("ten working days", [(1, "s")], {"1s": [(4, 4)]}, "100.00", "exemplary", days=10),
    # edges of rounding and bands
    Row("89.995 is shown and banded as 90", [(1, "s")], {"1s": [(20000, 17999)]}, "90.00", "exemplary"),
    Row("89.9949 is not", [(1, "s")], {"1s": [(1000000, 899949)]}, "89.99", "meets"),
    Row("74.995 becomes 75", [(1, "s")], {"1s": [(20000, 14999)]}, "75.00", "meets"),
    Row("59.995 becomes 60", [(1, "s")], {"1s": [(20000, 11999)]}, "60.00", "strives"),
    Row("59.99 stays below", [(1, "s")], {"1s": [(10000, 5999)]}, "59.99", "rectifies"),
    Row(
        "half a hundredth hidden in thirds goes up",
        [(1, "s")] * 3,
        {"1s": [(3, 1)], "2s": [(3, 2)], "3s": [(20000, 16009)]},
        "60.02",
        "strives",
    ),
    Row(
        "half a hundredth hidden in sevenths goes up",
        [(1, "s")] * 2,
        {"1s": [(7, 3)], "2s": [(70000, 40007)]},
        "50.01",
        "rectifies",
    ),
]
