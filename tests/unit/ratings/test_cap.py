"""The cap on "excellent": the arithmetic done by hand (Điều 20.5)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conduct.ratings.rules.cap import Base, Candidate, apply_cap, limit_of, share_of

TWENTY, MORE = Decimal(20), Decimal(25)


def office(n_excellent: int, n_good: int, n_less: int = 0, group: str = "") -> list[Candidate]:
    """People with falling means: 99, 98,9 …; keys count up."""
    levels = ["htxsnv"] * n_excellent + ["httnv"] * n_good + ["htnv"] * n_less
    return [
        Candidate(place, level, Decimal(99) - Decimal(place) / 10, group)
        for place, level in enumerate(levels)
    ]


@pytest.mark.parametrize(
    ("base", "percent", "excellent", "good", "rated", "limit", "of"),
    [
        # good only: greatest k <= floor(p * (E + G - k))
        ("good_only", 20, 0, 10, 10, 0, 10),  # nobody asks
        ("good_only", 20, 1, 4, 5, 0, 5),  # k=1: floor(0.2*4)=0 < 1, so 0 of 5
        ("good_only", 20, 1, 5, 6, 1, 5),  # floor(0.2*5)=1
        ("good_only", 20, 6, 0, 6, 1, 5),  # all six excellent: one stays, five are good
        ("good_only", 20, 12, 0, 12, 2, 10),  # 2 <= floor(0.2*10)
        ("good_only", 20, 11, 0, 11, 1, 10),  # k=2: floor(0.2*9)=1; k=1: floor(0.2*10)=2 >= 1
        ("good_only", 20, 20, 10, 40, 5, 25),  # 5 <= floor(0.2*25)=5; 6 > floor(0.2*24)=4
        ("good_only", 20, 20, 10, 30, 5, 25),  # those who are less than good do not matter
        ("good_only", 25, 20, 10, 40, 6, 24),  # 6 <= floor(0.25*24)=6; 7 > floor(0.25*23)=5
        ("good_only", 20, 3, 100, 103, 3, 100),  # below the cap: all three stay
        ("good_only", 20, 20, 100, 120, 20, 100),  # exactly a fifth
        ("good_only", 20, 21, 100, 121, 20, 101),  # one too many: she becomes good
        # good and above: floor(p * (E + G))
        ("good_and_above", 20, 1, 3, 4, 0, 4),
        ("good_and_above", 20, 1, 4, 5, 1, 5),
        ("good_and_above", 20, 20, 10, 40, 6, 30),
        ("good_and_above", 25, 20, 10, 40, 7, 30),  # 7.5 rounded down
        ("good_and_above", 20, 9, 0, 9, 1, 9),  # 1.8 rounded down
        # a share of everybody who is rated
        ("all", 20, 20, 10, 40, 8, 40),
        ("all", 25, 20, 10, 40, 10, 40),
        ("all", 20, 1, 1, 4, 0, 4),
        ("all", 20, 1, 1, 5, 1, 5),
        ("all", 20, 2, 0, 14, 2, 14),  # 2.8 rounded down
    ],
)  # fmt: skip
def test_each_base_has_its_own_arithmetic(
    base: str, percent: int, excellent: int, good: int, rated: int, limit: int, of: int
) -> None:
    found = limit_of(
        Base(base), Decimal(percent), n_excellent=excellent, n_good=good, n_rated=rated
    )  # fmt: skip
    assert found == (limit, of)


def test_on_one_prepared_office_every_base_gives_another_number() -> None:
    """Forty people: 20 at 90 and more, 10 good, 10 less. 5 of 25, 6 of 30, 8 of 40."""
    people = office(20, 10, 10)
    limits = {base: apply_cap(people, base, TWENTY).scopes[-1].limit for base in Base}
    assert limits == {Base.GOOD_ONLY: 5, Base.GOOD_AND_ABOVE: 6, Base.ALL: 8}


def test_the_lowest_means_are_over() -> None:
    result = apply_cap(office(6, 0), Base.GOOD_ONLY, TWENTY)
    assert [(one.key, one.place, one.limit) for one in result.over] == [
        (1, 2, 1), (2, 3, 1), (3, 4, 1), (4, 5, 1), (5, 6, 1),
    ]  # fmt: skip
    assert result.scopes[-1].n_over == 5


def test_a_group_has_its_own_cap_beside_the_agency() -> None:
    """Ten in the group (3 excellent, 7 good): two stay only if 2 <= floor(0.2*8)=1, one does: floor(0.2*9)=1.
    The agency has 29 good then, and floor(0.2*29)=5 takes nobody more."""
    group = office(3, 7, group="Hộ tịch")
    rest = [Candidate(100 + n, "httnv", Decimal(80)) for n in range(20)]
    result = apply_cap(group + rest, Base.GOOD_ONLY, TWENTY)
    assert [(scope.group, scope.limit, scope.base) for scope in result.scopes] == [
        ("Hộ tịch", 1, 9), ("", 1, 29),
    ]  # fmt: skip
    assert {(one.key, one.group) for one in result.over} == {(1, "Hộ tịch"), (2, "Hộ tịch")}


def test_the_agency_caps_what_the_groups_let_pass() -> None:
    """Two groups of five with one excellent each: 1 of 5 passes. The agency of eleven lets floor(2.2)=2 pass:
    the third, in no group, is over."""
    groups = [
        Candidate(place, "htxsnv" if place % 5 == 0 else "httnv", Decimal(95), f"g{place // 5}")
        for place in range(10)
    ]
    alone = [Candidate(100, "htxsnv", Decimal(91))]
    result = apply_cap(groups + alone, Base.ALL, TWENTY)
    assert [(scope.group, scope.limit) for scope in result.scopes] == [("g0", 1), ("g1", 1), ("", 2)]
    assert [(one.key, one.group) for one in result.over] == [(100, "")]


def test_equal_means_at_the_limit_are_pointed_out() -> None:
    people = [Candidate(n, "htxsnv", Decimal(95)) for n in range(2)] + office(0, 4)[0:4]
    result = apply_cap([*people, Candidate(9, "httnv", Decimal(70))], Base.GOOD_AND_ABOVE, TWENTY)
    assert [(one.key, one.is_tied) for one in result.over] == [(1, True)]


def test_what_was_decided_keeps_its_place() -> None:
    people = [
        Candidate(1, "htxsnv", Decimal(91), is_decided=True), Candidate(2, "htxsnv", Decimal(99)),
        *(Candidate(n, "httnv", Decimal(75)) for n in range(3, 8)),
    ]  # fmt: skip
    assert [one.key for one in apply_cap(people, Base.GOOD_ONLY, TWENTY).over] == [2]


@given(
    st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.sampled_from(list(Base)),
    st.sampled_from([TWENTY, MORE]),
)  # fmt: skip
def test_the_cap_holds_and_is_the_greatest_that_does(
    excellent: int, good: int, less: int, base: Base, percent: Decimal
) -> None:
    result = apply_cap(office(excellent, good, less), base, percent)
    stay = excellent - len(result.over)

    def fits(number: int) -> bool:
        bases = {
            Base.GOOD_ONLY: good + excellent - number,
            Base.GOOD_AND_ABOVE: good + excellent,
            Base.ALL: good + excellent + less,
        }
        return number <= share_of(percent, bases[base])

    assert fits(stay)
    assert stay == excellent or not fits(stay + 1)
