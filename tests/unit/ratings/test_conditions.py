"""Conclusions that make a year "not completed" (Điều 20.4 b–d, 11.3), by hand."""

from datetime import date

import pytest

from conduct.ratings.rules.conditions import Fault, FaultKind, Why, weigh_faults

HERE, THERE = 1, 2
DEGRADED, DISCIPLINED, UNIT = FaultKind


def fault(key: int, day: str, kind: FaultKind = DISCIPLINED, office: int = HERE, act: str = "") -> Fault:
    return Fault(key, kind, date.fromisoformat(day), office, act)


@pytest.mark.parametrize(
    ("faults", "is_leader", "why"),
    [
        ([fault(1, "2026-05-02")], False, ["counts"]),  # 20.4c
        ([fault(1, "2026-05-02", DEGRADED)], False, ["counts"]),  # 20.4b
        ([fault(1, "2026-05-02", UNIT)], True, ["counts"]),  # 20.4d
        ([fault(1, "2026-05-02", UNIT)], False, ["no_leader"]),
        ([fault(1, "2025-12-31")], False, ["other_year"]),
        ([fault(1, "2027-01-01")], False, ["other_year"]),
        ([fault(1, "2026-01-01")], False, ["counts"]),
        ([fault(1, "2026-12-31")], False, ["counts"]),
        # 11.3a: party discipline in 2025, administrative in 2026, one act: 2025 only
        ([fault(1, "2025-11-20", act="A"), fault(2, "2026-02-01", act="A")], False,
         ["other_year", "same_act"]),
        # both in 2026: counted once, and it counts
        ([fault(1, "2026-03-01", act="A"), fault(2, "2026-04-01", act="A")], False, ["counts", "same_act"]),
        # in whatever order they were noted
        ([fault(2, "2026-02-01", act="A"), fault(1, "2025-11-20", act="A")], False,
         ["other_year", "same_act"]),
        # 11.3b: the conduct was the ground in 2025, the discipline of 2026 follows it
        ([fault(1, "2025-12-10", DEGRADED, act="B"), fault(2, "2026-03-05", act="B")], False,
         ["other_year", "same_act"]),
        # two acts are two acts
        ([fault(1, "2025-11-20", act="A"), fault(2, "2026-02-01", act="C")], False,
         ["other_year", "counts"]),
        ([fault(1, "2025-11-20"), fault(2, "2026-02-01")], False, ["other_year", "counts"]),
        # 11.3c: it happened at the old office, disciplined at the new one
        ([fault(1, "2026-06-01", office=THERE)], False, ["old_office"]),
        # 11.3d: at both
        ([fault(1, "2026-06-01", office=THERE), fault(2, "2026-07-01")], False, ["old_office", "counts"]),
    ],
)  # fmt: skip
def test_what_a_conclusion_means_for_the_year(faults: list[Fault], is_leader: bool, why: list[str]) -> None:
    weighed = weigh_faults(faults, year=2026, office_id=HERE, is_leader=is_leader)
    assert [one.why.value for one in weighed] == why
    assert [one.counts for one in weighed] == [word == Why.COUNTS for word in why]


def test_one_act_counts_in_one_year_only() -> None:
    faults = [fault(1, "2025-11-20", act="A"), fault(2, "2026-02-01", act="A")]
    counted = [
        year for year in (2024, 2025, 2026, 2027)
        if any(one.counts for one in weigh_faults(faults, year=year, office_id=HERE, is_leader=False))
    ]  # fmt: skip
    assert counted == [2025]
