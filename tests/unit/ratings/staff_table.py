"""Decree 335/2025, staff without a leading post: common points (30) + 70 × (a + b + c) / 3, by hand.

a = done ÷ assigned, b = the same less a quarter of the product for each return, c = less a quarter for each
delay (Điều 14.2, 16.1, 17.1); levels from 90, 70, 50 (Điều 20). Nothing is rounded.
"""

from tests.unit.ratings.rows import F, Row, task

NO_COMMON: dict[str, str | None] = {
    "I.1": "5", "I.2": "5", "II.1": "2.5", "II.2": "2.5", "II.3": "2.5", "II.4": "2.5",
    "III.1": "2.5", "III.2": "2.5", "III.3": "2.5", "III.4": "2.5",
}  # fmt: skip
TEN = [task("10", "10")]
SEVEN = [task("1", "1", returns=1, delays=1) for _ in range(6)] + [task("1", "1")]

ROWS = [
    # edges of the levels
    Row("everything done and full marks", TEN, 30 + F(70), "100", "htxsnv"),
    Row("90 is excellent", [task("140", "120")], 30 + 70 * F(120, 140), "90", "htxsnv"),
    Row("89.995 is good", [task("140", "119.99")], 30 + 70 * F(11999, 14000), "89.995", "httnv"),
    Row("70 is good", [task("140", "80")], 30 + 70 * F(80, 140), "70", "httnv"),
    Row("69.995 is completed", [task("140", "79.99")], 30 + 70 * F(7999, 14000), "69.995", "htnv"),
    Row("50 is completed", [task("140", "40")], 30 + 70 * F(40, 140), "50", "htnv"),
    Row("49.995 is not completed", [task("140", "39.99")], 30 + 70 * F(3999, 14000), "49.995", "khtnv"),
    # a = 1, b = c = (6 × 0.75 + 1) / 7: three sevenths that make a whole again
    Row("90 out of sevenths is 90", SEVEN, 30 + 70 * (1 + 2 * F(11, 14)) / 3, "90", "htxsnv"),
    Row(
        "one return more is below 90",
        [*SEVEN[:6], task("1", "1", returns=1)],
        30 + 70 * (1 + F(3, 4) + F(11, 14)) / 3,
        "89.166666666667",
        "httnv",
    ),
    # the common part
    Row("half a point less", TEN, F(59, 2) + 70, "99.5", "htxsnv", {"I.1": "0.5"}),
    Row("a quarter of a point less", TEN, F(119, 4) + 70, "99.75", "htxsnv", {"III.4": "0.25"}),
    Row(
        "half a point below 90",
        [task("140", "120")],
        F(59, 2) + 60,
        "89.5",
        "httnv",
        {"II.4": "0.5"},
    ),
    Row("a criterion with nothing", TEN, F(55, 2) + 70, "97.5", "htxsnv", {"II.4": "2.5"}),
    Row("no common point at all", TEN, F(70), "70", "httnv", NO_COMMON),
    Row("nothing at all", [task("10", "0")], F(0), "0", "khtnv", NO_COMMON),
    Row("a criterion is not said", TEN, None, None, "", {"III.2": None}),
    # what was assigned and done
    Row("no task", [], None, None, ""),
    Row("nothing assigned in the only task", [task("0", "3")], None, None, ""),
    Row("only unplanned work", [task("5", "5", kind="unplanned")], None, None, ""),
    Row("only work of a colleague", [task("5", "5", kind="taken_over")], None, None, ""),
    Row("nothing done", [task("10", "0")], F(30), "30", "khtnv"),
    Row("half done", [task("1", "0.5")], 30 + 70 * F(1, 2), "65", "htnv"),
    Row("a third done", [task("3", "1")], 30 + 70 * F(1, 3), "53.333333333333", "htnv"),
    Row("two thirds done", [task("3", "2")], 30 + 70 * F(2, 3), "76.666666666667", "httnv"),
    Row("120 % counts 70", [task("10", "12")], F(30) + 70, "100", "htxsnv"),
    # a = 1.2, b = 0.9, c = 1.2: their mean is 1.1
    Row("120 % makes up for a return", [task("10", "12", returns=1)], F(30) + 70, "100", "htxsnv"),
    # a = 1.04, b = 0.78, c = 0.78
    Row(
        "104 % does not make up for a return and a delay",
        [task("25", "26", returns=1, delays=1)],
        30 + 70 * (F(26, 25) + 2 * F(39, 50)) / 3,
        "90.666666666667",
        "htxsnv",
    ),
    # What returns and delays take:
    Row("one return", [task("1", "1", returns=1)], 30 + 70 * F(11, 12), "94.166666666667", "htxsnv"),
    Row("one delay", [task("1", "1", delays=1)], 30 + 70 * F(11, 12), "94.166666666667", "htxsnv"),
    Row("two returns", [task("1", "1", returns=2)], 30 + 70 * F(5, 6), "88.333333333333", "httnv"),
    Row(
        "four returns leave no quality",
        [task("1", "1", returns=4)],
        30 + 70 * F(2, 3),
        "76.666666666667",
        "httnv",
    ),
    Row(
        "five returns take no more",
        [task("1", "1", returns=5)],
        30 + 70 * F(2, 3),
        "76.666666666667",
        "httnv",
    ),
    Row(
        "nine returns and nine delays",
        [task("1", "1", returns=9, delays=9)],
        30 + 70 * F(1, 3),
        "53.333333333333",
        "htnv",
    ),
    # three returns, two of them with a confirmed cause
    Row(
        "excused returns are not counted",
        [task("1", "1", returns=3 - 2)],
        30 + 70 * F(11, 12),
        "94.166666666667",
        "htxsnv",
    ),
    Row("all delays excused", [task("1", "1", delays=2 - 2)], F(100), "100", "htxsnv"),
    # a = b = 0.5, c = 0.5 × 0.75
    Row(
        "half done and late",
        [task("10", "5", delays=1)],
        30 + 70 * (F(1, 2) + F(1, 2) + F(3, 8)) / 3,
        "62.083333333333",
        "htnv",
    ),
    # handed back, taken over, unplanned (Điều 18.1d)
    Row(
        "handed back stays in what was assigned",
        [*TEN, task("10", "0", is_handed_back=True)],
        30 + 70 * F(10, 20),
        "65",
        "htnv",
    ),
    Row(
        "what was done before handing back is not counted",
        [*TEN, task("10", "9", is_handed_back=True)],
        30 + 70 * F(10, 20),
        "65",
        "htnv",
    ),
    Row(
        "returns of a task handed back take nothing",
        [*TEN, task("10", "9", returns=4, is_handed_back=True)],
        65 + F(0),
        "65",
        "htnv",
    ),
    Row("everything handed back", [task("10", "10", is_handed_back=True)], F(30), "30", "khtnv"),
    Row(
        "taken over counts beside",
        [task("10", "9"), task("5", "1", kind="taken_over")],
        F(100),
        "100",
        "htxsnv",
    ),
    Row(
        "unplanned counts beside",
        [task("10", "8"), task("4", "1", kind="unplanned")],
        30 + 70 * F(9, 10),
        "93",
        "htxsnv",
    ),
    # a = 1, b = (8 + 2 × 0.5) / 10, c = 1
    Row(
        "unplanned work that was returned twice",
        [task("10", "8"), task("2", "2", kind="unplanned", returns=2)],
        30 + 70 * (1 + F(9, 10) + 1) / 3,
        "97.666666666667",
        "htxsnv",
    ),
    Row(
        "taken over and handed on counts nothing",
        [task("10", "8"), task("2", "2", kind="taken_over", is_handed_back=True)],
        30 + 70 * F(8, 10),
        "86",
        "httnv",
    ),
    # standard units (Điều 13)
    Row("a heavy task not done", [task("1", "0", "3"), task("7", "7")], 30 + 70 * F(7, 10), "79", "httnv"),
    # b = (3 × 0.75 + 7) / 10
    Row(
        "a heavy task returned",
        [task("1", "1", "3", returns=1), task("7", "7")],
        30 + 70 * (1 + F(37, 40) + 1) / 3,
        "98.25",
        "htxsnv",
    ),
    Row("a factor of thousandths", [task("3", "3", "0.333")], F(100), "100", "htxsnv"),
    # (2 × 0.4 + 1 × 2.5) / (4 × 0.4 + 2 × 2.5) = 3.3 / 6.6
    Row(
        "two factors",
        [task("4", "2", "0.4"), task("2", "1", "2.5")],
        30 + 70 * F(33, 66),
        "65",
        "htnv",
    ),
]
