"""The office's scheme for contract workers: five criteria (20, 20, 30, 20, 10), no tasks, whole points.

``total`` is the sum before rounding; the level is that of the rounded one (half a point goes up): 85, 65, 50.
"""

from tests.unit.ratings.rows import F, Row, task

NOTHING: dict[str, str | None] = {"1.1": "20", "1.2": "20", "2.1": "30", "2.2": "20", "2.3": "10"}

ROWS = [
    Row("everything", [], F(100), "100", "good"),
    Row("one point less", [], F(99), "99", "good", {"1.1": "1"}),
    Row("90", [], F(90), "90", "good", {"2.1": "10"}),
    Row("89.995", [], 100 - F("10.005"), "89.995", "good", {"2.1": "10.005"}),
    # edges: whole points, half goes up
    Row("86 is good", [], 100 - F(14), "86", "good", {"2.1": "14"}),
    Row("85 is good", [], 100 - F(15), "85", "good", {"2.1": "15"}),
    Row("84.995 is rounded to 85", [], 100 - F("15.005"), "84.995", "good", {"2.1": "15.005"}),
    Row("84.5 is rounded to 85", [], 100 - F("15.5"), "84.5", "good", {"2.1": "15.5"}),
    Row("84.49 is rounded to 84", [], 100 - F("15.51"), "84.49", "fair", {"2.1": "15.51"}),
    Row("84 is fair", [], 100 - F(16), "84", "fair", {"2.1": "16"}),
    Row("69.995 is fair", [], 100 - F("30") - F("0.005"), "69.995", "fair", {"2.1": "30", "2.3": "0.005"}),
    Row("66 is fair", [], F(100) - 30 - 4, "66", "fair", {"2.1": "30", "2.3": "4"}),
    Row("65 is fair", [], F(100) - 30 - 5, "65", "fair", {"2.1": "30", "2.3": "5"}),
    Row("64.5 is rounded to 65", [], 70 - F("5.5"), "64.5", "fair", {"2.1": "30", "2.3": "5.5"}),
    Row("64.49 is rounded to 64", [], 70 - F("5.51"), "64.49", "pass", {"2.1": "30", "2.3": "5.51"}),
    Row("64 is pass", [], F(70) - 6, "64", "pass", {"2.1": "30", "2.3": "6"}),
    Row("51 is pass", [], F(70) - 19, "51", "pass", {"2.1": "30", "2.2": "19"}),
    Row("50 is pass", [], F(70) - 20, "50", "pass", {"2.1": "30", "2.2": "20"}),
    Row(
        "49.995 is rounded to 50",
        [],
        50 - F("0.005"),
        "49.995",
        "pass",
        {"2.1": "30", "2.2": "20", "2.3": "0.005"},
    ),
    Row("49.5 is rounded to 50", [], 50 - F("0.5"), "49.5", "pass", {"2.1": "30", "2.2": "20", "2.3": "0.5"}),
    Row(
        "49.49 is rounded to 49",
        [],
        50 - F("0.51"),
        "49.49",
        "fail",
        {"2.1": "30", "2.2": "20", "2.3": "0.51"},
    ),
    Row("49 is fail", [], F(50) - 1, "49", "fail", {"2.1": "30", "2.2": "20", "2.3": "1"}),
    # one criterion with nothing
    Row("no hours kept", [], F(80), "80", "fair", {"1.1": "20"}),
    Row("no manners", [], F(80), "80", "fair", {"1.2": "20"}),
    Row("no amount", [], F(70), "70", "fair", {"2.1": "30"}),
    Row("no quality", [], F(80), "80", "fair", {"2.2": "20"}),
    Row("no care of property", [], F(90), "90", "good", {"2.3": "10"}),
    Row("nothing at all", [], F(0), "0", "fail", NOTHING),
    Row("one point only", [], F(1), "1", "fail", NOTHING | {"2.3": "9"}),
    # several at once: 19 + 17 + 25 + 16 + 8
    Row(
        "a bit everywhere",
        [],
        F(19) + 17 + 25 + 16 + 8,
        "85",
        "good",
        {"1.1": "1", "1.2": "3", "2.1": "5", "2.2": "4", "2.3": "2"},
    ),
    # what is not said, and what this scheme does not count
    Row("a criterion is not said", [], None, None, "", {"2.2": None}),
    Row("the last criterion is not said", [], None, None, "", {"2.3": None}),
    Row("nothing is said", [], None, None, "", dict.fromkeys(NOTHING)),
    Row("tasks are not counted", [task("10", "0")], F(100), "100", "good"),
    Row("leading is not counted", [], F(100), "100", "good", leading=(50, 50, 50)),
]
