"""Strata: every one covers at least five people, nobody is lost, and an officer is named only when busy."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.strata import SMALLEST, Candidate, Cell, Partition, Step, divide, pack

PEOPLE = st.lists(
    st.tuples(st.sampled_from(["", "Hộ tịch", "Đất đai", "Chứng thực"]), st.sampled_from([None, 1, 2, 3])),
    max_size=60,
)


def candidates(*groups: tuple[int, str, int | None]) -> list[Candidate]:
    """So many of each group and officer, with running numbers."""
    rows = [(group, officer) for n, group, officer in groups for _one in range(n)]
    return [Candidate(pk, group, officer) for pk, (group, officer) in enumerate(rows, 1)]


def sizes(partition: Partition) -> dict[Cell, int]:
    return {cell: len(ids) for cell, ids in partition.strata.items()}


def test_a_busy_officer_has_a_stratum_of_their_own() -> None:
    found = divide(candidates((20, "Hộ tịch", 1), (6, "Hộ tịch", 2)), {1})
    assert sizes(found) == {Cell("Hộ tịch"): 6, Cell("Hộ tịch", 1): 20}
    assert not found.merged
    assert [cell.step for cell in found.strata] == [Step.GROUP, Step.OFFICER]


def test_an_officer_with_too_few_invited_is_not_named() -> None:
    """Twenty were finished, but four people can be written to."""
    found = divide(candidates((4, "Hộ tịch", 1), (6, "Hộ tịch", 2)), {1})
    assert sizes(found) == {Cell("Hộ tịch"): 10}
    assert found.merged == {Cell("Hộ tịch"): 4}


def test_small_groups_are_put_together() -> None:
    found = divide(candidates((8, "Hộ tịch", None), (3, "Đất đai", None), (2, "Chứng thực", None)), set())
    assert sizes(found) == {Cell(): 5, Cell("Hộ tịch"): 8}
    assert found.merged == {Cell(): 5}


def test_what_is_left_takes_the_smallest_stratum_along() -> None:
    found = divide(candidates((9, "Hộ tịch", None), (6, "Đất đai", None), (2, "Chứng thực", None)), set())
    assert sizes(found) == {Cell(): 8, Cell("Hộ tịch"): 9}


def test_too_few_in_all_are_left_out() -> None:
    found = divide(candidates((2, "Hộ tịch", None), (2, "Đất đai", 1)), {1})
    assert not found.strata
    assert found.left_out == (1, 2, 3, 4)
    assert divide([], set()) == Partition({}, {}, ())


@given(PEOPLE, st.sets(st.sampled_from([1, 2, 3])))
def test_every_stratum_covers_at_least_five_and_nobody_is_lost(
    people: list[tuple[str, int | None]], busy: set[int]
) -> None:
    rows = [Candidate(pk, group, officer) for pk, (group, officer) in enumerate(people, 1)]
    found = divide(rows, busy)
    placed = [pk for ids in found.strata.values() for pk in ids]
    assert sorted([*placed, *found.left_out]) == [one.dossier_id for one in rows]
    assert all(len(ids) >= SMALLEST for ids in found.strata.values())
    assert not found.left_out or len(rows) < SMALLEST
    by_pk = {one.dossier_id: one for one in rows}
    for cell, ids in found.strata.items():
        assert not cell.posting_id or cell.posting_id in busy
        for pk in ids:
            assert cell.group in {"", by_pk[pk].group}
            assert cell.posting_id in {0, by_pk[pk].posting_id}


@given(st.integers(0, 200))
def test_packs_have_five_to_nine(n: int) -> None:
    packs = pack(range(n))
    assert [one for ids in packs for one in ids] == list(range(n))
    if n >= SMALLEST:
        assert all(SMALLEST <= len(ids) < 2 * SMALLEST for ids in packs)
    else:
        assert len(packs) == (1 if n else 0)
