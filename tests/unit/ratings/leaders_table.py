"""Decree 335/2025, leaders: common points (30) + 70 × (a + b + c + d + đ + e) / 6, by hand.

d, đ, e are 100 % or 50 % (Điều 15.3), written in that order in ``leading``; the rest as for staff.
"""

from tests.unit.ratings.rows import F, Row, task
from tests.unit.ratings.staff_table import NO_COMMON, TEN

FULL, HALF = (100, 100, 100), (50, 50, 50)

ROWS = [
    Row("everything", TEN, 30 + F(70), "100", "htxsnv", leading=FULL),
    # one, two, three at 50 %
    Row("the unit at 50 %", TEN, 30 + 70 * F(11, 12), "94.166666666667", "htxsnv", leading=(50, 100, 100)),
    Row("organising at 50 %", TEN, 30 + 70 * F(11, 12), "94.166666666667", "htxsnv", leading=(100, 50, 100)),
    Row("unity at 50 %", TEN, 30 + 70 * F(11, 12), "94.166666666667", "htxsnv", leading=(100, 100, 50)),
    Row("unit and organising", TEN, 30 + 70 * F(5, 6), "88.333333333333", "httnv", leading=(50, 50, 100)),
    Row("unit and unity", TEN, 30 + 70 * F(5, 6), "88.333333333333", "httnv", leading=(50, 100, 50)),
    Row("organising and unity", TEN, 30 + 70 * F(5, 6), "88.333333333333", "httnv", leading=(100, 50, 50)),
    Row("all three at 50 %", TEN, 30 + 70 * F(9, 12), "82.5", "httnv", leading=HALF),
    # edges: the task part is 35 × (a + b + c) / 3 + 35 × (d + đ + e) / 3
    Row("90 is excellent", [task("7", "5")], 30 + 35 * F(5, 7) + 35, "90", "htxsnv", leading=FULL),
    Row(
        "89.995 is good", [task("70", "49.99")], 30 + 35 * F(4999, 7000) + 35, "89.995", "httnv", leading=FULL
    ),
    Row("70 is good", [task("70", "45")], 30 + 35 * F(45, 70) + F(35, 2), "70", "httnv", leading=HALF),
    Row(
        "69.995 is completed",
        [task("70", "44.99")],
        30 + 35 * F(4499, 7000) + F(35, 2),
        "69.995",
        "htnv",
        leading=HALF,
    ),
    Row("50 is completed", [task("70", "5")], 30 + 35 * F(5, 70) + F(35, 2), "50", "htnv", leading=HALF),
    Row(
        "49.995 is not completed",
        [task("70", "4.99")],
        30 + 35 * F(499, 7000) + F(35, 2),
        "49.995",
        "khtnv",
        leading=HALF,
    ),
    Row(
        "a quarter of a point below 90",
        [task("7", "5")],
        F(119, 4) + 60,
        "89.75",
        "httnv",
        {"I.2": "0.25"},
        FULL,
    ),
    # the common part
    Row("half a point less", TEN, F(59, 2) + 70, "99.5", "htxsnv", {"II.1": "0.5"}, FULL),
    Row("no common point at all", TEN, F(70), "70", "httnv", NO_COMMON, FULL),
    Row("a criterion is not said", TEN, None, None, "", {"I.1": None}, FULL),
    # a missing basis
    Row("no task", [], None, None, "", leading=FULL),
    Row("nothing assigned", [task("0", "0")], None, None, "", leading=FULL),
    Row("only unplanned work", [task("3", "3", kind="unplanned")], None, None, "", leading=FULL),
    Row("the unit is not said", TEN, None, None, "", leading=(None, 100, 100)),
    Row("organising is not said", TEN, None, None, "", leading=(100, None, 100)),
    Row("unity is not said", TEN, None, None, "", leading=(100, 100, None)),
    Row("none of the three is said", TEN, None, None, ""),
    # With a = b = c = 1.2:
    Row("120 % counts 70", [task("10", "12")], F(30) + 70, "100", "htxsnv", leading=FULL),
    Row(
        "120 % makes up for the unit", [task("10", "12")], F(30) + 70, "100", "htxsnv", leading=(50, 100, 100)
    ),
    Row(
        "110 % makes up for some of it",
        [task("10", "11")],
        30 + 70 * (F(33, 10) + F(5, 2)) / 6,
        "97.666666666667",
        "htxsnv",
        leading=(50, 100, 100),
    ),
    # What returns and delays take:
    Row(
        "one return",
        [task("1", "1", returns=1)],
        30 + 70 * F(23, 24),
        "97.083333333333",
        "htxsnv",
        leading=FULL,
    ),
    Row(
        "one delay and the unit at 50 %",
        [task("1", "1", delays=1)],
        30 + 70 * F(21, 24),
        "91.25",
        "htxsnv",
        leading=(50, 100, 100),
    ),
    Row(
        "four returns and four delays",
        [task("1", "1", returns=4, delays=4)],
        30 + 70 * F(4, 6),
        "76.666666666667",
        "httnv",
        leading=FULL,
    ),
    Row(
        "six returns take no more than four",
        [task("1", "1", returns=6)],
        30 + 70 * F(5, 6),
        "88.333333333333",
        "httnv",
        leading=FULL,
    ),
    Row(
        "five of each and all at 50 %",
        [task("1", "1", returns=5, delays=5)],
        30 + 70 * F(5, 12),
        "59.166666666667",
        "htnv",
        leading=HALF,
    ),
    # c = (7 + 3 × 0.75) / 10 = 0.925
    Row(
        "three of ten late, the unit at 50 %",
        [task("7", "7"), task("3", "3", delays=1)],
        30 + 70 * (2 + F(37, 40) + F(5, 2)) / 6,
        "93.291666666667",
        "htxsnv",
        leading=(50, 100, 100),
    ),
    Row(
        "excused returns are not counted",
        [task("1", "1", returns=4 - 4)],
        F(100),
        "100",
        "htxsnv",
        leading=FULL,
    ),
    # handed back, taken over, unplanned
    Row(
        "half handed back",
        [*TEN, task("10", "10", is_handed_back=True)],
        30 + F(35, 2) + 35,
        "82.5",
        "httnv",
        leading=FULL,
    ),
    Row(
        "taken over counts beside",
        [task("10", "8"), task("2", "2", kind="taken_over")],
        F(100),
        "100",
        "htxsnv",
        leading=FULL,
    ),
    # a = 1, b = (8 + 2 × 0.75) / 10 = 0.95, c = 1
    Row(
        "unplanned work returned once",
        [task("10", "8"), task("2", "2", kind="unplanned", returns=1)],
        30 + 70 * (1 + F(19, 20) + 1 + 3) / 6,
        "99.416666666667",
        "htxsnv",
        leading=FULL,
    ),
    Row(
        "a heavy task not done",
        [task("1", "0", "5"), task("5", "5")],
        30 + F(35, 2) + 35,
        "82.5",
        "httnv",
        leading=FULL,
    ),
    Row("nothing done, all at 100 %", [task("10", "0")], 30 + F(35), "65", "htnv", leading=FULL),
    Row("nothing done, all at 50 %", [task("10", "0")], 30 + F(35, 2), "47.5", "khtnv", leading=HALF),
]
