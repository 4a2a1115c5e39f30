"""The local scheme of letters: common points (40) + 60 × (a + b + c) / 3, rounded to two decimals, by hand.

``total`` is the sum before rounding; the letter is that of the rounded one, half a hundredth goes up.
"""

from tests.unit.ratings.rows import F, Row, task

NO_COMMON: dict[str, str | None] = {"A.1": "10", "A.2": "10", "B.1": "10", "B.2": "10"}
TEN = [task("10", "10")]

ROWS = [
    Row("everything", TEN, F(40) + 60, "100", "a"),
    # edges: two decimals, half a hundredth goes up
    Row("90 is A", [task("60", "50")], 40 + 60 * F(50, 60), "90", "a"),
    Row("89.996 is rounded to 90", [task("9000", "7499.4")], 40 + 60 * F(74994, 90000), "89.996", "a"),
    Row("89.995 is rounded to 90", [task("120", "99.99")], 40 + 60 * F(9999, 12000), "89.995", "a"),
    Row("89.994 is rounded to 89.99", [task("600", "499.94")], 40 + 60 * F(49994, 60000), "89.994", "b"),
    Row("89.99 is B", [task("120", "99.98")], 40 + 60 * F(9998, 12000), "89.99", "b"),
    Row("70 is B", [task("60", "30")], 40 + 60 * F(30, 60), "70", "b"),
    Row("69.995 is rounded to 70", [task("120", "59.99")], 40 + 60 * F(5999, 12000), "69.995", "b"),
    Row(
        "69.9949 is rounded once, not twice",
        [task("6000", "2999.49")],
        40 + 60 * F(299949, 600000),
        "69.9949",
        "c",
    ),
    Row("50 is C", [task("60", "10")], 40 + 60 * F(10, 60), "50", "c"),
    Row("49.995 is rounded to 50", [task("120", "19.99")], 40 + 60 * F(1999, 12000), "49.995", "c"),
    Row("49.994 is D", [task("600", "99.94")], 40 + 60 * F(9994, 60000), "49.994", "d"),
    # the common part
    Row("half a point less", TEN, F(79, 2) + 60, "99.5", "a", {"A.1": "0.5"}),
    Row("half a point below 90", [task("60", "50")], F(79, 2) + 50, "89.5", "b", {"B.2": "0.5"}),
    Row("no common point", TEN, F(60), "60", "c", NO_COMMON),
    Row("nothing at all", [task("10", "0")], F(0), "0", "d", NO_COMMON),
    Row("a criterion is not said", TEN, None, None, "", {"B.1": None}),
    # a missing basis
    Row("no task", [], None, None, ""),
    Row("nothing assigned", [task("0", "1")], None, None, ""),
    Row("only unplanned work", [task("1", "1", kind="unplanned")], None, None, ""),
    # returns and delays: 20 × (a + b + c)
    Row("one return", [task("1", "1", returns=1)], 40 + 20 * F(11, 4), "95", "a"),
    Row("one return and one delay", [task("1", "1", returns=1, delays=1)], 40 + 20 * F(5, 2), "90", "a"),
    Row("two returns and one delay", [task("1", "1", returns=2, delays=1)], 40 + 20 * F(9, 4), "85", "b"),
    Row("four returns", [task("1", "1", returns=4)], 40 + 20 * F(2), "80", "b"),
    Row("six returns take no more", [task("1", "1", returns=6)], 40 + 20 * F(2), "80", "b"),
    Row("five of each", [task("1", "1", returns=5, delays=5)], 40 + 20 * F(1), "60", "c"),
    Row("excused returns are not counted", [task("1", "1", returns=5 - 4)], 40 + 20 * F(11, 4), "95", "a"),
    # a = b = 0.5, c = 0.5 × 0.5
    Row("half done, late twice", [task("10", "5", delays=2)], 40 + 20 * F(5, 4), "65", "c"),
    # more, less, others' work
    Row("120 % counts 60", [task("10", "12")], F(40) + 60, "100", "a"),
    Row("half handed back", [*TEN, task("10", "9", is_handed_back=True)], 40 + F(30), "70", "b"),
    Row("everything handed back", [task("10", "10", is_handed_back=True)], F(40), "40", "d"),
    Row("taken over counts beside", [task("10", "9"), task("3", "1", kind="taken_over")], F(100), "100", "a"),
    # Here b = (9 + 0.75) / 10:
    Row(
        "unplanned work returned once",
        [task("10", "9"), task("1", "1", kind="unplanned", returns=1)],
        40 + 20 * F(119, 40),
        "99.5",
        "a",
    ),
    Row("a heavy task not done", [task("1", "0", "2"), task("1", "1")], 40 + 60 * F(1, 3), "60", "c"),
    Row("five of seven", [task("7", "5")], 40 + 60 * F(5, 7), "82.857142857143", "b"),
]
